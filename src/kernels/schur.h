// The complex Schur form and what is made of it: eigenvalues of general matrices, roots and
// logarithms. Row-major, in double precision.
// Algorithms: Golub and Van Loan, "Matrix Computations" (QR iterations with Wilkinson's shift);
// Bjorck and Hammarling, "A Schur method for the square root of a matrix" (1983); Higham,
// "Functions of Matrices" (2008), chapter 11 (inverse scaling and squaring).
#pragma once

#include <complex>
#include <cstdint>

namespace rill::kernels {

using Complex = std::complex<double>;

// a = u t u^H with t upper triangular, in place: a becomes t; u is [n, n], its columns as rows.
// False when the iteration did not end (numbers that are not finite).
bool schur(Complex* a, int64_t n, Complex* u);

// The eigenvalues, smallest absolute value first, and eigenvectors of length 1 as columns of v
// (null when not wanted). Destroys a.
bool eigen(Complex* a, int64_t n, Complex* values, Complex* v);

// r with r r = a, and l with exp(l) = a: the principal ones. In place.
bool matrix_square_root(Complex* a, int64_t n);
bool matrix_logarithm(Complex* a, int64_t n);

}  // namespace rill::kernels
