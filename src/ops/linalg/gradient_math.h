// What the gradients of linear algebra are written with: products and diagonals of the matrices in
// the last two dimensions.
#pragma once

#include "ops/gradient_attrs.h"
#include "rill/ops/linalg.hpp"

namespace rill::grads {

// a b, either side conjugated and transposed.
inline Value product(const Value& a, const Value& b, bool adjoint_a = false,
                     bool adjoint_b = false) {
  return ops::matmul(a, b, false, false, adjoint_a, adjoint_b);
}

// [..., m, n] -> [..., n, m], conjugated.
Value adjoint(const Value& x);

// Of the parts of a complex number.
inline DType real_dtype(DType complex) {
  return complex == DType::complex128 ? DType::float64 : DType::float32;
}

// x[..., begin:end, :] or, with columns, x[..., begin:end]; an end of 0 stands for the far end.
Value rows_of(const Value& x, int64_t begin, int64_t end);
Value columns_of(const Value& x, int64_t begin, int64_t end);

inline Value diag_part(const Value& x) { return ops::matrix_diag_part(x); }
inline Value set_diag(const Value& x, const Value& diagonal) {
  return ops::matrix_set_diag(x, diagonal);
}
inline Value diag(const Value& x) { return ops::matrix_diag(x); }
inline Value lower_part(const Value& x) {
  return ops::matrix_band_part(x, Tensor::scalar(int64_t{-1}), Tensor::scalar(int64_t{0}));
}
inline Value upper_part(const Value& x) {
  return ops::matrix_band_part(x, Tensor::scalar(int64_t{0}), Tensor::scalar(int64_t{-1}));
}
inline Value last_dim(const Value& x) { return emit("ExpandDims", {x, Tensor::scalar(-1)}); }
inline Value dim_before_last(const Value& x) { return emit("ExpandDims", {x, Tensor::scalar(-2)}); }

}  // namespace rill::grads
