// Bessel functions of one real variable, in double precision. J and Y are those of <math.h>.
#pragma once

namespace rill::kernels {

double bessel_i0(double x);
double bessel_i0e(double x);  // exp(-|x|) I0(x)
double bessel_i1(double x);
double bessel_i1e(double x);
double bessel_k0(double x);
double bessel_k0e(double x);  // exp(x) K0(x)
double bessel_k1(double x);
double bessel_k1e(double x);
double bessel_j0(double x);
double bessel_j1(double x);
double bessel_y0(double x);
double bessel_y1(double x);

}  // namespace rill::kernels
