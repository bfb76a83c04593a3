// Broadcasting worked out once: dimensions that behave alike are merged, so that most pairs of
// shapes become one loop, or rows times a vector.
#pragma once

#include <cstdint>
#include <span>

#include "rill/shape.hpp"

namespace rill::kernels {

// NumPy's rule. Throws INVALID_ARGUMENT "Incompatible shapes: [2,3] vs. [4]".
Shape broadcast_shape(const Shape& a, const Shape& b);

// Up to kOperands contiguous operands read along one dense output. Merged dimensions are kept from
// the innermost (0) outwards; an operand that is broadcast along a dimension has stride 0 there.
struct BroadcastN {
  static constexpr int kOperands = 3;
  static constexpr int kMaxDims = 12;  // merged; TensorFlow itself stops at 9 unmerged

  int operands = 0;
  int dims = 1;
  int64_t count = 0;  // elements of the output
  int64_t size[kMaxDims] = {1};
  int64_t stride[kOperands][kMaxDims] = {};  // in elements

  // Walks the rows (dimension 0) that cover the output elements [begin, end).
  // fn(output offset, n, operand offsets): every operand then advances by stride[i][0].
  template <typename F>
  void for_each_row(int64_t begin, int64_t end, F&& fn) const {
    int64_t index[kMaxDims];
    int64_t offset[kOperands] = {};
    int64_t rest = begin;
    for (int d = 0; d < dims; ++d) {
      index[d] = rest % size[d];
      rest /= size[d];
      for (int i = 0; i < operands; ++i) offset[i] += index[d] * stride[i][d];
    }
    while (begin < end) {
      const int64_t left = size[0] - index[0];
      const int64_t n = left < end - begin ? left : end - begin;
      fn(begin, n, static_cast<const int64_t*>(offset));
      begin += n;
      if (begin >= end) return;
      for (int i = 0; i < operands; ++i) offset[i] -= index[0] * stride[i][0];
      index[0] = 0;
      for (int d = 1; d < dims; ++d) {
        if (++index[d] < size[d]) {
          for (int i = 0; i < operands; ++i) offset[i] += stride[i][d];
          break;
        }
        for (int i = 0; i < operands; ++i) offset[i] -= (size[d] - 1) * stride[i][d];
        index[d] = 0;
      }
    }
  }
};
using Broadcast = BroadcastN;

// Merges the shapes against `result`, which they must broadcast to. Throws UNIMPLEMENTED when more
// than kMaxDims dimensions remain.
BroadcastN merge_broadcast(const Shape& result, std::span<const Shape* const> operands);

}  // namespace rill::kernels
