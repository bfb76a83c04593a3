// What each binary operation means for one pair of elements, for every type. float is done by simd/
// where it has the function; half types are computed in float. Meanings are TensorFlow's
// (tensorflow/core/kernels/cwise_ops.h).
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>
#include <type_traits>

#include "kernels/unary_functions.h"

namespace rill::kernels {

constexpr bool is_comparison(BinaryOp op) {
  return op >= BinaryOp::equal && op <= BinaryOp::greater_equal;
}
constexpr bool is_gradient(BinaryOp op) {
  return op >= BinaryOp::relu_grad && op <= BinaryOp::reciprocal_grad;
}
constexpr bool is_logical(BinaryOp op) {
  return op == BinaryOp::logical_and || op == BinaryOp::logical_or;
}

template <typename T>
constexpr bool binary_exists(BinaryOp op) {
  using enum BinaryOp;
  const bool integer_only = op >= bitwise_and;
  if (std::is_same_v<T, bool>) return op == equal || op == not_equal || is_logical(op);
  if (is_logical(op)) return false;
  if (std::is_integral_v<T>) {
    return integer_only || is_comparison(op) || op <= trunc_mod || op == pow || op == maximum ||
           op == minimum || op == squared_difference || op == relu_grad || op == relu6_grad;
  }
  if (integer_only) return false;
  return true;
}

// base^exponent, wrapping; a negative exponent is the caller's error (result 0 here, or of +-1).
template <typename T>
T integer_power(T base, T exponent) {
  using U = Wrapping<T>;
  if constexpr (std::is_signed_v<T>) {
    if (exponent < 0) {
      if (base == 1) return T{1};
      if (base == -1) return (exponent & 1) ? T{-1} : T{1};
      return T{0};
    }
  }
  U result = 1;
  U factor = static_cast<U>(base);
  for (auto e = static_cast<std::make_unsigned_t<T>>(exponent); e != 0;
       e = static_cast<decltype(e)>(e >> 1)) {
    if (e & 1u) result *= factor;
    factor *= factor;
  }
  return static_cast<T>(result);
}

// A zero divisor gives 0 (see divides_integers()); the lowest number by -1 wraps.
template <typename T>
T integer_quotient(T a, T b, T& remainder) {
  remainder = T{0};
  if (b == T{0}) return T{0};
  if constexpr (std::is_signed_v<T>) {
    if (b == T{-1}) return static_cast<T>(Wrapping<T>{0} - static_cast<Wrapping<T>>(a));
  }
  remainder = static_cast<T>(a % b);
  return static_cast<T>(a / b);
}

template <BinaryOp op, typename T>
T binary_integer(T a, T b) {
  using enum BinaryOp;
  using U = Wrapping<T>;
  const U ua = static_cast<U>(a);
  const U ub = static_cast<U>(b);
  if constexpr (op == add) return static_cast<T>(ua + ub);
  if constexpr (op == sub) return static_cast<T>(ua - ub);
  if constexpr (op == mul) return static_cast<T>(ua * ub);
  if constexpr (op == div || op == trunc_div || op == floor_div || op == floor_mod ||
                op == trunc_mod) {
    T remainder;
    const T quotient = integer_quotient(a, b, remainder);
    const bool adjust = remainder != T{0} && (remainder < T{0}) != (b < T{0});
    if constexpr (op == trunc_mod) return remainder;
    if constexpr (op == floor_mod) return static_cast<T>(adjust ? remainder + b : remainder);
    if constexpr (op == floor_div) return static_cast<T>(adjust ? quotient - 1 : quotient);
    return quotient;
  }
  if constexpr (op == pow) return integer_power(a, b);
  if constexpr (op == maximum) return a > b ? a : b;
  if constexpr (op == minimum) return a < b ? a : b;
  if constexpr (op == squared_difference) return static_cast<T>((ua - ub) * (ua - ub));
  if constexpr (op == relu_grad) return b > T{0} ? a : T{0};
  if constexpr (op == relu6_grad) return b > T{0} && b < T{6} ? a : T{0};
  if constexpr (op == bitwise_and) return static_cast<T>(a & b);
  if constexpr (op == bitwise_or) return static_cast<T>(a | b);
  if constexpr (op == bitwise_xor) return static_cast<T>(a ^ b);
  if constexpr (op == left_shift || op == right_shift) {
    // TensorFlow clamps the shift to the width - 1.
    constexpr int kMax = std::numeric_limits<std::make_unsigned_t<T>>::digits - 1;
    const int shift = b < T{0} ? 0 : (b > T{kMax} ? kMax : static_cast<int>(b));
    if constexpr (op == left_shift) return static_cast<T>(ua << shift);
    return static_cast<T>(a >> shift);
  }
  return a;
}

template <BinaryOp op, typename T>
T binary_real(T a, T b, double alpha) {
  using enum BinaryOp;
  [[maybe_unused]] const T slope = static_cast<T>(alpha);
  if constexpr (op == add) return a + b;
  if constexpr (op == sub) return a - b;
  if constexpr (op == mul) return a * b;
  if constexpr (op == div) return a / b;
  if constexpr (op == trunc_div) return std::trunc(a / b);
  if constexpr (op == floor_div) return std::floor(a / b);
  if constexpr (op == trunc_mod) return std::fmod(a, b);
  if constexpr (op == floor_mod) {
    const T remainder = std::fmod(a, b);
    return remainder != T(0) && (remainder < T(0)) != (b < T(0)) ? remainder + b : remainder;
  }
  if constexpr (op == div_no_nan) return b == T(0) ? T(0) : a / b;
  if constexpr (op == mul_no_nan) return b == T(0) ? T(0) : a * b;
  if constexpr (op == pow) return std::pow(a, b);
  if constexpr (op == maximum) return a > b || a != a ? a : b;
  if constexpr (op == minimum) return a < b || a != a ? a : b;
  if constexpr (op == squared_difference) return (a - b) * (a - b);
  if constexpr (op == atan2) return std::atan2(a, b);
  if constexpr (op == next_after) return std::nextafter(a, b);
  if constexpr (op == xdivy) return a == T(0) ? T(0) : a / b;
  if constexpr (op == xlogy) return a == T(0) ? T(0) : a * std::log(b);
  if constexpr (op == xlog1py) return a == T(0) ? T(0) : a * std::log1p(b);
  // As TensorFlow: what is not finite shows even where nothing passes.
  if constexpr (op == relu_grad) return a * (b > T(0) ? T(1) : T(0));
  if constexpr (op == relu6_grad) return a * (b > T(0) && b < T(6) ? T(1) : T(0));
  if constexpr (op == leaky_relu_grad) return b > T(0) ? a : a * slope;
  if constexpr (op == elu_grad) return b < T(0) ? (b + T(1)) * a : a;
  if constexpr (op == selu_grad) {
    return b < T(0) ? a * (b + T(1.7580993408473768599402175208123))
                    : a * T(1.0507009873554804934193349852946);
  }
  if constexpr (op == sigmoid_grad) return b * a * (T(1) - a);
  if constexpr (op == tanh_grad) return b * (T(1) - a * a);
  if constexpr (op == softplus_grad) return a / (std::exp(-b) + T(1));
  if constexpr (op == softsign_grad) return a / ((T(1) + std::abs(b)) * (T(1) + std::abs(b)));
  // As TensorFlow: nothing comes back where nothing came in, even from infinity.
  if constexpr (op == rsqrt_grad) return b == T(0) ? T(0) : b * T(-0.5) * a * (a * a);
  if constexpr (op == sqrt_grad) return b == T(0) ? T(0) : b * T(0.5) / a;
  if constexpr (op == reciprocal_grad) return b == T(0) ? T(0) : -b * (a * a);
  return a;
}

template <BinaryOp op, typename T>
bool binary_comparison(T a, T b) {
  using enum BinaryOp;
  if constexpr (op == equal) return a == b;
  if constexpr (op == not_equal) return a != b;
  if constexpr (op == less) return a < b;
  if constexpr (op == less_equal) return a <= b;
  if constexpr (op == greater) return a > b;
  if constexpr (op == greater_equal) return a >= b;
  return false;
}

}  // namespace rill::kernels
