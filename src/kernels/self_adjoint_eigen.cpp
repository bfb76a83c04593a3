// Eigenvalues of Hermitian matrices: reflections make the matrix real and tridiagonal, implicit QR
// steps with Wilkinson's shift make that diagonal (Golub and Van Loan, "Matrix Computations", 8.3).
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include "kernels/decompose.h"
#include "kernels/matrix_element.h"

namespace rill::kernels {
namespace {

// The reflections I - tau v v^H, each a row: v is zero up to and with its own index.
template <typename W>
struct Reflections {
  int64_t n;
  std::vector<W> v, tau;
  explicit Reflections(int64_t size)
      : n(size), v(static_cast<size_t>(size * size)), tau(static_cast<size_t>(size)) {}
  W* row(int64_t k) { return v.data() + k * n; }
};

// Of column k of a, below the diagonal: what remains of it is beta in front.
template <typename W>
double reflection(const W* a, int64_t n, int64_t k, W* v, W& tau) {
  double tail = 0;
  for (int64_t i = k + 2; i < n; ++i) tail += norm2(a[i * n + k]);
  const W head = a[(k + 1) * n + k];
  v[k + 1] = W{1};
  if (tail == 0 && head == W{real_of(head)}) return real_of(head);  // tau stays 0
  double beta = std::sqrt(norm2(head) + tail);
  if (real_of(head) >= 0) beta = -beta;
  for (int64_t i = k + 2; i < n; ++i) v[i] = a[i * n + k] / (head - beta);
  tau = (beta - head) / beta;
  return beta;
}

// a, Hermitian and whole, becomes H^H a H: v z^H + z v^H is taken away.
template <typename W>
void reflect_both_sides(W* a, int64_t n, int64_t k, const W* v, const W& tau, W* z) {
  double product = 0;  // v^H a v
  for (int64_t i = k + 1; i < n; ++i) {
    W sum{};
    const W* row = a + i * n;
    for (int64_t j = k + 1; j < n; ++j) sum += row[j] * v[j];
    z[i] = sum;
    product += real_of(conj_of(v[i]) * sum);
  }
  const double half = norm2(tau) * product / 2;
  for (int64_t i = k + 1; i < n; ++i) z[i] = tau * z[i] - half * v[i];
  for (int64_t i = k + 1; i < n; ++i) {
    W* row = a + i * n;
    const W vi = v[i], zi = z[i];
    for (int64_t j = k + 1; j < n; ++j) row[j] -= vi * conj_of(z[j]) + zi * conj_of(v[j]);
  }
}

// The product of all reflections, transposed: its columns lie as rows.
template <typename W>
std::vector<W> product_of(Reflections<W>& all) {
  const int64_t n = all.n;
  std::vector<W> q(static_cast<size_t>(n * n));
  for (int64_t i = 0; i < n; ++i) q[static_cast<size_t>(i * n + i)] = W{1};
  for (int64_t k = n - 2; k >= 0; --k) {
    const W* v = all.row(k);
    const W tau = all.tau[static_cast<size_t>(k)];
    if (tau == W{}) continue;
    for (int64_t c = k + 1; c < n; ++c) {  // column c of the product
      W* x = q.data() + c * n;
      W sum{};
      for (int64_t i = k + 1; i < n; ++i) sum += conj_of(v[i]) * x[i];
      sum *= tau;
      for (int64_t i = k + 1; i < n; ++i) x[i] -= sum * v[i];
    }
  }
  return q;
}

// One step on rows [low, high] of the tridiagonal matrix with diagonal d and e beside it.
template <typename W>
void implicit_step(std::vector<double>& d, std::vector<double>& e, size_t low, size_t high, W* q,
                   int64_t n) {
  const double delta = (d[high - 1] - d[high]) / 2, off = e[high - 1];
  const double shift =
      d[high] - off * off / (delta + (delta >= 0 ? 1.0 : -1.0) * std::hypot(delta, off));
  double x = d[low] - shift, z = e[low];
  for (size_t k = low; k < high; ++k) {
    const double r = std::hypot(x, z);
    const double c = r == 0 ? 1 : x / r, s = r == 0 ? 0 : z / r;
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
    W *p = q + static_cast<int64_t>(k) * n, *next = p + n;
    for (int64_t i = 0; i < n; ++i) {
      const W old = p[i];
      p[i] = c * old + s * next[i];
      next[i] = c * next[i] - s * old;
    }
  }
}

template <typename W>
void diagonalize(std::vector<double>& d, std::vector<double>& e, W* q) {
  constexpr double kEpsilon = std::numeric_limits<double>::epsilon();
  const auto n = static_cast<int64_t>(d.size());
  size_t high = d.size() - 1;
  for (int64_t steps = 0; high > 0 && steps < 60 * n; ++steps) {  // two for each value are usual
    for (size_t i = 0; i < high; ++i) {
      if (std::abs(e[i]) <= kEpsilon * (std::abs(d[i]) + std::abs(d[i + 1]))) e[i] = 0;
    }
    while (high > 0 && e[high - 1] == 0) --high;
    if (high == 0) break;
    size_t low = high - 1;
    while (low > 0 && e[low - 1] != 0) --low;
    implicit_step(d, e, low, high, q, n);
  }
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
  Reflections<W> reflections(n);
  std::vector<double> d(static_cast<size_t>(n)), e(static_cast<size_t>(n));
  std::vector<W> z(static_cast<size_t>(n));
  for (int64_t k = 0; k + 1 < n; ++k) {
    W* direction = reflections.row(k);
    W& tau = reflections.tau[static_cast<size_t>(k)];
    e[static_cast<size_t>(k)] = reflection(a, n, k, direction, tau);
    if (tau != W{}) reflect_both_sides(a, n, k, direction, tau, z.data());
  }
  for (int64_t i = 0; i < n; ++i) d[static_cast<size_t>(i)] = real_of(a[i * n + i]);
  std::vector<W> q = product_of(reflections);
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
