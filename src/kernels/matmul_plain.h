// Products of matrices of integers: what gemm.h (float32) and panel_matmul.h do not do.
#pragma once

#include <cstdint>
#include <vector>

#include "rill/dtype.hpp"

namespace rill::kernels {

struct MatMulShape {
  int64_t m = 0, n = 0, k = 0;
  bool transpose_a = false;  // A lies as k x m
  bool transpose_b = false;  // B lies as n x k
  bool conjugate_a = false;
  bool conjugate_b = false;
  // Products to make, and which matrix of A and of B each takes; empty: the i-th.
  int64_t batch = 1;
  std::vector<int64_t> a_index, b_index;
};

// Wraps around. The result does not depend on the number of
// threads.
struct PlainMatMul {
  using Fn = void (*)(const MatMulShape& shape, const void* a, const void* b, void* c);
  MatMulShape shape;
  Fn fn = nullptr;
  void run(const void* a, const void* b, void* c) const { fn(shape, a, b, c); }
};

// Throws UNIMPLEMENTED for a dtype that is no integer.
PlainMatMul prepare_plain_matmul(DType dtype, MatMulShape shape);

}  // namespace rill::kernels
