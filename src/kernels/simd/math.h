// Scalar float functions without branches, written so that a loop around one vectorises on every
// instruction set, with the same rounding on all of them (no fused multiply-add is assumed, no
// library call). Everything is static and in the namespace of the instruction set: a function that
// the linker could share between them would run AVX-512 code on a baseline machine.
//
// Polynomials for exp, log, sin and cos: Cephes Mathematical Library (S. Moshier), single
// precision. erf: own minimax fits.
#pragma once

#include <cstdint>

namespace rill::kernels::RILL_ISA {
namespace {

// Coefficients from the highest power.
template <typename T, typename... C>
inline T horner(T x, T first, C... rest) {
  ((first = first * x + rest), ...);
  return first;
}

inline uint32_t to_bits(float x) { return __builtin_bit_cast(uint32_t, x); }
inline float from_bits(uint32_t x) { return __builtin_bit_cast(float, x); }

constexpr float kInf = __builtin_inff();
constexpr float kNan = __builtin_nanf("");
constexpr float kRound = 12582912.0f;  // 1.5 * 2^23: adding it rounds to an integer, ties to even

inline float abs1(float x) { return from_bits(to_bits(x) & 0x7fffffffu); }
inline float copy_sign(float magnitude, float sign) {
  return from_bits((to_bits(magnitude) & 0x7fffffffu) | (to_bits(sign) & 0x80000000u));
}
// 2^n for -126 <= n <= 127; 2^128 is infinity.
inline float power_of_2(int32_t n) { return from_bits(static_cast<uint32_t>(n + 127) << 23); }

// Any NaN operand gives NaN.
inline float max1(float a, float b) {
  const float m = a > b ? a : b;
  return a != a ? a : m;
}
inline float min1(float a, float b) {
  const float m = a < b ? a : b;
  return a != a ? a : m;
}

// e^r - 1 - r for |r| <= ln(2) / 2.
inline float exp_tail(float r) {
  float p = 1.9875691500e-4f;
  p = p * r + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  return p * r * r;
}

inline float exp1(float x) {
  x = x < -104.0f ? -104.0f : x;
  x = x > 89.0f ? 89.0f : x;
  const float shifted = x * 1.44269504088896341f + kRound;
  const float n = shifted - kRound;
  const float r = (x - n * 0.693359375f) - n * -2.12194440e-4f;
  const float y = exp_tail(r) + r + 1.0f;
  // In two steps, so that results below 2^-126 are reached.
  const int32_t k = static_cast<int32_t>(to_bits(shifted) - to_bits(kRound));
  const int32_t half = k >> 1;
  return y * power_of_2(half) * power_of_2(k - half);
}

inline float expm1_1(float x) {
  float c = x < -18.0f ? -18.0f : x;
  c = c > 89.0f ? 89.0f : c;
  const float shifted = c * 1.44269504088896341f + kRound;
  const float n = shifted - kRound;
  const float r = (c - n * 0.693359375f) - n * -2.12194440e-4f;
  const float q = exp_tail(r) + r;
  const int32_t k = static_cast<int32_t>(to_bits(shifted) - to_bits(kRound));
  const float half_scale = power_of_2(k - 1);  // 2^128 is reached by the last doubling
  const float y = (half_scale * q + (half_scale - 0.5f)) * 2.0f;
  return abs1(x) < 5e-8f ? x : y;
}

// For normal numbers; x = m 2^e with m in [sqrt(1/2), sqrt(2)), and `shift` is added to e.
inline float log_of_normal(uint32_t ix, int32_t shift) {
  const int32_t e = static_cast<int32_t>(ix - 0x3f3504f3u) >> 23;
  const float f = from_bits(ix - (static_cast<uint32_t>(e) << 23)) - 1.0f;
  const float n = static_cast<float>(e + shift);
  const float z = f * f;
  float p = 7.0376836292e-2f;
  p = p * f + -1.1514610310e-1f;
  p = p * f + 1.1676998740e-1f;
  p = p * f + -1.2420140846e-1f;
  p = p * f + 1.4249322787e-1f;
  p = p * f + -1.6668057665e-1f;
  p = p * f + 2.0000714765e-1f;
  p = p * f + -2.4999993993e-1f;
  p = p * f + 3.3333331174e-1f;
  float y = p * f * z;
  y = y + n * -2.12194440e-4f;
  y = y - 0.5f * z;
  return (f + y) + n * 0.693359375f;
}

inline float log1(float x) {
  const bool tiny = x < 1.17549435e-38f;
  float y = log_of_normal(to_bits(tiny ? x * 33554432.0f : x), tiny ? -25 : 0);
  y = x == kInf ? x : y;
  y = x == 0.0f ? -kInf : y;
  return (x < 0.0f) | (x != x) ? kNan : y;
}

// log(u) with u = 1 + x, plus what the sum lost.
inline float log1p_1(float x) {
  const float u = 1.0f + x;
  const float lost = x < 1.0f ? x - (u - 1.0f) : 1.0f - (u - x);
  const float y = log1(u);
  const float fix = (u == 0.0f) | (u == kInf) ? 0.0f : lost / u;
  return abs1(x) < 5e-8f ? x : y + fix;
}

inline float tanh1(float x) {
  const float a = abs1(x);
  const float t = expm1_1(2.0f * (a > 10.0f ? 10.0f : a));
  return copy_sign(t / (t + 2.0f), x);
}

inline float sigmoid1(float x) {
  const float e = exp1(-abs1(x));
  return (x < 0.0f ? e : 1.0f) / (1.0f + e);
}

// max(x, 0) + log(1 + e), with 0 <= e <= 1: nothing special can happen to the logarithm.
inline float softplus1(float x) {
  const float e = exp1(-abs1(x));
  const float u = 1.0f + e;
  const float lost = e - (u - 1.0f);
  return (x > 0.0f ? x : 0.0f) + (log_of_normal(to_bits(u), 0) + lost / u);
}

inline float erf1(float x) {
  const float a = abs1(x);
  const float t = x * x;
  float s = 7.85386097e-5f;
  s = s * t + -8.01019351e-4f;
  s = s * t + 5.18832767e-3f;
  s = s * t + -2.68538119e-2f;
  s = s * t + 1.12835851e-1f;
  s = s * t + -3.76126258e-1f;
  s = s * t + 1.12837917f;
  const float c = a > 4.0f ? 4.0f : a;
  float b = -1.88822754e-4f;
  b = b * c + 2.97243393e-3f;
  b = b * c + -2.19403996e-2f;
  b = b * c + 1.03327287e-1f;
  b = b * c + 6.37883154e-1f;
  b = b * c + 1.12725142f;
  b = b * c + 3.00437750e-4f;
  const float big = copy_sign(1.0f - exp1(-b), x);
  return a < 1.0f ? x * s : big;
}

inline float trunc1(float x) {
  const float a = abs1(x);
  const float r = (a + 8388608.0f) - 8388608.0f;  // nearest integer
  const float t = r > a ? r - 1.0f : r;
  return a < 8388608.0f ? copy_sign(t, x) : x;
}
inline float rint1(float x) {
  const float a = abs1(x);
  const float r = copy_sign((a + 8388608.0f) - 8388608.0f, x);
  return a < 8388608.0f ? r : x;
}
inline float floor1(float x) {
  const float r = rint1(x);
  return r > x ? r - 1.0f : r;
}
inline float ceil1(float x) {
  const float r = rint1(x);
  return r < x ? copy_sign(r + 1.0f, x) : r;
}

// Sine and cosine for |x| <= kSinLimit: the quadrant and the rest in double precision.
constexpr float kSinLimit = 100000.0f;
inline float sin_cos1(float x, uint32_t add) {
  const double n_shifted = static_cast<double>(x) * 0.63661977236758134308 + 6755399441055744.0;
  const double n = n_shifted - 6755399441055744.0;
  const double rest =
      (static_cast<double>(x) - n * 1.57079632673412561417e+00) - n * 6.07710050650619224932e-11;
  const uint32_t quadrant = static_cast<uint32_t>(static_cast<int32_t>(n)) + add;
  const float r = static_cast<float>(rest);
  const float z = r * r;
  float s = -1.9515295891e-4f;
  s = s * z + 8.3321608736e-3f;
  s = s * z + -1.6666654611e-1f;
  s = s * z * r + r;
  float c = 2.443315711809948e-5f;
  c = c * z + -1.388731625493765e-3f;
  c = c * z + 4.166664568298827e-2f;
  c = c * z * z - 0.5f * z + 1.0f;
  const float y = quadrant & 1u ? c : s;
  return from_bits(to_bits(y) ^ ((quadrant & 2u) << 30));
}

// What pow1 takes; zeros, denormals, infinities, NaN and huge exponents are left to the library.
inline bool is_plain_power(float a, float b) {
  const float x = abs1(a);
  return (x >= 1.17549435e-38f) & (x < kInf) & (abs1(b) < 8388608.0f);
}
// a^b = 2^(b log2 |a|) in double precision, which leaves float nothing but its own rounding.
// log2: 2 atanh((m - 1) / (m + 1)) / ln(2) by its series, m in [sqrt(1/2), sqrt(2)); 2^f: Taylor's.
inline float pow1(float a, float b) {
  const uint32_t ix = to_bits(abs1(a));
  const int32_t e = static_cast<int32_t>(ix - 0x3f3504f3u) >> 23;
  const double m = static_cast<double>(from_bits(ix - (static_cast<uint32_t>(e) << 23)));
  const double s = (m - 1.0) / (m + 1.0);
  const double z = s * s;
  double l = 1.0 / 15.0;
  l = l * z + 1.0 / 13.0;
  l = l * z + 1.0 / 11.0;
  l = l * z + 1.0 / 9.0;
  l = l * z + 1.0 / 7.0;
  l = l * z + 1.0 / 5.0;
  l = l * z + 1.0 / 3.0;
  l = l * z + 1.0;
  double t = static_cast<double>(b) * (static_cast<double>(e) + l * s * 2.88539008177792681472);
  t = t < -160.0 ? -160.0 : t;
  t = t > 160.0 ? 160.0 : t;
  const double n = (t + 6755399441055744.0) - 6755399441055744.0;
  const double f = (t - n) * 0.69314718055994530942;
  double p = 1.0 / 40320.0;
  p = p * f + 1.0 / 5040.0;
  p = p * f + 1.0 / 720.0;
  p = p * f + 1.0 / 120.0;
  p = p * f + 1.0 / 24.0;
  p = p * f + 1.0 / 6.0;
  p = p * f + 0.5;
  p = p * f + 1.0;
  p = p * f + 1.0;
  const int32_t k = static_cast<int32_t>(n);
  const int32_t half = k >> 1;
  const float y = static_cast<float>(p) * power_of_2(half) * power_of_2(k - half);
  // A negative base: the exponent must be an integer, and an odd one keeps the sign.
  const uint32_t odd = static_cast<uint32_t>(static_cast<int32_t>(b)) << 31;
  const float signed_y = from_bits(to_bits(y) ^ odd);
  const float negative = rint1(b) == b ? signed_y : kNan;
  return a < 0.0f ? negative : y;
}

}  // namespace
}  // namespace rill::kernels::RILL_ISA
