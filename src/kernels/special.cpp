#include "kernels/special.h"

#include <cmath>
#include <limits>
#include <numbers>

namespace rill::kernels {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInf = std::numeric_limits<double>::infinity();

// P. J. Acklam's rational approximation (relative error 1.15e-9) for 0 < p <= 1/2.
double quantile_guess(double p) {
  if (p < 0.02425) {
    const double q = std::sqrt(-2.0 * std::log(p));
    return (((((-7.784894002430293e-03 * q - 3.223964580411365e-01) * q - 2.400758277161838e+00) *
                  q -
              2.549732539343734e+00) *
                 q +
             4.374664141464968e+00) *
                q +
            2.938163982698783e+00) /
           ((((7.784695709041462e-03 * q + 3.224671290700398e-01) * q + 2.445134137142996e+00) * q +
             3.754408661907416e+00) *
                q +
            1.0);
  }
  const double q = p - 0.5;
  const double r = q * q;
  return (((((-3.969683028665376e+01 * r + 2.209460984245205e+02) * r - 2.759285104469687e+02) * r +
            1.383577518672690e+02) *
               r -
           3.066479806614716e+01) *
              r +
          2.506628277459239e+00) *
         q /
         (((((-5.447609879822406e+01 * r + 1.615858368580409e+02) * r - 1.556989798598866e+02) * r +
            6.680131188771972e+01) *
               r -
           1.328068155288572e+01) *
              r +
          1.0);
}

// x <= 0 with Phi(x) = p, 0 < p <= 1/2, by two Halley steps from the guess.
double lower_quantile(double p) {
  double x = quantile_guess(p);
  for (int i = 0; i < 2; ++i) {
    const double error = 0.5 * std::erfc(-x / std::numbers::sqrt2) - p;
    const double u = error * std::sqrt(2.0 * std::numbers::pi) * std::exp(0.5 * x * x);
    if (!std::isfinite(u)) break;
    x -= u / (1.0 + 0.5 * x * u);
  }
  return x;
}

}  // namespace

double ndtri(double p) {
  if (!(p >= 0.0 && p <= 1.0)) return kNan;
  if (p == 0.0) return -kInf;
  if (p == 1.0) return kInf;
  return p <= 0.5 ? lower_quantile(p) : -lower_quantile(1.0 - p);
}

double erf_inverse(double x) {
  if (!(x >= -1.0 && x <= 1.0)) return kNan;
  if (std::abs(x) == 1.0) return x * kInf;
  if (std::abs(x) < 1e-8) return x * 0.88622692545275801365;  // sqrt(pi) / 2
  const double y = -lower_quantile(0.5 * (1.0 - std::abs(x))) / std::numbers::sqrt2;
  return std::copysign(y, x);
}

// Upward recurrence to x >= 8, then the asymptotic series (Abramowitz and Stegun 6.3.18);
// reflection below zero (6.3.7).
double digamma(double x) {
  if (std::isnan(x) || x == kInf) return x;
  if (x == -kInf || x == 0.0) return kNan;
  double result = 0.0;
  if (x < 0.0) {
    if (x == std::floor(x)) return kNan;
    result = -std::numbers::pi / std::tan(std::numbers::pi * (x - std::floor(x)));
    x = 1.0 - x;
  }
  while (x < 8.0) {
    result -= 1.0 / x;
    x += 1.0;
  }
  const double z = 1.0 / (x * x);
  const double series =
      z * (1.0 / 12 - z * (1.0 / 120 -
                           z * (1.0 / 252 -
                                z * (1.0 / 240 - z * (1.0 / 132 - z * (691.0 / 32760 - z / 12))))));
  return result + std::log(x) - 0.5 / x - series;
}

double log_gamma(double x) {
  int sign;
  return lgamma_r(x, &sign);
}

}  // namespace rill::kernels
