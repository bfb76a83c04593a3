#include "kernels/gamma_functions.h"

#include <cmath>
#include <limits>

#include "kernels/special.h"

namespace rill::kernels {
namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kEpsilon = std::numeric_limits<double>::epsilon();
constexpr int kMaxTerms = 10000;

// A value and its derivative with respect to a: one text gives the function and its gradient.
struct Dual {
  double v;
  double d;
  Dual(double value, double derivative = 0.0) : v(value), d(derivative) {}  // NOLINT: a constant
};
Dual operator+(Dual x, Dual y) { return {x.v + y.v, x.d + y.d}; }
Dual operator-(Dual x, Dual y) { return {x.v - y.v, x.d - y.d}; }
Dual operator*(Dual x, Dual y) { return {x.v * y.v, x.d * y.v + x.v * y.d}; }
Dual operator/(Dual x, Dual y) {
  const double q = x.v / y.v;
  return {q, (x.d - q * y.d) / y.v};
}
bool tiny(Dual change, Dual whole) {
  return std::abs(change.v) <= kEpsilon * std::abs(whole.v) &&
         std::abs(change.d) <= kEpsilon * std::abs(whole.d);
}

// x^a exp(-x) / Gamma(a)
Dual prefix(double a, double x) {
  const double value = std::exp(a * std::log(x) - x - log_gamma(a));
  return {value, value * (std::log(x) - digamma(a))};
}

// P(a, x) by its power series (Abramowitz and Stegun 6.5.29), for x <= max(1, a).
Dual lower_series(double a, double x) {
  Dual term = 1.0, sum = 1.0, r(a, 1.0);
  for (int n = 0; n < kMaxTerms; ++n) {
    r = r + 1.0;
    term = term * (Dual(x) / r);
    sum = sum + term;
    if (tiny(term, sum)) break;
  }
  return prefix(a, x) * sum / Dual(a, 1.0);
}

// Q(a, x) by its continued fraction (6.5.31) with Lentz's method, for x > max(1, a).
Dual upper_fraction(double a, double x) {
  const Dual shape(a, 1.0);
  Dual b = Dual(x + 1.0) - shape;
  Dual c = 1e300, d = Dual(1.0) / b, h = d;
  for (int n = 1; n < kMaxTerms; ++n) {
    const Dual an = Dual(-n) * (Dual(n) - shape);
    b = b + 2.0;
    d = Dual(1.0) / (an * d + b);
    c = b + an / c;
    const Dual before = h;
    h = h * (d * c);
    if (tiny(h - before, h)) break;
  }
  return prefix(a, x) * h;
}

bool use_series(double a, double x) { return x <= 1.0 || x <= a; }

// The continued fraction of the incomplete beta function (26.5.8) with Lentz's method.
double beta_fraction(double a, double b, double x) {
  constexpr double kTiny = 1e-300;
  const auto guard = [](double v) { return std::abs(v) < kTiny ? kTiny : v; };
  double c = 1.0, d = 1.0 / guard(1.0 - (a + b) * x / (a + 1.0)), h = d;
  for (int m = 1; m < kMaxTerms; ++m) {
    const double even = m * (b - m) * x / ((a + 2 * m - 1.0) * (a + 2 * m));
    d = 1.0 / guard(1.0 + even * d);
    c = guard(1.0 + even / c);
    h *= d * c;
    const double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1.0));
    d = 1.0 / guard(1.0 + odd * d);
    c = guard(1.0 + odd / c);
    h *= d * c;
    if (std::abs(d * c - 1.0) <= kEpsilon) break;
  }
  return h;
}

