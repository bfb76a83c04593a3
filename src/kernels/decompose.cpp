#include "kernels/decompose.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include "kernels/matrix_element.h"

namespace rill::kernels {
namespace {

constexpr int kSweeps = 60;  // Jacobi converges quadratically: a dozen is usual

// The rotation that makes two columns orthogonal: new p = c p - s q', new q = s p + c q', where q'
// is q without its phase.
template <typename W>
struct Rotation {
  double c, s;
  W phase;  // of the product of p and q
  Rotation(double pp, double qq, const W& pq) {
    const double size = std::abs(pq);
    phase = pq / size;
    const double zeta = (qq - pp) / (2 * size);
    const double t = (zeta >= 0 ? 1.0 : -1.0) / (std::abs(zeta) + std::hypot(1.0, zeta));
    c = 1 / std::hypot(1.0, t);
    s = t * c;
  }
  // Elements of the two columns (rows: with the phase conjugated).
  void apply(W& p, W& q, const W& unphase) const {
    const W old = p, turned = q * unphase;
    p = c * old - s * turned;
    q = s * old + c * turned;
  }
};

}  // namespace

template <typename W>
bool cholesky(W* a, int64_t n) {
  for (int64_t j = 0; j < n; ++j) {
    double pivot = real_of(a[j * n + j]);
    for (int64_t k = 0; k < j; ++k) pivot -= norm2(a[j * n + k]);
    if (!(pivot > 0) || !std::isfinite(pivot)) return false;
    const double root = std::sqrt(pivot);
    a[j * n + j] = root;
    for (int64_t i = j + 1; i < n; ++i) {
      W sum = a[i * n + j];
      for (int64_t k = 0; k < j; ++k) sum -= a[i * n + k] * conj_of(a[j * n + k]);
      a[i * n + j] = sum / root;
    }
    std::fill(a + j * n + j + 1, a + (j + 1) * n, W{});
  }
  return true;
}

template <typename W>
int lu(W* a, int64_t n, int64_t* perm) {
  std::iota(perm, perm + n, int64_t{0});
  int sign = 1;
  for (int64_t k = 0; k < n; ++k) {
    int64_t best = k;
    for (int64_t i = k + 1; i < n; ++i) {
      if (std::abs(a[i * n + k]) > std::abs(a[best * n + k])) best = i;
    }
    if (best != k) {
      std::swap_ranges(a + k * n, a + (k + 1) * n, a + best * n);
      std::swap(perm[k], perm[best]);
      sign = -sign;
    }
    const W pivot = a[k * n + k];
    if (pivot == W{}) continue;
    for (int64_t i = k + 1; i < n; ++i) {
      const W factor = a[i * n + k] /= pivot;
      for (int64_t j = k + 1; j < n; ++j) a[i * n + j] -= factor * a[k * n + j];
    }
  }
  return sign;
}

template <typename W>
bool has_zero_on_diagonal(const W* a, int64_t n) {
  int64_t numbers = 0;
  for (int64_t i = 0; i < n; ++i) {
    if (a[i * n + i] == W{}) return true;
    if (a[i * n + i] == a[i * n + i]) ++numbers;
  }
  return n > 0 && numbers == 0;
}

template <typename W>
void lu_solve(const W* lu, const int64_t* perm, int64_t n, W* b, int64_t columns) {
  const std::vector<W> from(b, b + n * columns);
  for (int64_t i = 0; i < n; ++i) {
    std::copy_n(from.begin() + perm[i] * columns, columns, b + i * columns);
  }
  triangular_solve(lu, n, b, columns, true, false, true);
  triangular_solve(lu, n, b, columns, false, false);
}

template <typename W>
void triangular_solve(const W* a, int64_t n, W* b, int64_t columns, bool lower, bool adjoint,
                      bool unit) {
  const bool forwards = lower != adjoint;
  for (int64_t step = 0; step < n; ++step) {
    const int64_t i = forwards ? step : n - 1 - step;
    W* row = b + i * columns;
    const int64_t first = forwards ? 0 : i + 1, last = forwards ? i : n;
    for (int64_t k = first; k < last; ++k) {
      const W factor = adjoint ? conj_of(a[k * n + i]) : a[i * n + k];
      for (int64_t c = 0; c < columns; ++c) row[c] -= factor * b[k * columns + c];
    }
    if (unit) continue;
    const W pivot = adjoint ? conj_of(a[i * n + i]) : a[i * n + i];
    for (int64_t c = 0; c < columns; ++c) row[c] /= pivot;
  }
}

template <typename W>
void qr(W* a, int64_t m, int64_t n, W* q, int64_t q_columns) {
  const int64_t p = std::min(m, n);
  std::vector<W> vectors(static_cast<size_t>(m * p)), taus(static_cast<size_t>(p));
  std::vector<W> sums(static_cast<size_t>(std::max(n, q_columns)));
  // x -= tau v v^H x, for the columns of x from k on: those before have zeros where v has not.
  const auto reflect = [&](int64_t k, const W& tau, W* x, int64_t columns) {
    const W* v = vectors.data() + k * m;
    std::fill(sums.begin(), sums.end(), W{});
    for (int64_t i = k; i < m; ++i) {
      const W factor = conj_of(v[i]);
      for (int64_t c = k; c < columns; ++c)
        sums[static_cast<size_t>(c)] += factor * x[i * columns + c];
    }
    for (int64_t c = k; c < columns; ++c) sums[static_cast<size_t>(c)] *= tau;
    for (int64_t i = k; i < m; ++i) {
      for (int64_t c = k; c < columns; ++c)
        x[i * columns + c] -= v[i] * sums[static_cast<size_t>(c)];
    }
  };
  for (int64_t k = 0; k < p; ++k) {
    W* v = vectors.data() + k * m;
    double tail = 0;
    for (int64_t i = k + 1; i < m; ++i) tail += norm2(a[i * n + k]);
    const W head = a[k * n + k];
    v[k] = W{1};
    if (tail == 0 && head == W{real_of(head)}) continue;  // tau stays 0
    double beta = std::sqrt(norm2(head) + tail);
    if (real_of(head) >= 0) beta = -beta;
    for (int64_t i = k + 1; i < m; ++i) v[i] = a[i * n + k] / (head - beta);
    taus[static_cast<size_t>(k)] = (beta - head) / beta;
    reflect(k, conj_of(taus[static_cast<size_t>(k)]), a, n);
    for (int64_t i = k + 1; i < m; ++i) a[i * n + k] = W{};
  }
  std::fill(q, q + m * q_columns, W{});
  for (int64_t i = 0; i < q_columns; ++i) q[i * q_columns + i] = W{1};
  for (int64_t k = p - 1; k >= 0; --k) reflect(k, taus[static_cast<size_t>(k)], q, q_columns);
}

namespace {

// Columns [first, m) of u become orthonormal to the ones before.
template <typename W>
void complete_basis(W* u, int64_t m, int64_t first) {
  int64_t unit = 0;
  std::vector<W> x(static_cast<size_t>(m));
  for (int64_t j = first; j < m && unit < m; ++unit) {
    std::fill(x.begin(), x.end(), W{});
    x[static_cast<size_t>(unit)] = W{1};
    double size = 0;
    for (int pass = 0; pass < 2; ++pass) {  // twice is enough (Kahan, Parlett)
      for (int64_t k = 0; k < j; ++k) {
        W dot{};
        for (int64_t i = 0; i < m; ++i) dot += conj_of(u[i * m + k]) * x[static_cast<size_t>(i)];
        for (int64_t i = 0; i < m; ++i) x[static_cast<size_t>(i)] -= dot * u[i * m + k];
      }
      size = 0;
      for (const W& value : x) size += norm2(value);
    }
    // Of all unit vectors some have at least 1 / m of themselves left.
    if (size * static_cast<double>(4 * m) < 1) continue;
    for (int64_t i = 0; i < m; ++i) u[i * m + j] = x[static_cast<size_t>(i)] / std::sqrt(size);
    ++j;
  }
}

}  // namespace

template <typename W>
void singular_values(const W* a, int64_t m, int64_t n, double* s, W* u, W* v) {
  if (m < n) {
    std::vector<W> turned(static_cast<size_t>(m * n));
    for (int64_t i = 0; i < m; ++i) {
      for (int64_t j = 0; j < n; ++j)
        turned[static_cast<size_t>(j * m + i)] = conj_of(a[i * n + j]);
    }
    return singular_values(turned.data(), n, m, s, v, u);
  }
  // One-sided Jacobi: the columns of `work` (each contiguous) are turned until all are orthogonal.
  std::vector<W> work(static_cast<size_t>(m * n)), basis(static_cast<size_t>(n * n));
  double total = 0;
  for (int64_t i = 0; i < m; ++i) {
    for (int64_t j = 0; j < n; ++j) {
      work[static_cast<size_t>(j * m + i)] = a[i * n + j];
      total += norm2(a[i * n + j]);
    }
  }
  for (int64_t i = 0; i < n; ++i) basis[static_cast<size_t>(i * n + i)] = W{1};
  const auto column = [&](std::vector<W>& x, int64_t j, int64_t rows) {
    return x.data() + j * rows;
  };
  constexpr double kEpsilon = std::numeric_limits<double>::epsilon();
  bool turned = std::isfinite(total);
  for (int sweep = 0; turned && sweep < kSweeps; ++sweep) {
    turned = false;
    for (int64_t p = 0; p < n; ++p) {
      for (int64_t q = p + 1; q < n; ++q) {
        W *x = column(work, p, m), *y = column(work, q, m), xy{};
        double xx = 0, yy = 0;
        for (int64_t i = 0; i < m; ++i) {
          xx += norm2(x[i]);
          yy += norm2(y[i]);
          xy += conj_of(x[i]) * y[i];
        }
        const double size = std::abs(xy);
        if (!(size > kEpsilon * std::sqrt(xx * yy)) || size <= kEpsilon * kEpsilon * total)
          continue;
        turned = true;
        const Rotation<W> r(xx, yy, xy);
        const W unphase = conj_of(r.phase);
        for (int64_t i = 0; i < m; ++i) r.apply(x[i], y[i], unphase);
        W *b = column(basis, p, n), *c = column(basis, q, n);
        for (int64_t i = 0; i < n; ++i) r.apply(b[i], c[i], unphase);
      }
    }
  }
  std::vector<double> sizes(static_cast<size_t>(n));
  for (int64_t j = 0; j < n; ++j) {
    double sum = 0;
    for (int64_t i = 0; i < m; ++i) sum += norm2(work[static_cast<size_t>(j * m + i)]);
    sizes[static_cast<size_t>(j)] = std::isfinite(total) ? std::sqrt(sum) : std::nan("");
  }
  std::vector<int64_t> order(static_cast<size_t>(n));
  std::iota(order.begin(), order.end(), int64_t{0});
  if (std::isfinite(total)) {
    std::stable_sort(order.begin(), order.end(), [&](int64_t x, int64_t y) {
      return sizes[static_cast<size_t>(x)] > sizes[static_cast<size_t>(y)];
    });
  }
  int64_t rank = 0;
  for (int64_t j = 0; j < n; ++j) {
    const int64_t from = order[static_cast<size_t>(j)];
    s[j] = sizes[static_cast<size_t>(from)];
    // Below this a column is rounding only, and no direction.
    const bool real = !(s[j] <= static_cast<double>(m) * kEpsilon * s[0]) && s[j] != 0;
    if (real) rank = j + 1;
    for (int64_t i = 0; v != nullptr && i < n; ++i) {
      v[i * n + j] = basis[static_cast<size_t>(from * n + i)];
    }
    for (int64_t i = 0; u != nullptr && real && i < m; ++i) {
      u[i * m + j] = work[static_cast<size_t>(from * m + i)] / s[j];
    }
  }
  if (u != nullptr) complete_basis(u, m, rank);
}

template bool cholesky(double*, int64_t);
template bool cholesky(Complex*, int64_t);
template int lu(double*, int64_t, int64_t*);
template int lu(Complex*, int64_t, int64_t*);
template bool has_zero_on_diagonal(const double*, int64_t);
template bool has_zero_on_diagonal(const Complex*, int64_t);
template void lu_solve(const double*, const int64_t*, int64_t, double*, int64_t);
template void lu_solve(const Complex*, const int64_t*, int64_t, Complex*, int64_t);
template void triangular_solve(const double*, int64_t, double*, int64_t, bool, bool, bool);
template void triangular_solve(const Complex*, int64_t, Complex*, int64_t, bool, bool, bool);
template void qr(double*, int64_t, int64_t, double*, int64_t);
template void qr(Complex*, int64_t, int64_t, Complex*, int64_t);
template void singular_values(const double*, int64_t, int64_t, double*, double*, double*);
template void singular_values(const Complex*, int64_t, int64_t, double*, Complex*, Complex*);

}  // namespace rill::kernels
