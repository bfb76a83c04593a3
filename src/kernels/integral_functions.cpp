#include "kernels/integral_functions.h"

#include <array>
#include <cmath>
#include <complex>
#include <limits>
#include <numbers>

#include "kernels/chebyshev.h"

namespace rill::kernels {
namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kPi = std::numbers::pi;

using Complex = std::complex<double>;

// With f = pi x (the part of C and S that goes with the sine of pi x^2 / 2) and g = pi^2 x^3 (that
// of the cosine; DLMF 7.5.3 and 7.5.4), for x >= 1.5 in 4.5 / x^2 - 1: of 40-digit values.
constexpr double kSine[] = {
    0.9831267713219624,      -0.021357260142684197,   -0.003796655834530365,
    0.000661245247254573,    -4.0960973761774516e-05, -9.79118821325082e-06,
    4.188823851217672e-06,   -8.420318176345658e-07,  6.09722739277472e-08,
    3.0089670172514017e-08,  -1.6685793505525183e-08, 4.963129270226184e-09,
    -8.818784589655915e-10,  -2.5665206485651744e-11, 9.97124595996871e-11,
    -5.0232914031688927e-11, 1.6642583352702373e-11,  -3.640472927901346e-12,
    1.1452944195711182e-13,  3.9099841012171583e-13,  -2.562009822108186e-13,
    1.0851841929367244e-13,  -3.3941263612081384e-14, 6.577469061870879e-15,
    6.672532438292808e-16,   -1.4686029952813688e-15, 9.150249714291205e-16,
    -4.080081719148045e-16,  1.4057927002398952e-16,  -3.295425979777883e-17,
    -9.171325075038737e-20,  5.901390345588605e-18,   -4.443989128430235e-18};
constexpr double kCosine[] = {
    0.9288072494674205,      -0.08728178356639937,    -0.011820035634755689,
    0.0038570173016232705,   -0.0004849726128263187,  -2.820315505109063e-05,
    3.342285293127401e-05,   -1.0085443505306372e-05, 1.6304496502959052e-06,
    8.239660059146443e-08,   -1.722770560813235e-07,  7.389889285995544e-08,
    -1.9969875799038197e-08, 2.7187158372428837e-09,  7.194400031639291e-10,
    -7.154668183080178e-10,  3.2583343274056546e-10,  -1.0323621127786837e-10,
    2.0171810730179838e-11,  1.4672802032632149e-12,  -3.789819485261777e-12,
    2.2651655943412154e-12,  -9.416520999672003e-13,  2.897186547922723e-13,
    -5.078329357563519e-14,  -1.1517155754482876e-14, 1.6715323461981792e-14,
    -1.0156566912276956e-14, 4.55202269171787e-15,    -1.5826028911761391e-15,
    3.671095186870847e-16,   1.2719215901953382e-17,  -7.909706077902398e-17,
    5.93850659761053e-17,    -3.147465749878585e-17,  1.3340886510435056e-17,
    -4.412381477948556e-18};

// 1 / (n! (2 n + 1))
constexpr auto kPowers = [] {
  std::array<double, 34> c{};
  double factorial = 1.0;
  for (size_t n = 0; n < c.size(); ++n) {
    if (n > 0) factorial *= static_cast<double>(n);
    c[n] = 1.0 / (factorial * (2.0 * static_cast<double>(n) + 1.0));
  }
  return c;
}();

// C(x) + i S(x) for x >= 0; small x by the power series of the integral of exp(i pi t^2 / 2).
Complex fresnel(double x) {
  if (x > 36974.0) return {0.5, 0.5};  // as TensorFlow
  const double angle = 0.5 * kPi * x * x;
  if (x < 1.5) {
    const double z = angle * angle;
    double even = 0.0, odd = 0.0;
    for (size_t n = kPowers.size(); n > 0; n -= 2) {
      odd = kPowers[n - 1] - z * odd;
      even = kPowers[n - 2] - z * even;
    }
    return {x * even, x * angle * odd};
  }
  const double s = 4.5 / (x * x) - 1.0;
  const double f = chebyshev(kSine, s) / (kPi * x);
  const double g = chebyshev(kCosine, s) / (kPi * kPi * x * x * x);
  const double sine = std::sin(angle), cosine = std::cos(angle);
  return {0.5 + f * sine - g * cosine, 0.5 - f * cosine - g * sine};
}

// Li2(y) for -1 <= y <= 1/2: the series in u = -log(1 - y) with Bernoulli numbers, B_n/(n+1)!.
double dilog_series(double y) {
  const double u = -std::log1p(-y), z = u * u;
  return u - 0.25 * z +
         u * z *
             (1.0 / 36 +
              z * (-1.0 / 3600 +
                   z * (1.0 / 211680 +
                        z * (-1.0 / 10886400 +
                             z * (1.0 / 526901760 + z * (-691.0 / 2730 / 6227020800.0 +
                                                         z * (7.0 / 6 / 1307674368000.0)))))));
}

}  // namespace

