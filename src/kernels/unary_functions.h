// What each unary operation means for one element, for every type. float is done by simd/ where it
// has the function; half types are computed in float.
#pragma once

#include <cmath>
#include <complex>
#include <cstdint>
#include <type_traits>

#include "kernels/bessel.h"
#include "kernels/op_codes.h"
#include "kernels/special.h"

namespace rill::kernels {

template <typename T>
inline constexpr bool is_complex_type = false;
template <typename T>
inline constexpr bool is_complex_type<std::complex<T>> = true;

// Arithmetic that wraps around: unsigned, and wide enough not to be promoted to int.
template <typename T>
using Wrapping = std::make_unsigned_t<std::conditional_t<(sizeof(T) < 4), int32_t, T>>;

constexpr bool gives_bool(UnaryOp op) {
  return op == UnaryOp::is_nan || op == UnaryOp::is_inf || op == UnaryOp::is_finite ||
         op == UnaryOp::logical_not;
}

template <typename T>
constexpr bool unary_exists(UnaryOp op) {
  using enum UnaryOp;
  if (op == identity) return true;
  if (std::is_same_v<T, bool>) return op == logical_not;
  if (op == logical_not) return false;
  if (op == invert) return std::is_integral_v<T>;
  if (std::is_integral_v<T>) {
    return op == neg || op == abs || op == sign || op == square || op == relu || op == relu6 ||
           op == leaky_relu;
  }
  return true;
}

template <UnaryOp op, typename T>
T unary_integer(T x, double alpha) {
  using enum UnaryOp;
  using U = Wrapping<T>;
  const U u = static_cast<U>(x);
  if constexpr (op == neg) return static_cast<T>(U{0} - u);
  if constexpr (op == abs) return x < T{0} ? static_cast<T>(U{0} - u) : x;
  if constexpr (op == sign) return static_cast<T>((x > T{0}) - (x < T{0}));
  if constexpr (op == square) return static_cast<T>(u * u);
  if constexpr (op == relu) return x < T{0} ? T{0} : x;
  if constexpr (op == relu6) return x < T{0} ? T{0} : (x > T{6} ? T{6} : x);
  if constexpr (op == leaky_relu) {
    return x > T{0} ? x : static_cast<T>(static_cast<double>(x) * alpha);
  }
  if constexpr (op == invert) return static_cast<T>(~x);
  return x;
}

template <typename T>
T softplus_of(T x) {
  return (x > T(0) ? x : T(0)) + std::log1p(std::exp(-std::abs(x)));
}
template <typename T>
T sigmoid_of(T x) {
  const T e = std::exp(-std::abs(x));
  return (x < T(0) ? e : T(1)) / (T(1) + e);
}
template <typename T>
T hard_sigmoid_of(T x) {
  const T r = x + T(3);
  return (r < T(0) ? T(0) : (r > T(6) ? T(6) : r)) / T(6);
}

template <UnaryOp op, typename T>
T unary_real(T x, double alpha) {
  using enum UnaryOp;
  [[maybe_unused]] const T a = static_cast<T>(alpha);
  if constexpr (op == neg) return -x;
  if constexpr (op == abs) return std::abs(x);
  if constexpr (op == sign) return x != x ? x : static_cast<T>((x > T(0)) - (x < T(0)));
  if constexpr (op == square) return x * x;
  if constexpr (op == sqrt) return std::sqrt(x);
  if constexpr (op == rsqrt) return T(1) / std::sqrt(x);
  if constexpr (op == reciprocal) return T(1) / x;
  if constexpr (op == exp) return std::exp(x);
  if constexpr (op == expm1) return std::expm1(x);
  if constexpr (op == log) return std::log(x);
  if constexpr (op == log1p) return std::log1p(x);
  if constexpr (op == sin) return std::sin(x);
  if constexpr (op == cos) return std::cos(x);
  if constexpr (op == tan) return std::tan(x);
  if constexpr (op == asin) return std::asin(x);
  if constexpr (op == acos) return std::acos(x);
  if constexpr (op == atan) return std::atan(x);
  if constexpr (op == sinh) return std::sinh(x);
  if constexpr (op == cosh) return std::cosh(x);
  if constexpr (op == tanh) return std::tanh(x);
  if constexpr (op == asinh) return std::asinh(x);
  if constexpr (op == acosh) return std::acosh(x);
  if constexpr (op == atanh) return std::atanh(x);
  if constexpr (op == erf) return std::erf(x);
  if constexpr (op == erfc) return std::erfc(x);
  if constexpr (op == erfinv) return static_cast<T>(erf_inverse(x));
  if constexpr (op == UnaryOp::ndtri) return static_cast<T>(kernels::ndtri(x));
  if constexpr (op == lgamma) return static_cast<T>(log_gamma(x));
  if constexpr (op == UnaryOp::digamma) return static_cast<T>(kernels::digamma(x));
  if constexpr (op == UnaryOp::bessel_i0) return static_cast<T>(kernels::bessel_i0(x));
  if constexpr (op == UnaryOp::bessel_i0e) return static_cast<T>(kernels::bessel_i0e(x));
  if constexpr (op == UnaryOp::bessel_i1) return static_cast<T>(kernels::bessel_i1(x));
  if constexpr (op == UnaryOp::bessel_i1e) return static_cast<T>(kernels::bessel_i1e(x));
  if constexpr (op == sigmoid) return sigmoid_of(x);
  if constexpr (op == relu) return x < T(0) ? T(0) : x;
  if constexpr (op == relu6) return x < T(0) ? T(0) : (x > T(6) ? T(6) : x);
  if constexpr (op == leaky_relu) return x > T(0) ? x : a * x;
  if constexpr (op == elu) return x < T(0) ? a * std::expm1(x) : x;
  if constexpr (op == selu) {
    return x < T(0) ? T(1.7580993408473768599402175208123) * std::expm1(x)
                    : T(1.0507009873554804934193349852946) * x;
  }
  if constexpr (op == softplus) return softplus_of(x);
  if constexpr (op == softsign) return x / (std::abs(x) + T(1));
  if constexpr (op == gelu) {
    return T(0.5) * x * (T(1) + std::erf(x * T(0.70710678118654752440)));
  }
  if constexpr (op == gelu_tanh) {
    return T(0.5) * x *
           (T(1) + std::tanh(T(0.79788456080286535588) * (x + T(0.044715) * (x * x * x))));
  }
  if constexpr (op == silu) return x * sigmoid_of(x);
  if constexpr (op == hard_sigmoid) return hard_sigmoid_of(x);
  if constexpr (op == hard_swish) return x * hard_sigmoid_of(x);
  if constexpr (op == mish) return x * std::tanh(softplus_of(x));
  if constexpr (op == floor) return std::floor(x);
  if constexpr (op == ceil) return std::ceil(x);
  if constexpr (op == rint) return std::rint(x);
  if constexpr (op == trunc) return std::trunc(x);
  return x;
}

}  // namespace rill::kernels
