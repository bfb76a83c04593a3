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

// fn(offset of the first element of an innermost run) for each run in order.
template <typename F>
void for_each_run(const StridedDims& dims, F&& fn) {
  const size_t rank = dims.size.size();
  for (int64_t n : dims.size) {
    if (n == 0) return;
  }
  std::vector<int64_t> index(rank, 0);
  int64_t offset = 0;
  while (true) {
    fn(offset);
    if (rank < 2) return;
    size_t d = rank - 1;
    while (true) {
      if (d == 0) return;
      --d;
      offset += dims.stride[d];
      if (++index[d] < dims.size[d]) break;
      offset -= dims.size[d] * dims.stride[d];
      index[d] = 0;
    }
  }
}

inline int64_t run_length(const StridedDims& dims) {
  return dims.size.empty() ? 1 : dims.size.back();
}
inline int64_t run_stride(const StridedDims& dims) {
  return dims.stride.empty() ? 0 : dims.stride.back();
}

// dense[i] = the i-th element of the walk `kept`, summed over the walk `summed` from there.
using GatherFn = void (*)(const void* strided, const StridedDims& kept, const StridedDims& summed,
                          void* dense);
// The i-th element of the walk = dense[i].
using ScatterFn = void (*)(const void* dense, const StridedDims& walk, void* strided);

// Throw UNIMPLEMENTED for a dtype that is not a number.
GatherFn gather_fn(DType dtype);
ScatterFn scatter_fn(DType dtype);

}  // namespace rill::kernels
