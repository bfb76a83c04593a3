// The float operations by name, for the map loops and the fused interpreter.
#pragma once

#include "kernels/op_codes.h"
#include "kernels/simd/special.h"

namespace rill::kernels::RILL_ISA {
namespace {

namespace f1 {  // y = f(x)
struct identity {
  static inline float f(float x, float) { return x; }
};
struct neg {
  static inline float f(float x, float) { return -x; }
};
struct abs {
  static inline float f(float x, float) { return abs1(x); }
};
struct sign {
  static inline float f(float x, float) {
    // Zero, NaN, and what counts as zero (denormals) give themselves back.
    return x > 0.0f ? 1.0f : (x < 0.0f ? -1.0f : x);
  }
};
struct square {
  static inline float f(float x, float) { return x * x; }
};
struct sqrt {
  static inline float f(float x, float) { return __builtin_sqrtf(x); }
};
struct rsqrt {
  static inline float f(float x, float) { return 1.0f / __builtin_sqrtf(x); }
};
struct reciprocal {
  static inline float f(float x, float) { return 1.0f / x; }
};
struct exp {
  static inline float f(float x, float) { return exp1(x); }
};
struct expm1 {
  static inline float f(float x, float) { return expm1_1(x); }
};
struct log {
  static inline float f(float x, float) { return log1(x); }
};
struct log1p {
  static inline float f(float x, float) { return log1p_1(x); }
};
struct sin {
  static inline float f(float x, float) { return sin_cos1(x, 0); }
};
struct cos {
  static inline float f(float x, float) { return sin_cos1(x, 1); }
};
struct tanh {
  static inline float f(float x, float) { return tanh1(x); }
};
struct erf {
  static inline float f(float x, float) { return erf1(x); }
};
struct asin {
  static inline float f(float x, float) { return asin1(x); }
};
struct acos {
  static inline float f(float x, float) { return acos1(x); }
};
struct atan {
  static inline float f(float x, float) { return atan1(x); }
};
struct atanh {
  static inline float f(float x, float) { return atanh1(x); }
};
struct erfc {
  static inline float f(float x, float) { return erfc1(x); }
};
struct erfinv {
  static inline float f(float x, float) { return erfinv1(x); }
};
struct ndtri {
  static inline float f(float x, float) { return ndtri1(x); }
};
struct bessel_i0 {
  static inline float f(float x, float) { return times_exp(bessel_i0e1(x), x); }
};
struct bessel_i0e {
  static inline float f(float x, float) { return bessel_i0e1(x); }
};
struct bessel_i1 {
  static inline float f(float x, float) { return times_exp(bessel_i1e1(x), x); }
};
struct bessel_i1e {
  static inline float f(float x, float) { return bessel_i1e1(x); }
};
struct sigmoid {
  static inline float f(float x, float) { return sigmoid1(x); }
};
struct relu {
  static inline float f(float x, float) { return x < 0.0f ? 0.0f : x; }
};
struct relu6 {
  static inline float f(float x, float) {
    const float r = x < 0.0f ? 0.0f : x;
    return r > 6.0f ? 6.0f : r;
  }
};
struct leaky_relu {
  static inline float f(float x, float a) { return x > 0.0f ? x : a * x; }
};
struct elu {
  static inline float f(float x, float a) { return x < 0.0f ? a * expm1_1(x) : x; }
};
struct selu {  // https://arxiv.org/abs/1706.02515
  static inline float f(float x, float) {
    return x < 0.0f ? 1.7580993408473768599402175208123f * expm1_1(x)
                    : 1.0507009873554804934193349852946f * x;
  }
};
struct softplus {
  static inline float f(float x, float) { return softplus1(x); }
};
struct softsign {
  static inline float f(float x, float) { return x / (abs1(x) + 1.0f); }
};
struct gelu {
  static inline float f(float x, float) {
    return 0.5f * x * (1.0f + erf1(x * 0.70710678118654752440f));
  }
};
struct gelu_tanh {
  static inline float f(float x, float) {
    return 0.5f * x * (1.0f + tanh1(0.79788456080286535588f * (x + 0.044715f * (x * x * x))));
  }
};
struct silu {
  static inline float f(float x, float) { return x * sigmoid1(x); }
};
struct hard_sigmoid {
  static inline float f(float x, float) { return relu6::f(x + 3.0f, 0.0f) * (1.0f / 6.0f); }
};
struct hard_swish {
  static inline float f(float x, float) { return x * hard_sigmoid::f(x, 0.0f); }
};
struct mish {
  static inline float f(float x, float) { return x * tanh1(softplus1(x)); }
};
struct floor {
  static inline float f(float x, float) { return floor1(x); }
};
struct ceil {
  static inline float f(float x, float) { return ceil1(x); }
};
struct rint {
  static inline float f(float x, float) { return rint1(x); }
};
struct trunc {
  static inline float f(float x, float) { return trunc1(x); }
};
}  // namespace f1

namespace f2 {  // y = f(a, b)
struct add {
  static inline float f(float a, float b, float) { return a + b; }
};
struct sub {
  static inline float f(float a, float b, float) { return a - b; }
};
struct mul {
  static inline float f(float a, float b, float) { return a * b; }
};
struct div {
  static inline float f(float a, float b, float) { return a / b; }
};
struct trunc_div {
  static inline float f(float a, float b, float) { return trunc1(a / b); }
};
struct floor_div {
  static inline float f(float a, float b, float) { return floor1(a / b); }
};
struct div_no_nan {
  static inline float f(float a, float b, float) { return b == 0.0f ? 0.0f : a / b; }
};
struct mul_no_nan {
  static inline float f(float a, float b, float) { return b == 0.0f ? 0.0f : a * b; }
};
struct maximum {
  static inline float f(float a, float b, float) { return max1(a, b); }
};
struct minimum {
  static inline float f(float a, float b, float) { return min1(a, b); }
};
struct squared_difference {
  static inline float f(float a, float b, float) { return (a - b) * (a - b); }
};
struct xdivy {
  static inline float f(float a, float b, float) { return a == 0.0f ? 0.0f : a / b; }
};
struct xlogy {
  static inline float f(float a, float b, float) { return a == 0.0f ? 0.0f : a * log1(b); }
};
struct xlog1py {
  static inline float f(float a, float b, float) { return a == 0.0f ? 0.0f : a * log1p_1(b); }
};
struct atan2 {
  static inline float f(float y, float x, float) { return atan2_1(y, x); }
};
struct relu_grad {
  static inline float f(float dy, float x, float) { return dy * (x > 0.0f ? 1.0f : 0.0f); }
};
struct relu6_grad {
  static inline float f(float dy, float x, float) {
    return dy * ((x > 0.0f) & (x < 6.0f) ? 1.0f : 0.0f);
  }
};
struct leaky_relu_grad {
  static inline float f(float dy, float x, float a) { return x > 0.0f ? dy : dy * a; }
};
struct elu_grad {
  static inline float f(float dy, float y, float) { return y < 0.0f ? (y + 1.0f) * dy : dy; }
};
struct selu_grad {
  static inline float f(float dy, float y, float) {
    return y < 0.0f ? dy * (y + 1.7580993408473768599402175208123f)
                    : dy * 1.0507009873554804934193349852946f;
  }
};
struct sigmoid_grad {
  static inline float f(float y, float dy, float) { return dy * y * (1.0f - y); }
};
struct tanh_grad {
  static inline float f(float y, float dy, float) { return dy * (1.0f - y * y); }
};
struct softplus_grad {
  static inline float f(float dy, float x, float) { return dy / (exp1(-x) + 1.0f); }
};
struct softsign_grad {
  static inline float f(float dy, float x, float) {
    const float d = 1.0f + abs1(x);
    return dy / (d * d);
  }
};
// As TensorFlow: nothing comes back where nothing came in, even from infinity.
struct rsqrt_grad {
  static inline float f(float y, float dy, float) {
    return dy == 0.0f ? 0.0f : dy * -0.5f * y * (y * y);
  }
};
struct sqrt_grad {
  static inline float f(float y, float dy, float) { return dy == 0.0f ? 0.0f : dy * 0.5f / y; }
};
struct reciprocal_grad {
  static inline float f(float y, float dy, float) { return dy == 0.0f ? 0.0f : -dy * (y * y); }
};
}  // namespace f2

namespace cmp {  // comparisons
struct equal {
  static inline bool f(float a, float b) { return a == b; }
};
struct not_equal {
  static inline bool f(float a, float b) { return a != b; }
};
struct less {
  static inline bool f(float a, float b) { return a < b; }
};
struct less_equal {
  static inline bool f(float a, float b) { return a <= b; }
};
struct greater {
  static inline bool f(float a, float b) { return a > b; }
};
struct greater_equal {
  static inline bool f(float a, float b) { return a >= b; }
};
}  // namespace cmp

// One place names what has a float function: v.operator()<op, function>() for each. The cheap ones
// cost less than a call through the table.
template <typename V>
inline void for_each_cheap_unary(V&& v) {
  v.template operator()<UnaryOp::identity, f1::identity>();
  v.template operator()<UnaryOp::neg, f1::neg>();
  v.template operator()<UnaryOp::abs, f1::abs>();
  v.template operator()<UnaryOp::sign, f1::sign>();
  v.template operator()<UnaryOp::square, f1::square>();
  v.template operator()<UnaryOp::sqrt, f1::sqrt>();
  v.template operator()<UnaryOp::rsqrt, f1::rsqrt>();
  v.template operator()<UnaryOp::reciprocal, f1::reciprocal>();
  v.template operator()<UnaryOp::relu, f1::relu>();
  v.template operator()<UnaryOp::relu6, f1::relu6>();
  v.template operator()<UnaryOp::leaky_relu, f1::leaky_relu>();
  v.template operator()<UnaryOp::softsign, f1::softsign>();
  v.template operator()<UnaryOp::hard_sigmoid, f1::hard_sigmoid>();
  v.template operator()<UnaryOp::hard_swish, f1::hard_swish>();
  v.template operator()<UnaryOp::floor, f1::floor>();
  v.template operator()<UnaryOp::ceil, f1::ceil>();
  v.template operator()<UnaryOp::rint, f1::rint>();
  v.template operator()<UnaryOp::trunc, f1::trunc>();
}

template <typename V>
inline void for_each_unary(V&& v) {
  for_each_cheap_unary(v);
  v.template operator()<UnaryOp::exp, f1::exp>();
  v.template operator()<UnaryOp::expm1, f1::expm1>();
  v.template operator()<UnaryOp::log, f1::log>();
  v.template operator()<UnaryOp::log1p, f1::log1p>();
  v.template operator()<UnaryOp::sin, f1::sin>();
  v.template operator()<UnaryOp::cos, f1::cos>();
  v.template operator()<UnaryOp::tanh, f1::tanh>();
  v.template operator()<UnaryOp::erf, f1::erf>();
  v.template operator()<UnaryOp::asin, f1::asin>();
  v.template operator()<UnaryOp::acos, f1::acos>();
  v.template operator()<UnaryOp::atan, f1::atan>();
  v.template operator()<UnaryOp::atanh, f1::atanh>();
  v.template operator()<UnaryOp::erfc, f1::erfc>();
  v.template operator()<UnaryOp::erfinv, f1::erfinv>();
  v.template operator()<UnaryOp::ndtri, f1::ndtri>();
  v.template operator()<UnaryOp::bessel_i0, f1::bessel_i0>();
  v.template operator()<UnaryOp::bessel_i0e, f1::bessel_i0e>();
  v.template operator()<UnaryOp::bessel_i1, f1::bessel_i1>();
  v.template operator()<UnaryOp::bessel_i1e, f1::bessel_i1e>();
  v.template operator()<UnaryOp::sigmoid, f1::sigmoid>();
  v.template operator()<UnaryOp::elu, f1::elu>();
  v.template operator()<UnaryOp::selu, f1::selu>();
  v.template operator()<UnaryOp::softplus, f1::softplus>();
  v.template operator()<UnaryOp::gelu, f1::gelu>();
  v.template operator()<UnaryOp::gelu_tanh, f1::gelu_tanh>();
  v.template operator()<UnaryOp::silu, f1::silu>();
  v.template operator()<UnaryOp::mish, f1::mish>();
}

template <typename V>
inline void for_each_cheap_binary(V&& v) {
  v.template operator()<BinaryOp::add, f2::add>();
  v.template operator()<BinaryOp::sub, f2::sub>();
  v.template operator()<BinaryOp::mul, f2::mul>();
  v.template operator()<BinaryOp::div, f2::div>();
  v.template operator()<BinaryOp::trunc_div, f2::trunc_div>();
  v.template operator()<BinaryOp::floor_div, f2::floor_div>();
  v.template operator()<BinaryOp::div_no_nan, f2::div_no_nan>();
  v.template operator()<BinaryOp::mul_no_nan, f2::mul_no_nan>();
  v.template operator()<BinaryOp::maximum, f2::maximum>();
  v.template operator()<BinaryOp::minimum, f2::minimum>();
  v.template operator()<BinaryOp::squared_difference, f2::squared_difference>();
  v.template operator()<BinaryOp::xdivy, f2::xdivy>();
  v.template operator()<BinaryOp::relu_grad, f2::relu_grad>();
  v.template operator()<BinaryOp::relu6_grad, f2::relu6_grad>();
  v.template operator()<BinaryOp::leaky_relu_grad, f2::leaky_relu_grad>();
  v.template operator()<BinaryOp::elu_grad, f2::elu_grad>();
  v.template operator()<BinaryOp::selu_grad, f2::selu_grad>();
  v.template operator()<BinaryOp::sigmoid_grad, f2::sigmoid_grad>();
  v.template operator()<BinaryOp::tanh_grad, f2::tanh_grad>();
  v.template operator()<BinaryOp::softsign_grad, f2::softsign_grad>();
  v.template operator()<BinaryOp::rsqrt_grad, f2::rsqrt_grad>();
  v.template operator()<BinaryOp::sqrt_grad, f2::sqrt_grad>();
  v.template operator()<BinaryOp::reciprocal_grad, f2::reciprocal_grad>();
}

template <typename V>
inline void for_each_binary(V&& v) {
  for_each_cheap_binary(v);
  v.template operator()<BinaryOp::xlogy, f2::xlogy>();
  v.template operator()<BinaryOp::xlog1py, f2::xlog1py>();
  v.template operator()<BinaryOp::atan2, f2::atan2>();
  v.template operator()<BinaryOp::softplus_grad, f2::softplus_grad>();
}

template <typename V>
inline void for_each_comparison(V&& v) {
  v.template operator()<BinaryOp::equal, cmp::equal>();
  v.template operator()<BinaryOp::not_equal, cmp::not_equal>();
  v.template operator()<BinaryOp::less, cmp::less>();
  v.template operator()<BinaryOp::less_equal, cmp::less_equal>();
  v.template operator()<BinaryOp::greater, cmp::greater>();
  v.template operator()<BinaryOp::greater_equal, cmp::greater_equal>();
}

}  // namespace
}  // namespace rill::kernels::RILL_ISA