// G. B. Rybicki, "Dawson's integral and the sampling theorem" (1989): exponentially small error.
double dawson(double x) {
  const double a = std::abs(x);
  if (std::isnan(x)) return x;
  if (a < 0.2) {  // the Taylor series
    double term = x, sum = x;
    for (int n = 1; n < 20; ++n) {
      term *= -2.0 * x * x / (2 * n + 1);
      sum += term;
    }
    return sum;
  }
  if (a > 30.0) {  // the asymptotic series
    const double z = 0.5 / (x * x);
    return 0.5 / x * (1.0 + z * (1.0 + 3.0 * z * (1.0 + 5.0 * z * (1.0 + 7.0 * z))));
  }
  constexpr double kStep = 0.2;
  const double n0 = 2.0 * std::rint(0.5 * a / kStep);
  const double rest = a - n0 * kStep;
  // exp(-(rest - n step)^2) is exp(-rest^2) exp(2 rest step)^n exp(-(n step)^2), for odd n.
  static constexpr double kBell[] = {
      0.9607894391523232,     0.697676326071031,     0.36787944117144233,    0.140858420921045,
      0.03916389509898707,    0.00790705405159344,   0.0011592291739045912,  0.00012340980408667956,
      9.540162873079234e-06,  5.355347802793107e-07, 2.182957795125479e-08,  6.461431773106109e-10,
      1.3887943864964021e-11, 2.167568882618962e-13, 2.4565953687921445e-15, 2.021715848695342e-17,
      1.2081820198999735e-19};
  const double up = std::exp(2.0 * rest * kStep), down = 1.0 / up;
  double sum = 0.0, above = up, below = down;
  for (int k = 0, n = 1; k < 17; ++k, n += 2) {
    sum += kBell[k] * (above * (n0 - n) + below * (n0 + n)) / ((n0 + n) * (n0 - n));
    above *= up * up;
    below *= down * down;
  }
  return std::copysign(sum * std::exp(-rest * rest) / std::sqrt(kPi), x);
}

// Abramowitz and Stegun 5.1.10, and 5.1.51 for large x.
double exponential_integral(double x) {
  if (std::isnan(x) || x < 0.0 || x == kInf) return kNan;
  if (x == 0.0) return -kInf;
  if (x > 710.0) return kInf;
  double term = 1.0, sum = 0.0;
  if (x < 40.0) {
    for (int k = 1; k < 300; ++k) {
      const double inverse = 1.0 / k;  // known before the term is: divisions wait for nothing
      term *= x * inverse;
      sum += term * inverse;
      if (term < sum * 1e-17) break;
    }
    return std::numbers::egamma + std::log(x) + sum;
  }
  sum = 1.0;
  for (int k = 1; k < 40 && term > 1e-17; ++k) {
    term *= k / x;
    sum += term;
  }
  return std::exp(x) / x * sum;
}

double fresnel_cos(double x) {
  return std::isnan(x) ? x : std::copysign(fresnel(std::abs(x)).real(), x);
}
double fresnel_sin(double x) {
  return std::isnan(x) ? x : std::copysign(fresnel(std::abs(x)).imag(), x);
}

double spence(double x) {
  if (std::isnan(x) || x < 0.0 || x == kInf) return kNan;
  constexpr double kZeta2 = kPi * kPi / 6.0;
  if (x == 0.0) return kZeta2;
  const double y = 1.0 - x;
  if (y > 0.5) return kZeta2 - std::log(y) * std::log(x) - dilog_series(x);
  if (y >= -1.0) return dilog_series(y);
  const double log_y = std::log(-y);
  return -kZeta2 - 0.5 * log_y * log_y - dilog_series(1.0 / y);
}

}  // namespace rill::kernels
