// The equation of an Einsum, checked and applied to shapes.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "rill/shape.hpp"

namespace rill::linalg {

// Labels are small numbers: letters by their code, and from kEllipsis on the dimensions that an
// ellipsis stands for, counted from the innermost.
inline constexpr int kEllipsis = 1000;
using Labels = std::vector<int>;
bool has_label(const Labels& labels, int label);

struct Equation {
  // As written; an ellipsis is the one label -1.
  std::vector<Labels> inputs;
  Labels output;
};

// "ab...,bc->...ac"; without "->" the output is worked out as NumPy does: an ellipsis, then the
// labels that occur once, in alphabetical order. Throws INVALID_ARGUMENT.
Equation parse_equation(std::string_view equation);

// Replaces ellipses for operands of these ranks: `inputs[i]` has one label a dimension then, and
// `output` all ellipsis dimensions. Throws INVALID_ARGUMENT when a rank does not fit.
Equation expand_ellipses(const Equation& equation, const std::vector<int>& ranks);

// Size of each label, from expanded labels; unknown dimensions stay unknown (-1), ellipsis
// dimensions broadcast. Throws INVALID_ARGUMENT when sizes contradict.
class LabelSizes {
 public:
  void add(const Labels& labels, const Shape& shape, std::string_view equation);
  int64_t operator[](int label) const;

 private:
  std::vector<std::pair<int, int64_t>> sizes_;
};

}  // namespace rill::linalg
