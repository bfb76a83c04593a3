// Decompositions of matrices, row-major, in double precision: W is double or std::complex<double>.
// Narrower dtypes are converted by who calls. Textbook algorithms (Golub and Van Loan, "Matrix
// Computations"): Householder QR, LU with partial pivoting, implicit QR for eigenvalues and
// singular values, Jacobi for those of complex matrices.
#pragma once

#include <complex>
#include <cstdint>

namespace rill::kernels {

using Complex = std::complex<double>;

// a (its lower triangle) = l l^H; what lies above the diagonal becomes zero. False when a is not
// positive definite. In place.
template <typename W>
bool cholesky(W* a, int64_t n);

// a = p l u in place, l with ones on the diagonal: row i of the product is row perm[i] of a. Gives
// the sign of the permutation. Pivots that are zero stay zero.
template <typename W>
int lu(W* a, int64_t n, int64_t* perm);
// Also true where nothing on it is a number.
template <typename W>
bool has_zero_on_diagonal(const W* a, int64_t n);
// Solves with the result of lu() in place of b [n, columns].
template <typename W>
void lu_solve(const W* lu, const int64_t* perm, int64_t n, W* b, int64_t columns);
// The inverse, with the result of lu().
template <typename W>
void lu_inverse(const W* lu, const int64_t* perm, int64_t n, W* x);

// Solves op(a) x = b in place of b [n, columns]; reads one triangle of a, for unit without its
// diagonal.
template <typename W>
void triangular_solve(const W* a, int64_t n, W* b, int64_t columns, bool lower, bool adjoint,
                      bool unit = false);

// a [m, n] = q r, in place: a becomes r (zero below the diagonal); the first q_columns columns of q
// [m, m] go to q.
void qr(double* a, int64_t m, int64_t n, double* q, int64_t q_columns);
void qr(Complex* a, int64_t m, int64_t n, Complex* q, int64_t q_columns);

// The eigenvalues, ascending, of a Hermitian matrix (its lower triangle), and the eigenvectors as
// columns of v. Destroys a.
template <typename W>
void self_adjoint_eigen(W* a, int64_t n, double* values, W* v);

// a [m, n] = u diag(s) v^H with p = min(m, n) singular values, descending; null when not wanted: u
// [m, u_columns] and v [n, v_columns], with p columns or all.
void singular_values(const double* a, int64_t m, int64_t n, double* s, double* u, int64_t u_columns,
                     double* v, int64_t v_columns);
void singular_values(const Complex* a, int64_t m, int64_t n, double* s, Complex* u,
                     int64_t u_columns, Complex* v, int64_t v_columns);

}  // namespace rill::kernels
