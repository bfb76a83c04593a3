// Inverse trigonometric, error and Bessel functions of float, by the rules of math.h.
//
// Polynomials for atan and asin: Cephes Mathematical Library (S. Moshier), single precision. All
// others: own minimax fits of the relative error.
#pragma once

#include "kernels/simd/math.h"

namespace rill::kernels::RILL_ISA {
namespace {

constexpr float kHalfPi = 1.57079632679489661923f;
constexpr float kQuarterPi = 0.78539816339744830962f;
constexpr float kPi = 3.14159265358979323846f;

// For |x| <= tan(pi / 8).
inline float atan_core(float x) {
  const float z = x * x;
  return horner(z, 8.05374449538e-2f, -1.38776856032e-1f, 1.99777106478e-1f, -3.33329491539e-1f) *
             z * x +
         x;
}

// atan(small / big) for 0 <= small <= big.
inline float atan_ratio(float small, float big) {
  const float scale = big > 1e37f ? 0.0625f : 1.0f;
  small *= scale;
  big *= scale;
  const bool upper = small > 0.41421356237f * big;
  const float numerator = upper ? small - big : small;
  const float denominator = upper ? small + big : big;
  const float a = atan_core(numerator / denominator);
  return upper ? a + kQuarterPi : a;
}

inline float atan1(float x) {
  const float a = abs1(x);
  const bool inverse = a > 1.0f;
  const float y = atan_ratio(inverse ? 1.0f : a, inverse ? a : 1.0f);
  return copy_sign(a == kInf ? kHalfPi : (inverse ? kHalfPi - y : y), x);
}

inline float atan2_1(float y, float x) {
  const float ax = abs1(x);
  const float ay = abs1(y);
  const bool steep = ay > ax;
  const float small = steep ? ax : ay;
  const float big = steep ? ay : ax;
  // 0 / 0 is 0 and infinity / infinity 1 here.
  float a = atan_ratio(small, big);
  a = big == 0.0f ? 0.0f : a;
  a = big == kInf ? (small == kInf ? kQuarterPi : 0.0f) : a;
  a = steep ? kHalfPi - a : a;
  a = to_bits(x) >> 31 ? kPi - a : a;
  a = copy_sign(a, y);
  return (x != x) | (y != y) ? kNan : a;
}

// For |x| <= 1 / 2, z = x^2.
inline float asin_core(float x, float z) {
  return horner(z, 4.2163199048e-2f, 2.4181311049e-2f, 4.5470025998e-2f, 7.4953002686e-2f,
                1.6666752422e-1f) *
             z * x +
         x;
}
inline float asin1(float x) {
  const float a = abs1(x);
  const bool big = a > 0.5f;
  const float half = 0.5f * (1.0f - a);
  const float y = asin_core(big ? __builtin_sqrtf(half) : a, big ? half : a * a);
  return copy_sign(big ? kHalfPi - 2.0f * y : y, x);
}
inline float acos1(float x) {
  const float a = abs1(x);
  const bool big = a > 0.5f;
  const float half = 0.5f * (1.0f - a);
  const float y = asin_core(big ? __builtin_sqrtf(half) : x, big ? half : x * x);
  return big ? (x < 0.0f ? kPi - 2.0f * y : 2.0f * y) : kHalfPi - y;
}

inline float atanh1(float x) {
  const float a = abs1(x);
  return copy_sign(0.5f * log1p_1(2.0f * a / (1.0f - a)), x);
}

// exp(-x^2) times a polynomial of 1.5 / (1.5 + |x|) beyond 1/2. x^2 is taken apart, h^2 exactly and
// the small rest, for exp would make its rounding an error of the result.
inline float erfc1(float x) {
  const float a = abs1(x);
  const float c = a > 11.0f ? 11.0f : a;
  const float h = from_bits(to_bits(c) & 0xfffff000u);
  const float rest = (h - c) * (h + c);
  const float t = 1.5f / (1.5f + c);
  const float p = horner(t, -1.81879848e-01f, 6.17873609e-01f, -6.93137944e-01f, 1.24375097e-01f,
                         8.23812112e-02f, 2.98054874e-01f, 3.75753492e-01f, 3.76136482e-01f);
  const float near_one = horner(rest, 1.0f / 24.0f, 1.0f / 6.0f, 0.5f, 1.0f, 1.0f);
  const float tail = exp1(-h * h) * near_one * p * t;
  const float far = x < 0.0f ? 2.0f - tail : tail;
  const float y = a < 0.5f ? 1.0f - erf1(x) : far;
  return x != x ? x : y;
}

// erfinv(x) / x as a function of w = -log(1 - x^2), from 0 to 104.
inline float erfinv_ratio(float w) {
  const float s = __builtin_sqrtf(w);
  const float low = horner(w - 2.5f, -8.79101503e-09f, 2.32326229e-08f, 4.66170093e-07f,
                           -3.46270440e-06f, -4.96334542e-06f, 2.18344445e-04f, -1.25274190e-03f,
                           -4.17738687e-03f, 2.46640280e-01f, 1.50140941e+00f);
  const float middle =
      horner(s - 3.167534f, -1.60366151e-04f, -1.31462977e-04f, 1.26438646e-03f, -2.35121627e-03f,
             3.25092906e-03f, -4.66615427e-03f, 6.41655503e-03f, 1.00428855e+00f, 3.00102448e+00f);
  const float high =
      horner(s - 7.1995f, 1.37637928e-08f, -7.10546431e-08f, 1.58557256e-07f, -1.05811739e-06f,
             5.03730189e-06f, 9.90877015e-06f, -5.08267141e-04f, 1.00839245e+00f, 7.07021427e+00f);
  return w < 5.0f ? low : (w < 16.8f ? middle : high);
}
inline float erfinv1(float x) {
  const float y = x * erfinv_ratio(-log1((1.0f - x) * (1.0f + x)));
  return abs1(x) == 1.0f ? copy_sign(kInf, x) : y;
}
inline float ndtri1(float p) {
  const float y =
      1.41421356237309504880f * (2.0f * p - 1.0f) * erfinv_ratio(-log1(4.0f * p * (1.0f - p)));
  return p == 0.0f ? -kInf : (p == 1.0f ? kInf : y);
}

// exp(-|x|) I0(x) and exp(-|x|) I1(x): polynomials of x / 4 - 1 up to 8, then of 8 / x - 1 / 2.
inline float bessel_i0e1(float x) {
  const float a = abs1(x);
  const float t = 8.0f / a;
  const float low =
      horner(a * 0.25f - 1.0f, -3.73925408e-03f, 8.91534425e-03f, -3.98657331e-03f, 2.45640962e-03f,
             -2.14198381e-02f, 3.84359322e-02f, -4.26285751e-02f, 5.29240146e-02f, -6.94577917e-02f,
             8.02331045e-02f, -8.50097761e-02f, 8.72281045e-02f, -8.90375674e-02f, 9.45208296e-02f,
             -1.13004498e-01f, 2.07001880e-01f);
  const float high = horner(t - 0.5f, 2.66448478e-05f, 9.25235654e-05f, 5.44518931e-04f,
                            6.72088470e-03f, 4.02176529e-01f) /
                     __builtin_sqrtf(a);
  return a <= 8.0f ? low : high;
}
inline float bessel_i1e1(float x) {
  const float a = abs1(x);
  const float t = 8.0f / a;
  const float low = a * horner(a * 0.25f - 1.0f, -5.31370286e-04f, 1.55138643e-03f,
                               -1.48326869e-03f, 1.66602340e-03f, -5.28062321e-03f, 1.06590930e-02f,
                               -1.58801414e-02f, 2.32289061e-02f, -3.35244574e-02f, 4.47758175e-02f,
                               -5.53120114e-02f, 6.37568906e-02f, -6.84797168e-02f, 6.80579767e-02f,
                               -6.11244030e-02f, 4.46877070e-02f);
  const float high = horner(t - 0.5f, -3.27442758e-05f, -1.24238330e-04f, -8.76524893e-04f,
                            -1.94988996e-02f, 3.89398456e-01f) /
                     __builtin_sqrtf(a);
  return copy_sign(a <= 8.0f ? low : high, x);
}

// Times e^|x| in two halves: the whole overflows before the product does.
inline float times_exp(float y, float x) {
  const float root = exp1(0.5f * abs1(x));
  return y * root * root;
}

}  // namespace
}  // namespace rill::kernels::RILL_ISA
