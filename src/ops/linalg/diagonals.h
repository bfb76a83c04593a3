// Which diagonals of a matrix, and where their elements lie in the compact "diagonal" tensors of
// MatrixDiag*, MatrixDiagPart* and MatrixSetDiag*
// (tensorflow/core/kernels/linalg/matrix_diag_op.cc).
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>

#include "op/node_access.h"
#include "rill/tensor.hpp"

namespace rill::linalg {

struct Diagonals {
  int64_t lower = 0;  // below 0: under the main diagonal
  int64_t upper = 0;
  int64_t rows = 0;
  int64_t columns = 0;
  bool upper_left = true;  // short diagonals above the main one start at 0, else they end last
  bool lower_left = true;

  int64_t count() const { return upper - lower + 1; }
  int64_t longest() const {
    return std::max<int64_t>(
        0, std::min(rows + std::min<int64_t>(upper, 0), columns - std::max<int64_t>(lower, 0)));
  }
  int64_t length(int64_t d) const {
    return std::min(rows + std::min<int64_t>(d, 0), columns - std::max<int64_t>(d, 0));
  }
  // Where diagonal d begins within its row of `longest()` elements.
  int64_t offset(int64_t d) const {
    const bool left = (d >= 0 && upper_left) || (d <= 0 && lower_left);
    return left ? 0 : longest() - length(d);
  }
  // fn(index in the matrix, index in the compact tensor) for each element.
  template <typename F>
  void for_each(F&& fn) const {
    if (longest() == 0) return;  // an empty matrix may have any number of diagonals
    for (int64_t d = upper; d >= lower; --d) {
      const int64_t row = std::max<int64_t>(0, -d), column = std::max<int64_t>(0, d);
      const int64_t first = (upper - d) * longest() + offset(d);
      for (int64_t i = 0; i < length(d); ++i) fn((row + i) * columns + column + i, first + i);
    }
  }
};

// "RIGHT_LEFT": diagonals above the main one aligned right, those below left.
inline void set_alignment(Diagonals& d, const std::string& align) {
  d.upper_left = align.substr(0, 4) == "LEFT";
  d.lower_left = align.size() >= 5 && align.substr(align.size() - 5) == "_LEFT";
}

// k: one number, or the lowest and the highest diagonal.
inline void read_k(const NodeAccess& node, const std::vector<int64_t>& k, Diagonals& d) {
  node.require(k.size() == 1 || k.size() == 2,
               "diag_index must have only one or two elements, "
               "received ",
               k.size(), " elements");
  d.lower = k[0];
  d.upper = k.back();
  node.require(d.lower <= d.upper,
               "lower_diag_index must not be larger than upper_diag_index: ", d.lower, " > ",
               d.upper);
}

inline void check_range(const NodeAccess& node, const Diagonals& d) {
  node.require((-d.rows < d.lower && d.lower < d.columns) || d.lower == 0,
               "lower_diag_index is out of bound: ", d.lower, ". It must be between ", -d.rows,
               " and ", d.columns);
  node.require((-d.rows < d.upper && d.upper < d.columns) || d.upper == 0,
               "upper_diag_index is out of bound: ", d.upper, ". It must be between ", -d.rows,
               " and ", d.columns);
}

}  // namespace rill::linalg
