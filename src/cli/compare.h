// Two models on the same random inputs.
#pragma once

#include <string>

#include "cli/arguments.h"
#include "rill/tensor.hpp"

namespace rill::cli {

struct Comparison {
  bool equal = false;
  std::string text;  // one line for people
  double largest = 0;
  double cosine = 1;
};

// Of one shape and one dtype, and fractions nearer than --atol and --rtol, all others equal.
bool same_values(const Tensor& a, const Tensor& b, const Arguments& arguments);

// Inputs and outputs are paired by name, inputs also by their tensors, else by place. `fetches`:
// what to ask of `b` in the place of its own outputs. Throws INVALID_ARGUMENT when they do not fit.
Comparison compare_outputs(const std::string& a, const std::string& b, const Arguments& arguments,
                           const std::vector<std::string>& fetches = {});

}  // namespace rill::cli
