// Functions defined by integrals, in double precision.
#pragma once

namespace rill::kernels {

double dawson(double x);                // exp(-x^2) * integral of exp(t^2) over [0, x]
double exponential_integral(double x);  // Ei(x), x > 0
double fresnel_cos(double x);           // integral of cos(pi t^2 / 2) over [0, x]
double fresnel_sin(double x);
double spence(double x);  // -integral of log(t) / (t - 1) over [1, x]: Li2(1 - x)

}  // namespace rill::kernels
