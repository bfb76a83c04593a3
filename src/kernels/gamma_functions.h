// The incomplete gamma and beta functions and their relations, in double precision.
#pragma once

namespace rill::kernels {

double igamma(double a, double x);         // P(a, x), regularised
double igammac(double a, double x);        // Q(a, x) = 1 - P(a, x)
double igamma_grad_a(double a, double x);  // dP(a, x) / da
// How a Gamma(alpha) sample moves with alpha: -dP/da / dP/dx at x = sample.
double gamma_sample_grad(double alpha, double sample);
double betainc(double a, double b, double x);  // I_x(a, b), regularised
double zeta(double x, double q);               // Hurwitz: the sum of (q + k)^-x over k >= 0
double polygamma(double n, double x);          // derivative n of digamma

}  // namespace rill::kernels