// Hurwitz zeta for q > 0, x > 1: the Euler-Maclaurin formula after nine terms. The coefficients
// are B_2k / (2k)!.
double zeta_positive(double x, double q) {
  constexpr double kCoefficients[] = {1.0 / 12,
                                      -1.0 / 720,
                                      1.0 / 30240,
                                      -1.0 / 1209600,
                                      1.0 / 47900160,
                                      -691.0 / 1307674368000.0,
                                      1.0 / 74724249600.0,
                                      -3617.0 / 10670622842880000.0,
                                      43867.0 / 5109094217170944000.0};
  double sum = 0.0;
  for (int i = 0; i < 10; ++i, q += 1.0) {
    const double term = std::pow(q, -x);
    sum += term;
    if (term <= kEpsilon * sum) return sum;
  }
  double power = std::pow(q, -x);
  sum += power * q / (x - 1.0) + 0.5 * power;
  double factor = x;
  power /= q;
  for (int k = 0; k < 9; ++k) {
    const double term = kCoefficients[k] * factor * power;
    sum += term;
    if (std::abs(term) < kEpsilon * std::abs(sum)) break;
    factor *= (x + 2 * k + 1) * (x + 2 * k + 2);
    power /= q * q;
  }
  return sum;
}

}  // namespace

double igamma(double a, double x) {
  if (std::isnan(a) || std::isnan(x)) return kNan;
  if (x == 0.0) return 0.0;
  if (x < 0.0 || a <= 0.0) return kNan;
  if (a == kInf) return x == kInf ? kNan : 0.0;
  if (x == kInf) return 1.0;
  return use_series(a, x) ? lower_series(a, x).v : 1.0 - upper_fraction(a, x).v;
}

double igammac(double a, double x) {
  if (std::isnan(a) || std::isnan(x) || x < 0.0 || a <= 0.0) return kNan;
  if (x == 0.0) return 1.0;
  if (a == kInf) return x == kInf ? kNan : 1.0;
  if (x == kInf) return 0.0;
  return use_series(a, x) ? 1.0 - lower_series(a, x).v : upper_fraction(a, x).v;
}

double igamma_grad_a(double a, double x) {
  if (std::isnan(a) || std::isnan(x)) return kNan;
  if (x == 0.0) return 0.0;
  if (x < 0.0 || a <= 0.0) return kNan;
  if (x == kInf || a == kInf) return 0.0;
  return use_series(a, x) ? lower_series(a, x).d : -upper_fraction(a, x).d;
}

double gamma_sample_grad(double alpha, double sample) {
  if (std::isnan(alpha) || std::isnan(sample)) return kNan;
  if (sample == 0.0) return 0.0;
  if (sample < 0.0 || alpha <= 0.0) return kNan;
  if (sample == kInf || alpha == kInf) return 0.0;
  const Dual p = use_series(alpha, sample) ? lower_series(alpha, sample)
                                           : Dual(1.0) - upper_fraction(alpha, sample);
  const double density = std::exp((alpha - 1.0) * std::log(sample) - sample - log_gamma(alpha));
  return -p.d / density;
}

double betainc(double a, double b, double x) {
  if (!(a > 0.0 && b > 0.0) || !(x >= 0.0 && x <= 1.0)) return kNan;
  if (x == 0.0 || x == 1.0) return x;
  const double front = std::exp(log_gamma(a + b) - log_gamma(a) - log_gamma(b) + a * std::log(x) +
                                b * std::log1p(-x));
  if (x < (a + 1.0) / (a + b + 2.0)) return front * beta_fraction(a, b, x) / a;
  return 1.0 - front * beta_fraction(b, a, 1.0 - x) / b;
}

double zeta(double x, double q) {
  if (std::isnan(x) || std::isnan(q) || x < 1.0) return kNan;
  if (x == 1.0) return kInf;
  if (q > 0.0) return zeta_positive(x, q);
  const bool even = std::fmod(x, 2.0) == 0.0;
  if (q == std::floor(q)) return even ? kInf : kNan;
  if (x != std::floor(x)) return kNan;
  // The sum over q + k for all integers k, less those below q.
  const double sign = even ? 1.0 : -1.0;
  const double f = q - std::floor(q);
  return zeta_positive(x, f) + sign * (zeta_positive(x, 1.0 - f) - zeta_positive(x, 1.0 - q));
}

double polygamma(double n, double x) {
  if (!(n >= 0.0) || n != std::floor(n)) return kNan;
  if (n == 0.0) return digamma(x);
  const double sign = std::fmod(n, 2.0) == 0.0 ? -1.0 : 1.0;
  return sign * std::exp(log_gamma(n + 1.0)) * zeta(n + 1.0, x);
}

}  // namespace rill::kernels
