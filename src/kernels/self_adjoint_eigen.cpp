// Eigenvalues of Hermitian matrices: reflections make the matrix real and tridiagonal, implicit QR
// steps with Wilkinson's shift make that diagonal (Golub and Van Loan, "Matrix Computations", 8.3).
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include "kernels/decompose.h"
#include "kernels/matrix_element.h"
#include "kernels/panel_product.h"
#include "kernels/reflections.h"
#include "kernels/rotations.h"

namespace rill::kernels {
namespace {

// The reflections I - tau v v^H of complex numbers, each a row: v is zero up to and with its own
// index.
struct Reflections {
  int64_t n;
  std::vector<Complex> v, tau;
  explicit Reflections(int64_t size)
      : n(size), v(static_cast<size_t>(size * size)), tau(static_cast<size_t>(size)) {}
  Complex* row(int64_t k) { return v.data() + k * n; }
};

// Of column k of a, below the diagonal: what remains of it is beta in front.
double reflection(const Complex* a, int64_t n, int64_t k, Complex* v, Complex& tau) {
  double tail = 0;
  for (int64_t i = k + 2; i < n; ++i) tail += std::norm(a[i * n + k]);
  const Complex head = a[(k + 1) * n + k];
  v[k + 1] = Complex{1};
  if (tail == 0 && head == head.real()) return head.real();  // tau stays 0
  double beta = std::sqrt(std::norm(head) + tail);
  if (head.real() >= 0) beta = -beta;
  for (int64_t i = k + 2; i < n; ++i) v[i] = a[i * n + k] / (head - beta);
  tau = (beta - head) / beta;
  return beta;
}

// a, Hermitian and whole, becomes H^H a H: v z^H + z v^H is taken away.
void reflect_both_sides(Complex* a, int64_t n, int64_t k, const Complex* v, const Complex& tau,
                        Complex* z) {
  double product = 0;  // v^H a v
  for (int64_t i = k + 1; i < n; ++i) {
    Complex sum{};
    const Complex* row = a + i * n;
    for (int64_t j = k + 1; j < n; ++j) sum += times(row[j], v[j]);
    z[i] = sum;
    product += times(std::conj(v[i]), sum).real();
  }
  const double half = std::norm(tau) * product / 2;
  for (int64_t i = k + 1; i < n; ++i) z[i] = tau * z[i] - half * v[i];
  for (int64_t i = k + 1; i < n; ++i) {
    Complex* row = a + i * n;
    const Complex vi = v[i], zi = z[i];
    for (int64_t j = k + 1; j < n; ++j)
      row[j] -= times(vi, std::conj(z[j])) + times(zi, std::conj(v[j]));
  }
}

// The product of all reflections, transposed: its columns lie as rows.
std::vector<Complex> product_of(Reflections& all) {
  const int64_t n = all.n;
  std::vector<Complex> q(static_cast<size_t>(n * n));
  for (int64_t i = 0; i < n; ++i) q[static_cast<size_t>(i * n + i)] = Complex{1};
  for (int64_t k = n - 2; k >= 0; --k) {
    const Complex* v = all.row(k);
    const Complex tau = all.tau[static_cast<size_t>(k)];
    if (tau == Complex{}) continue;
    for (int64_t c = k + 1; c < n; ++c) {  // column c of the product
      Complex* x = q.data() + c * n;
      Complex sum{};
      for (int64_t i = k + 1; i < n; ++i) sum += times(std::conj(v[i]), x[i]);
      sum *= tau;
      for (int64_t i = k + 1; i < n; ++i) x[i] -= times(sum, v[i]);
    }
  }
  return q;
}

// One step on rows [low, high] of the tridiagonal matrix with diagonal d and e beside it.
void implicit_step(std::vector<double>& d, std::vector<double>& e, size_t low, size_t high,
                   RotationQueue& q) {
  const double delta = (d[high - 1] - d[high]) / 2, off = e[high - 1];
  const double shift =
      d[high] - off * off / (delta + (delta >= 0 ? 1.0 : -1.0) * std::hypot(delta, off));
  double x = d[low] - shift, z = e[low];
  q.begin(static_cast<int64_t>(low));
  for (size_t k = low; k < high; ++k) {
    const auto [c, s, r] = RealRotation(x, z);
    if (k > low) e[k - 1] = r;
    const double first = d[k], second = d[k + 1], between = e[k];
    d[k] = c * c * first + 2 * c * s * between + s * s * second;
    d[k + 1] = s * s * first - 2 * c * s * between + c * c * second;
    e[k] = c * s * (second - first) + (c * c - s * s) * between;
    if (k + 1 < high) {
      x = e[k];
      z = s * e[k + 1];
      e[k + 1] *= c;
    }
    q.add(c, s);
  }
}

// The columns of q, which lie as rows, turn along.
template <typename W>
void diagonalize(std::vector<double>& d, std::vector<double>& e, W* q) {
  constexpr double kEpsilon = std::numeric_limits<double>::epsilon();
  const auto n = static_cast<int64_t>(d.size());
  RotationQueue rotations(reinterpret_cast<double*>(q), n,
                          n * static_cast<int64_t>(sizeof(W) / sizeof(double)));
  size_t high = d.size() - 1;
  for (int64_t steps = 0; high > 0 && steps < 60 * n; ++steps) {  // two for each value are usual
    for (size_t i = 0; i < high; ++i) {
      if (std::abs(e[i]) <= kEpsilon * (std::abs(d[i]) + std::abs(d[i + 1]))) e[i] = 0;
    }
    while (high > 0 && e[high - 1] == 0) --high;
    if (high == 0) break;
    size_t low = high - 1;
    while (low > 0 && e[low - 1] != 0) --low;
    implicit_step(d, e, low, high, rotations);
  }
  rotations.finish();
}

// The reflections of a (its lower triangle), whose product's columns come as rows. What the last
// reflection takes away is taken away while the next one is multiplied.
std::vector<double> tridiagonalize(double* a, int64_t n, double* d, double* e) {
  RealReflections reflections(n, n - 1, 1);
  std::vector<double> column(static_cast<size_t>(n)), w(column.size()), z(column.size());
  for (int64_t k = 0; k < n; ++k) {
    const double* before = k > 0 ? reflections.vector(k - 1) : nullptr;
    const double wk = w[static_cast<size_t>(k)];
    for (int64_t i = k; i < n; ++i) {
      const auto at = static_cast<size_t>(i);
      column[at] = a[i * n + k];
      if (before != nullptr) column[at] -= before[i] * wk + w[at] * before[k];
    }
    d[k] = column[static_cast<size_t>(k)];
    if (k + 1 == n) break;
    e[k] = reflections.make(k, column.data());
    const double* v = reflections.vector(k);
    const double tau = reflections.tau[static_cast<size_t>(k)];
    const int64_t first = k + 1;
    RankUpdate job{};
    job.a = a + first * (n + 1);
    job.row = n;
    job.m = job.n = n - first;
    if (before != nullptr) {
      job.x = job.q = before + first;
      job.y = job.p = w.data() + first;
    }
    matrix_table().update_symmetric(job, v + first, z.data() + first);
    double product = 0;  // v^T a v
    for (int64_t i = first; i < n; ++i) product += v[i] * z[static_cast<size_t>(i)];
    const double half = tau * tau * product / 2;
    for (int64_t i = first; i < n; ++i) {
      const auto at = static_cast<size_t>(i);
      w[at] = tau == 0 ? 0 : tau * z[at] - half * v[i];
    }
  }
  return reflections.product(n);
}

std::vector<Complex> tridiagonalize(Complex* a, int64_t n, double* d, double* e) {
  Reflections reflections(n);
  std::vector<Complex> z(static_cast<size_t>(n));
  for (int64_t k = 0; k + 1 < n; ++k) {
    Complex* direction = reflections.row(k);
    Complex& tau = reflections.tau[static_cast<size_t>(k)];
    e[k] = reflection(a, n, k, direction, tau);
    if (tau != Complex{}) reflect_both_sides(a, n, k, direction, tau, z.data());
  }
  for (int64_t i = 0; i < n; ++i) d[i] = a[i * n + i].real();
  return product_of(reflections);
}

}  // namespace

template <typename W>
void self_adjoint_eigen(W* a, int64_t n, double* values, W* v) {
  if (n == 0) return;
  double total = 0;
  for (int64_t i = 0; i < n; ++i) {
    a[i * n + i] = real_of(a[i * n + i]);
    for (int64_t j = 0; j <= i; ++j) {
      a[j * n + i] = conj_of(a[i * n + j]);
      total += norm2(a[i * n + j]);
    }
  }
  if (!std::isfinite(total)) {
    std::fill_n(values, n, std::numeric_limits<double>::quiet_NaN());
    std::fill_n(v, n * n, W{});
    for (int64_t i = 0; i < n; ++i) v[i * n + i] = W{1};
    return;
  }
  std::vector<double> d(static_cast<size_t>(n)), e(static_cast<size_t>(n));
  std::vector<W> q = tridiagonalize(a, n, d.data(), e.data());
  diagonalize(d, e, q.data());
  std::vector<int64_t> order(static_cast<size_t>(n));
  std::iota(order.begin(), order.end(), int64_t{0});
  std::sort(order.begin(), order.end(), [&](int64_t x, int64_t y) {
    return d[static_cast<size_t>(x)] < d[static_cast<size_t>(y)];
  });
  for (int64_t j = 0; j < n; ++j) {
    const int64_t from = order[static_cast<size_t>(j)];
    values[j] = d[static_cast<size_t>(from)];
    for (int64_t i = 0; i < n; ++i) v[i * n + j] = q[static_cast<size_t>(from * n + i)];
  }
}

template void self_adjoint_eigen(double*, int64_t, double*, double*);
template void self_adjoint_eigen(Complex*, int64_t, double*, Complex*);

}  // namespace rill::kernels
