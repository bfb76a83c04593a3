// What algorithms on real and complex matrices need of an element.
#pragma once

#include "kernels/decompose.h"

namespace rill::kernels {

inline double conj_of(double x) { return x; }
inline Complex conj_of(const Complex& x) { return std::conj(x); }
inline double real_of(double x) { return x; }
inline double real_of(const Complex& x) { return x.real(); }
inline double norm2(double x) { return x * x; }
inline double norm2(const Complex& x) { return std::norm(x); }
// Plain products: std::complex's check for NaN costs more than the product.
inline double times(double a, double b) { return a * b; }
inline Complex times(const Complex& a, const Complex& b) {
  return {a.real() * b.real() - a.imag() * b.imag(), a.real() * b.imag() + a.imag() * b.real()};
}

}  // namespace rill::kernels
