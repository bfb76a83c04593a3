// Elementwise operations on raw memory. Two steps: prepare_*() once a Plan (checks, may throw), and
// run() as often as one likes: no check, no allocation, no exception. run() uses the thread pool
// for large tensors; its results do not depend on the number of threads. The output may be an
// input's memory when the element sizes agree (and, for two inputs, that input is not broadcast).
#pragma once

#include <cstdint>

#include "kernels/broadcast.h"
#include "rill/dtype.hpp"
#include "rill/shape.hpp"

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

// The dtype of the result; DType::invalid when the operation does not exist for `dtype`.
DType unary_result(UnaryOp op, DType dtype) noexcept;
DType binary_result(BinaryOp op, DType dtype) noexcept;

struct Unary {
  using Fn = void (*)(const void* x, void* y, int64_t n, double alpha);
  Fn fn = nullptr;
  int64_t n = 0;
  double alpha = 0;
  int64_t grain = 0;
  uint8_t x_size = 0;
  uint8_t y_size = 0;

  void run(const void* x, void* y) const noexcept;
};

// Throws UNIMPLEMENTED when the operation does not exist for the dtype.
Unary prepare_unary(UnaryOp op, DType dtype, int64_t n, double alpha = 0);

// True when a zero in `b` is an error that the caller must report before run() ("Integer division
// by zero"): run() gives 0 there instead of trapping.
bool divides_integers(BinaryOp op, DType dtype) noexcept;

struct Binary {
  // How the innermost loop reads its operands.
  enum Mode : int { vector_vector = 0, scalar_vector = 1, vector_scalar = 2 };
  using Fn = void (*)(const void* a, const void* b, void* y, int64_t n, int mode, double alpha);
  Fn fn = nullptr;
  Broadcast shape;
  double alpha = 0;
  int64_t grain = 0;
  uint8_t in_size = 0;
  uint8_t out_size = 0;

  void run(const void* a, const void* b, void* y) const noexcept;
};

// Throws INVALID_ARGUMENT ("Incompatible shapes: [2,3] vs. [4]") when the shapes do not broadcast,
// UNIMPLEMENTED when the operation does not exist for the dtype. `alpha` is for leaky_relu_grad.
Binary prepare_binary(BinaryOp op, DType dtype, const Shape& a, const Shape& b, double alpha = 0);

// y = condition ? a : b, all three broadcast together; bytes are copied, so any plain dtype.
struct Select {
  BroadcastN shape;
  int64_t grain = 0;
  int element = 0;

  void run(const bool* condition, const void* a, const void* b, void* y) const noexcept;
};
Select prepare_select(const Shape& condition, const Shape& a, const Shape& b, size_t element_size);

}  // namespace rill::kernels
