#include "kernels/bessel.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "kernels/chebyshev.h"

namespace rill::kernels {
namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInverse[] = {0.0,      1.0,      1.0 / 2,  1.0 / 3, 1.0 / 4,  1.0 / 5,
                               1.0 / 6,  1.0 / 7,  1.0 / 8,  1.0 / 9, 1.0 / 10, 1.0 / 11,
                               1.0 / 12, 1.0 / 13, 1.0 / 14, 1.0 / 15};

// exp(-x) I_n(x) for x >= 0: the ascending series (Abramowitz and Stegun 9.6.10), whose terms are
// all positive, then the asymptotic expansion (9.7.1), whose error is of the order exp(-2x).
double i_scaled(int n, double x) {
  if (x == kInf) return 0.0;
  if (x < 20.0) {
    const double z = 0.25 * x * x;
    double term = n == 0 ? 1.0 : 0.5 * x;
    double sum = term;
    for (int k = 1; k < 200 && term > sum * 1e-17; ++k) {
      term *= z / (static_cast<double>(k) * (k + n));
      sum += term;
    }
    return sum * std::exp(-x);
  }
  const double mu = 4.0 * n * n;
  double term = 1.0, sum = 1.0;
  for (int k = 1; k < 30 && std::abs(term) > 1e-17; ++k) {
    const double odd = 2.0 * k - 1.0;
    term *= -(mu - odd * odd) / (k * 8.0 * x);
    sum += term;
  }
  return sum / std::sqrt(2.0 * std::numbers::pi * x);
}

// sqrt(x) exp(x) K_n(x) for x >= 1, in 2 / x - 1: made of 40-digit values of the function.
constexpr double kLarge0[] = {
    1.1944330762167386,      -0.053855323307629495,  0.004362000068251702,
    -0.0005521270349863234,  8.959565555755952e-05,  -1.7138726856421186e-05,
    3.695146089045472e-06,   -8.737284518980525e-07, 2.225046272255236e-07,
    -6.025216756376064e-08,  1.7186668629418083e-08, -5.1272057810909205e-09,
    1.5907351467912106e-09,  -5.10958325791419e-10,  1.6929517419961088e-10,
    -5.7683063818637606e-11, 2.0159542597761383e-11, -7.210940065346495e-12,
    2.6349075982806445e-12,  -9.819576891759296e-13, 3.72695818784577e-13,
    -1.4388149744180521e-13, 5.6436532735816866e-14, -2.2469288334596896e-14,
    9.072046991627365e-15,   -3.711589997838162e-15, 1.537582290719742e-15,
    -6.445464362724762e-16,  2.7324144482527955e-16, -1.1707837700385628e-16,
    5.067869397943657e-17,   -2.215087912714289e-17, 9.77208135793031e-18,
    -4.349519763540327e-18};
constexpr double kLarge1[] = {
    1.4532756675938414,      0.19051350202061165,     -0.008406706460495654,
    0.0008815363164514389,   -0.000129995769583983,   2.3441638979785087e-05,
    -4.853489413610226e-06,  1.1139969511197356e-06,  -2.772707643805077e-07,
    7.37247184977708e-08,    -2.0717892129028323e-08, 6.103966549420336e-09,
    -1.873778917957349e-09,  5.963886884453419e-10,   -1.96028004074301e-10,
    6.632273899864202e-11,   -2.3034250700407756e-11, 8.193082518369976e-12,
    -2.9786645069974164e-12, 1.1049772078983365e-12,  -4.1763277431648047e-13,
    1.6061141914625803e-13,  -6.277632672531289e-14,  2.4911830875182032e-14,
    -1.002779686252293e-14,  4.091059996919741e-15,   -1.690331071434488e-15,
    7.068360792264328e-16,   -2.9895680121763374e-16, 1.2781913900252084e-16,
    -5.521491188037584e-17,  2.4087033253210474e-17,  -1.0606842599776099e-17,
    4.712904181351423e-18};

// K_n(x) for 0 < x <= 1: the ascending series (9.6.11), with their harmonic numbers.
double k_small(int n, double x) {
  constexpr int kTerms = 11;
  const double z = 0.25 * x * x;
  double term = 1.0, i = 0.0, rest = 0.0, harmonic = 0.0;
  for (int k = 0; k < kTerms; ++k) {
    const double next = harmonic + kInverse[k + 1];
    i += term;
    rest += term * (n == 0 ? harmonic : 0.5 * (harmonic + next));
    term *= z * (kInverse[k + 1] * kInverse[k + 1 + n]);
    harmonic = next;
  }
  const double log = std::log(0.5 * x) + std::numbers::egamma;
  return n == 0 ? rest - log * i : 1.0 / x + 0.5 * x * (log * i - rest);
}

// K_n(x), or exp(x) K_n(x).
double k_bessel(int n, double x, bool scaled) {
  if (std::isnan(x)) return x;
  if (x <= 0.0) return kInf;  // as TensorFlow and SciPy's Cephes answer outside the domain
  if (x == kInf) return 0.0;
  if (x <= 1.0) return k_small(n, x) * (scaled ? std::exp(x) : 1.0);
  const double s = 2.0 / x - 1.0;
  const double large = n == 0 ? chebyshev(kLarge0, s) : chebyshev(kLarge1, s);
  return large / std::sqrt(x) * (scaled ? 1.0 : std::exp(-x));
}

}  // namespace

double bessel_i0e(double x) { return i_scaled(0, std::abs(x)); }
double bessel_i0(double x) { return i_scaled(0, std::abs(x)) * std::exp(std::abs(x)); }
double bessel_i1e(double x) { return std::copysign(i_scaled(1, std::abs(x)), x); }
double bessel_i1(double x) { return bessel_i1e(x) * std::exp(std::abs(x)); }
double bessel_k0e(double x) { return k_bessel(0, x, true); }
double bessel_k0(double x) { return k_bessel(0, x, false); }
double bessel_k1e(double x) { return k_bessel(1, x, true); }
double bessel_k1(double x) { return k_bessel(1, x, false); }
double bessel_j0(double x) { return std::isinf(x) ? kNan : ::j0(x); }
double bessel_j1(double x) { return std::isinf(x) ? kNan : ::j1(x); }
double bessel_y0(double x) { return x <= 0.0 ? -kInf : std::isinf(x) ? kNan : ::y0(x); }
double bessel_y1(double x) { return x <= 0.0 ? -kInf : std::isinf(x) ? kNan : ::y1(x); }

}  // namespace rill::kernels
