// Copies between strided and dense layouts, summing over dimensions on the way.
#pragma once

#include <cstdint>
#include <vector>

#include "rill/dtype.hpp"

namespace rill::kernels {

// A walk over `size`, outermost first: element (i, j, ...) lies at i*stride[0] + j*stride[1] + ...
struct StridedDims {
  std::vector<int64_t> size;
  std::vector<int64_t> stride;
  void add(int64_t n, int64_t step) {
    size.push_back(n);
    stride.push_back(step);
  }
  int64_t count() const {
    int64_t n = 1;
    for (int64_t s : size) n *= s;
    return n;
  }
  // The elements lie one after another.
  bool is_dense() const;
};

// dense[i] = the i-th element of the walk `kept`, summed over the walk `summed` from there.
using GatherFn = void (*)(const void* strided, const StridedDims& kept, const StridedDims& summed,
                          void* dense);
// The i-th element of the walk = dense[i].
using ScatterFn = void (*)(const void* dense, const StridedDims& walk, void* strided);

// Throw UNIMPLEMENTED for a dtype that is not a number.
GatherFn gather_fn(DType dtype);
ScatterFn scatter_fn(DType dtype);

}  // namespace rill::kernels
