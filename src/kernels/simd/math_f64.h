// Scalar double functions without branches, by the rules of math.h.
//
// exp: Taylor's series on |r| <= ln(2) / 2. log: fdlibm's e_log.c (the coefficients and the order
// of the sum).
#pragma once

#include "kernels/simd/math.h"

namespace rill::kernels::RILL_ISA {
namespace {

inline uint64_t to_bits(double x) { return __builtin_bit_cast(uint64_t, x); }
inline double from_bits(uint64_t x) { return __builtin_bit_cast(double, x); }

constexpr double kInf64 = __builtin_inf();
constexpr double kNan64 = __builtin_nan("");
constexpr double kRound64 = 6755399441055744.0;  // 1.5 * 2^52: adding it rounds to an integer
constexpr double kLn2High = 6.93147180369123816490e-01;
constexpr double kLn2Low = 1.90821492927058770002e-10;

inline double abs1(double x) { return from_bits(to_bits(x) & 0x7fffffffffffffffu); }
inline double copy_sign(double magnitude, double sign) {
  return from_bits((to_bits(magnitude) & 0x7fffffffffffffffu) |
                   (to_bits(sign) & 0x8000000000000000u));
}

// 2^n for -1022 <= n <= 1023; 2^1024 is infinity. n comes as n + kRound64.
inline double power_of_2(double shifted) { return from_bits((to_bits(shifted) + 1023u) << 52); }

// e^r - 1 for |r| <= ln(2) / 2.
inline double exp_minus_1(double r) {
  const double p = horner(r, 1.0 / 6227020800.0, 1.0 / 479001600.0, 1.0 / 39916800.0,
                          1.0 / 3628800.0, 1.0 / 362880.0, 1.0 / 40320.0, 1.0 / 5040.0, 1.0 / 720.0,
                          1.0 / 120.0, 1.0 / 24.0, 1.0 / 6.0, 0.5);
  return p * (r * r) + r;
}

inline double exp1(double x) {
  x = x < -746.0 ? -746.0 : x;
  x = x > 710.0 ? 710.0 : x;
  const double n = (x * 1.44269504088896340736 + kRound64) - kRound64;
  const double r = (x - n * kLn2High) - n * kLn2Low;
  const double y = exp_minus_1(r) + 1.0;
  // In two steps, so that results below 2^-1022 are reached.
  const double half = (0.5 * n + kRound64) - kRound64;
  return y * power_of_2(half + kRound64) * power_of_2((n - half) + kRound64);
}

inline double expm1_1(double x) {
  double c = x < -40.0 ? -40.0 : x;
  c = c > 710.0 ? 710.0 : c;
  const double n = (c * 1.44269504088896340736 + kRound64) - kRound64;
  const double r = (c - n * kLn2High) - n * kLn2Low;
  const double half_scale = power_of_2((n - 1.0) + kRound64);  // 2^1024 is reached by doubling
  const double y = (half_scale * exp_minus_1(r) + (half_scale - 0.5)) * 2.0;
  return abs1(x) < 1e-16 ? x : y;
}

// For normal numbers; x = m 2^e with m in [sqrt(1/2), sqrt(2)), and `shift` is added to e.
inline double log_of_normal(uint64_t ix, double shift) {
  const uint64_t above = ix - 0x3fe6a09e667f3bcdu;
  const double m = from_bits(ix - (above & 0xfff0000000000000u));
  // The exponent by the bits of a double, for there is no vector conversion of 64-bit integers: it
  // lies in -1022 to 1023, and 2048 keeps what is shifted positive.
  const double e = from_bits(((above + (uint64_t{2048} << 52)) >> 52) | 0x4330000000000000u) -
                   (4503599627370496.0 + 2048.0) + shift;
  const double f = m - 1.0;
  const double s = f / (2.0 + f);
  const double z = s * s;
  const double r =
      z * horner(z, 1.479819860511658591e-01, 1.531383769920937332e-01, 1.818357216161805012e-01,
                 2.222219843214978396e-01, 2.857142874366239149e-01, 3.999999999940941908e-01,
                 6.666666666666735130e-01);
  const double hfsq = 0.5 * f * f;
  return e * kLn2High - ((hfsq - (s * (hfsq + r) + e * kLn2Low)) - f);
}

inline double log1(double x) {
  const bool tiny = x < 2.2250738585072014e-308;
  double y = log_of_normal(to_bits(tiny ? x * 18014398509481984.0 : x), tiny ? -54.0 : 0.0);
  y = x == kInf64 ? x : y;
  y = x == 0.0 ? -kInf64 : y;
  return (x < 0.0) | (x != x) ? kNan64 : y;
}

inline double log1p_1(double x) {
  const double u = 1.0 + x;
  const double lost = x < 1.0 ? x - (u - 1.0) : 1.0 - (u - x);
  const double y = log1(u);
  const double fix = (u == 0.0) | (u == kInf64) ? 0.0 : lost / u;
  return abs1(x) < 1e-16 ? x : y + fix;
}

inline double tanh1(double x) {
  const double a = abs1(x);
  const double t = expm1_1(2.0 * (a > 20.0 ? 20.0 : a));
  return copy_sign(t / (t + 2.0), x);
}

inline double sigmoid1(double x) {
  const double e = exp1(-abs1(x));
  return (x < 0.0 ? e : 1.0) / (1.0 + e);
}

inline double softplus1(double x) {
  const double e = exp1(-abs1(x));
  return (x > 0.0 ? x : 0.0) + log1p_1(e);
}

}  // namespace
}  // namespace rill::kernels::RILL_ISA
