// Special functions of one variable, in double precision.
#pragma once

namespace rill::kernels {

double erf_inverse(double x);  // erf(erf_inverse(x)) == x
double ndtri(double p);        // the quantile function of the standard normal distribution
double digamma(double x);      // d/dx log(gamma(x))
double log_gamma(double x);    // log|gamma(x)|; unlike std::lgamma, safe with threads

}  // namespace rill::kernels
