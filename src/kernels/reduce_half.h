// Sums and products of half types.
#pragma once

#include "kernels/reduce.h"

namespace rill::kernels {

// Sums, means, norms and products of float16, and products of bfloat16: every step is rounded to
// the type, in the order in which TensorFlow's steps are, so that long sums stop growing where
// theirs do. Null for what is accumulated in a wider type.
Reduce::Fn half_reduction(ReduceOp op, DType dtype) noexcept;

// The sum of x[0, n), every step rounded likewise. x begins at element `first` of its tensor, which
// says where long sums are cut.
float half_sum(const float16* x, int64_t first, int64_t n);
float half_sum(const bfloat16* x, int64_t first, int64_t n);

}  // namespace rill::kernels
