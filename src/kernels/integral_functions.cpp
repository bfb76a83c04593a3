#include "kernels/integral_functions.h"

#include <cmath>
#include <complex>
#include <limits>
#include <numbers>

namespace rill::kernels {
namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kPi = std::numbers::pi;

using Complex = std::complex<double>;

// C(x) + i S(x) for x >= 0. Small x: the power series of the integral of exp(i pi t^2 / 2).
// Large x: (1 + i)/2 erf(z), z = sqrt(pi)/2 (1 - i) x, by the continued fraction of erfc (DLMF
// 7.9.2), evaluated with Lentz's method.
Complex fresnel(double x) {
  if (x > 36974.0) return {0.5, 0.5};  // as TensorFlow
  const double angle = 0.5 * kPi * x * x;
  if (x < 1.5) {
    Complex term = x, sum = x;
    for (int n = 1; n < 100 && std::abs(term) > 1e-18; ++n) {
      term *= Complex(0.0, angle / n);
      sum += term / (2.0 * n + 1.0);
    }
    return sum;
  }
  constexpr double kTiny = 1e-300;
  Complex b(1.0, -2.0 * angle);
  Complex c = 1.0 / kTiny, d = 1.0 / b, h = d;
  for (int k = 1; k < 1000; ++k) {
    const double a = -(2.0 * k - 1.0) * (2.0 * k);
    b += 4.0;
    d = 1.0 / (a * d + b);
    c = b + a / c;
    const Complex factor = c * d;
    h *= factor;
    if (std::abs(factor.real() - 1.0) + std::abs(factor.imag()) < 1e-16) break;
  }
  h *= Complex(x, -x);
  return Complex(0.5, 0.5) * (1.0 - std::polar(1.0, angle) * h);
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
  double sum = 0.0;
  for (int n = -33; n <= 33; n += 2) {
    const double distance = rest - n * kStep;
    sum += std::exp(-distance * distance) / (n + n0);
  }
  return std::copysign(sum / std::sqrt(kPi), x);
}

// Abramowitz and Stegun 5.1.10, and 5.1.51 for large x.
double exponential_integral(double x) {
  if (std::isnan(x) || x < 0.0 || x == kInf) return kNan;
  if (x == 0.0) return -kInf;
  if (x > 710.0) return kInf;
  double term = 1.0, sum = 0.0;
  if (x < 40.0) {
    for (int k = 1; k < 300; ++k) {
      term *= x / k;
      sum += term / k;
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
