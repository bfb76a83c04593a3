// Householder QR. Real matrices are worked on column after column, so that the columns are rows in
// memory: each reflection is applied in the pass that multiplies with the next.
#include <algorithm>
#include <cmath>
#include <vector>

#include "kernels/decompose.h"
#include "kernels/matrix_element.h"
#include "kernels/panel_product.h"
#include "kernels/reflections.h"

namespace rill::kernels {

void qr(double* a, int64_t m, int64_t n, double* q, int64_t q_columns) {
  std::vector<double> columns(static_cast<size_t>(m * n));
  transpose_f64(a, m, n, columns.data());
  const RealReflections reflections = reflect_columns(columns.data(), m, n);
  transpose_f64(columns.data(), n, m, a);
  transpose_f64(reflections.product(q_columns).data(), q_columns, m, q);
}

void qr(Complex* a, int64_t m, int64_t n, Complex* q, int64_t q_columns) {
  const int64_t p = std::min(m, n);
  std::vector<Complex> vectors(static_cast<size_t>(m * p)), taus(static_cast<size_t>(p));
  std::vector<Complex> sums(static_cast<size_t>(std::max(n, q_columns)));
  // x -= tau v v^H x, for the columns of x from k on: those before have zeros where v has not.
  const auto reflect = [&](int64_t k, const Complex& tau, Complex* x, int64_t columns) {
    const Complex* v = vectors.data() + k * m;
    std::fill(sums.begin(), sums.end(), Complex{});
    for (int64_t i = k; i < m; ++i) {
      const Complex factor = std::conj(v[i]);
      for (int64_t c = k; c < columns; ++c)
        sums[static_cast<size_t>(c)] += times(factor, x[i * columns + c]);
    }
    for (int64_t c = k; c < columns; ++c) sums[static_cast<size_t>(c)] *= tau;
    for (int64_t i = k; i < m; ++i) {
      for (int64_t c = k; c < columns; ++c)
        x[i * columns + c] -= times(v[i], sums[static_cast<size_t>(c)]);
    }
  };
  for (int64_t k = 0; k < p; ++k) {
    Complex* v = vectors.data() + k * m;
    double tail = 0;
    for (int64_t i = k + 1; i < m; ++i) tail += std::norm(a[i * n + k]);
    const Complex head = a[k * n + k];
    v[k] = Complex{1};
    if (tail == 0 && head == head.real()) continue;  // tau stays 0
    double beta = std::sqrt(std::norm(head) + tail);
    if (head.real() >= 0) beta = -beta;
    for (int64_t i = k + 1; i < m; ++i) v[i] = a[i * n + k] / (head - beta);
    taus[static_cast<size_t>(k)] = (beta - head) / beta;
    reflect(k, std::conj(taus[static_cast<size_t>(k)]), a, n);
    for (int64_t i = k + 1; i < m; ++i) a[i * n + k] = Complex{};
  }
  std::fill(q, q + m * q_columns, Complex{});
  for (int64_t i = 0; i < q_columns; ++i) q[i * q_columns + i] = Complex{1};
  for (int64_t k = p - 1; k >= 0; --k) reflect(k, taus[static_cast<size_t>(k)], q, q_columns);
}

}  // namespace rill::kernels
