// The elementwise operations by number. Only <cstdint>: the sources that are compiled once an
// instruction set include this, and must not emit inline functions of shared headers.
#pragma once

#include <cstdint>

namespace rill::kernels {

enum class UnaryOp : uint8_t {
  identity,
  neg,
  abs,
  sign,
  square,
  sqrt,
  rsqrt,
  reciprocal,
  exp,
  expm1,
  log,
  log1p,
  sin,
  cos,
  tan,
  asin,
  acos,
  atan,
  sinh,
  cosh,
  tanh,
  asinh,
  acosh,
  atanh,
  erf,
  erfc,
  erfinv,
  ndtri,
  lgamma,
  digamma,
  bessel_i0,
  bessel_i0e,  // exp(-|x|) I0(x)
  bessel_i1,
  bessel_i1e,
  sigmoid,
  relu,
  relu6,
  leaky_relu,  // alpha: slope below zero
  elu,         // alpha: scale below zero
  selu,
  softplus,
  softsign,
  gelu,       // x * Phi(x)
  gelu_tanh,  // the tanh approximation
  silu,
  hard_sigmoid,  // Keras 3: relu6(x + 3) / 6
  hard_swish,    // x * hard_sigmoid(x)
  mish,
  floor,
  ceil,
  rint,   // to nearest, ties to even: tf.round, tf.rint
  trunc,  // towards zero
  // Results are bool:
  is_nan,
  is_inf,
  is_finite,
  logical_not,  // bool only
  invert,       // integers only: ~x
};
inline constexpr int kUnaryOps = static_cast<int>(UnaryOp::invert) + 1;

enum class BinaryOp : uint8_t {
  add,
  sub,
  mul,
  div,        // floats; integers as trunc_div
  trunc_div,  // integers: towards zero
  floor_div,  // TensorFlow FloorDiv
  floor_mod,  // TensorFlow FloorMod: the sign of the divisor
  trunc_mod,  // TensorFlow Mod / TruncateMod: the sign of the dividend
  div_no_nan,
  mul_no_nan,  // 0 where b is 0, whatever a is
  pow,
  maximum,  // a NaN in either gives NaN
  minimum,
  squared_difference,
  atan2,
  next_after,
  xdivy,
  xlogy,
  xlog1py,
  // Gradients: a is the incoming gradient `dy` or as noted.
  relu_grad,        // dy, x or y: dy where x > 0
  relu6_grad,       // dy, x or y: dy where 0 < x < 6
  leaky_relu_grad,  // dy, x; alpha
  elu_grad,         // dy, y
  selu_grad,        // dy, y
  sigmoid_grad,     // y, dy: dy * y * (1 - y)
  tanh_grad,        // y, dy: dy * (1 - y * y)
  softplus_grad,    // dy, x
  softsign_grad,    // dy, x
  rsqrt_grad,       // y, dy: dy * -0.5 * y^3
  sqrt_grad,        // y, dy: dy * 0.5 / y
  reciprocal_grad,  // y, dy: -dy * y * y
  // Results are bool:
  equal,
  not_equal,
  less,
  less_equal,
  greater,
  greater_equal,
  // bool only:
  logical_and,
  logical_or,
  // integers only:
  bitwise_and,
  bitwise_or,
  bitwise_xor,
  left_shift,
  right_shift,
};
inline constexpr int kBinaryOps = static_cast<int>(BinaryOp::right_shift) + 1;

// How the innermost loop of a binary operation reads its operands.
enum class BinaryMode : int { vector_vector = 0, scalar_vector = 1, vector_scalar = 2 };

}  // namespace rill::kernels
