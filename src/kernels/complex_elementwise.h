// Elementwise operations on complex numbers: plain loops behind the interface of elementwise.h.
#pragma once

#include "kernels/elementwise.h"

namespace rill::kernels {

// Null when the operation does not exist for complex numbers. prepare_unary() and prepare_binary()
// come here for complex dtypes.
Unary::Fn complex_unary(UnaryOp op, DType dtype) noexcept;
Binary::Fn complex_binary(BinaryOp op, DType dtype) noexcept;

// Throw UNIMPLEMENTED when the operation does not exist for complex numbers.
Unary prepare_complex_unary(UnaryOp op, DType dtype, int64_t n);
Binary prepare_complex_binary(BinaryOp op, DType dtype, const Shape& a, const Shape& b);

}  // namespace rill::kernels
