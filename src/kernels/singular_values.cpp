// Singular values of real matrices: reflections make the matrix bidiagonal, implicit QR steps make
// that diagonal (Golub and Van Loan, "Matrix Computations", 8.6; steps without shift where a
// singular value is next to zero: Demmel and Kahan, "Accurate singular values of bidiagonal
// matrices", 1990).
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include "kernels/decompose.h"
#include "kernels/panel_product.h"
#include "kernels/reflections.h"
#include "kernels/rotations.h"
#include "kernels/subtract_product.h"

namespace rill::kernels {
namespace {

constexpr double kEpsilon = std::numeric_limits<double>::epsilon();

// a = u b v^T with b's diagonal d and e beside it; the columns of u and v are rows.
struct Bidiagonal {
  int64_t n;
  std::vector<double> d, e, u, v;
  Bidiagonal(double* a, int64_t n, bool vectors);
  void diagonalize();

 private:
  void step(size_t low, size_t high, RotationQueue& left, RotationQueue& right);
  double shift(size_t low, size_t high) const;
};

// A reflection of rows is taken away while the one of columns is multiplied, and the other way
// round.
Bidiagonal::Bidiagonal(double* a, int64_t size, bool vectors)
    : n(size), d(static_cast<size_t>(n)), e(d.size()) {
  RealReflections rows(n, n - 1, 0), columns(n, n - 2, 1);
  std::vector<double> line(d.size()), x(d.size()), y(d.size());
  const MatrixTable& table = matrix_table();
  for (int64_t k = 0; k < n; ++k) {
    // x and the last reflection of columns have not been taken away yet.
    const bool pending = k > 0 && k - 1 < columns.count;
    const double* across = pending ? columns.vector(k - 1) : nullptr;
    for (int64_t i = k; i < n; ++i) {
      const auto at = static_cast<size_t>(i);
      line[at] = a[i * n + k] - (pending ? x[at] * across[k] : 0);
    }
    double* row = a + k * n;
    RankUpdate job{};
    job.row = n;
    job.n = n - k - 1;
    if (k + 1 == n) {
      d[static_cast<size_t>(k)] = line[static_cast<size_t>(k)];
      break;
    }
    d[static_cast<size_t>(k)] = rows.make(k, line.data());
    const double* down = rows.vector(k);
    const double tau = rows.tau[static_cast<size_t>(k)];
    std::fill(y.begin(), y.end(), 0.0);
    job.a = row + k + 1;
    job.m = n - k;
    job.x = pending ? x.data() + k : nullptr;
    job.p = pending ? across + k + 1 : nullptr;
    table.update_sum(job, down + k, y.data() + k + 1);
    for (double& value : y) value = tau == 0 ? 0 : value * tau;
    for (int64_t j = k + 1; j < n; ++j) row[j] -= y[static_cast<size_t>(j)];
    if (k + 2 == n) {
      e[static_cast<size_t>(k)] = row[k + 1];
      row[n + k + 1] -= down[k + 1] * y[static_cast<size_t>(k + 1)];
      continue;
    }
    e[static_cast<size_t>(k)] = columns.make(k, row);
    job.a = row + n + k + 1;
    job.m = n - k - 1;
    job.x = down + k + 1;
    job.p = y.data() + k + 1;
    table.update_dot(job, columns.vector(k) + k + 1, x.data() + k + 1);
    const double turn = columns.tau[static_cast<size_t>(k)];
    for (double& value : x) value = turn == 0 ? 0 : value * turn;
  }
  if (!vectors) return;
  u = rows.product(n);
  v = columns.product(n);
}

// The smaller singular value of the last two rows, or zero where it would not change the rest.
double Bidiagonal::shift(size_t low, size_t high) const {
  double least = std::abs(d[low]), most = least;
  for (size_t i = low; i <= high; ++i) {
    least = std::min(least, std::abs(d[i]));
    most = std::max({most, std::abs(d[i]), i < high ? std::abs(e[i]) : 0.0});
  }
  if (least <= kEpsilon * most) return 0;
  const double f = std::abs(d[high - 1]), g = std::abs(e[high - 1]), h = std::abs(d[high]);
  const double small = std::min(f, h), large = std::max(f, h);
  const double sum = 1 + small / large, gap = (large - small) / large;
  double value;
  if (g < large) {
    const double square = (g / large) * (g / large);
    value = small * 2 / (std::sqrt(sum * sum + square) + std::sqrt(gap * gap + square));
  } else {
    const double ratio = large / g, a = sum * ratio, b = gap * ratio;
    value = 2 * small * ratio / (std::sqrt(1 + a * a) + std::sqrt(1 + b * b));
  }
  const double relative = value / std::abs(d[low]);
  return relative * relative < kEpsilon ? 0 : value;
}

void Bidiagonal::step(size_t low, size_t high, RotationQueue& left, RotationQueue& right) {
  const double by = shift(low, high);
  double f = d[low], g = e[low];
  if (by != 0) f = (std::abs(f) - by) * ((f >= 0 ? 1.0 : -1.0) + by / f);
  left.begin(static_cast<int64_t>(low));
  right.begin(static_cast<int64_t>(low));
  for (size_t k = low; k < high; ++k) {
    const RealRotation r(f, g);
    if (k > low) e[k - 1] = r.r;
    f = r.c * d[k] + r.s * e[k];
    e[k] = r.c * e[k] - r.s * d[k];
    g = r.s * d[k + 1];
    d[k + 1] *= r.c;
    const RealRotation l(f, g);
    d[k] = l.r;
    f = l.c * e[k] + l.s * d[k + 1];
    d[k + 1] = l.c * d[k + 1] - l.s * e[k];
    if (k + 1 < high) {
      g = l.s * e[k + 1];
      e[k + 1] *= l.c;
    }
    right.add(r.c, r.s);
    left.add(l.c, l.s);
  }
  e[high - 1] = f;
}

void Bidiagonal::diagonalize() {
  const int64_t width = u.empty() ? 0 : n;
  RotationQueue left(u.data(), n, width), right(v.data(), n, width);
  double norm = 0;
  for (size_t i = 0; i < d.size(); ++i) norm = std::max({norm, std::abs(d[i]), std::abs(e[i])});
  size_t high = d.size() - 1;
  for (int64_t steps = 0; high > 0 && steps < 60 * n; ++steps) {  // two for each value are usual
    for (size_t i = 0; i < high; ++i) {
      const double around = std::max(std::abs(d[i]) + std::abs(d[i + 1]), kEpsilon * norm);
      if (std::abs(e[i]) <= kEpsilon * around) e[i] = 0;
    }
    while (high > 0 && e[high - 1] == 0) --high;
    if (high == 0) break;
    size_t low = high - 1;
    while (low > 0 && e[low - 1] != 0) --low;
    step(low, high, left, right);
  }
  left.finish();
  right.finish();
}

// Rows [0, columns) of `rows`, as columns, by `order`.
void write_columns(const std::vector<double>& rows, int64_t size, const std::vector<int64_t>& order,
                   int64_t columns, double* to) {
  std::vector<double> sorted(static_cast<size_t>(columns * size));
  for (int64_t j = 0; j < columns; ++j) {
    const auto from = static_cast<size_t>(j) < order.size() ? order[static_cast<size_t>(j)] : j;
    std::copy_n(rows.begin() + from * size, size, sorted.begin() + j * size);
  }
  transpose_f64(sorted.data(), columns, size, to);
}

void not_numbers(int64_t m, int64_t n, double* s, double* u, int64_t u_columns, double* v,
                 int64_t v_columns) {
  constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
  std::fill_n(s, n, kNaN);
  if (u != nullptr) std::fill_n(u, m * u_columns, kNaN);
  for (int64_t i = 0; v != nullptr && i < n; ++i) {
    for (int64_t j = 0; j < v_columns; ++j) v[i * v_columns + j] = i == j ? 1 : 0;
  }
}

}  // namespace

void singular_values(const double* a, int64_t m, int64_t n, double* s, double* u, int64_t u_columns,
                     double* v, int64_t v_columns) {
  std::vector<double> columns(static_cast<size_t>(m * n));
  if (m < n) {
    transpose_f64(a, m, n, columns.data());
    return singular_values(columns.data(), n, m, s, v, v_columns, u, u_columns);
  }
  if (n == 0) return not_numbers(m, n, s, nullptr, 0, nullptr, 0);
  double most = 0;
  bool finite = true;
  for (int64_t i = 0; i < m * n; ++i) {
    finite = finite && std::isfinite(a[i]);
    most = std::max(most, std::abs(a[i]));
  }
  if (!finite) return not_numbers(m, n, s, u, u_columns, v, v_columns);
  // Squares must neither overflow nor vanish.
  const double scale = most > 1e-100 && most < 1e100 ? 1
                       : most == 0                   ? 1
                                                     : std::exp2(std::ilogb(most));
  transpose_f64(a, m, n, columns.data());
  if (scale != 1) {
    for (double& x : columns) x /= scale;
  }
  const bool vectors = u != nullptr || v != nullptr;
  // Of a tall matrix the triangle has the same singular values.
  std::vector<double> q, square(static_cast<size_t>(n * n));
  if (m > n) {
    const RealReflections reflections = reflect_columns(columns.data(), m, n);
    if (u != nullptr) q = reflections.product(u_columns);
    for (int64_t j = 0; j < n; ++j) {
      for (int64_t i = 0; i <= j; ++i) {
        square[static_cast<size_t>(i * n + j)] = columns[static_cast<size_t>(j * m + i)];
      }
    }
  } else {
    transpose_f64(columns.data(), n, n, square.data());
  }
  Bidiagonal b(square.data(), n, vectors);
  b.diagonalize();
  std::vector<int64_t> order(static_cast<size_t>(n));
  std::iota(order.begin(), order.end(), int64_t{0});
  for (int64_t i = 0; i < n; ++i) {
    double& value = b.d[static_cast<size_t>(i)];
    if (!(value < 0)) continue;
    value = -value;
    if (!vectors) continue;
    const auto row = b.v.begin() + i * n;
    std::transform(row, row + n, row, [](double x) { return -x; });
  }
  std::stable_sort(order.begin(), order.end(), [&](int64_t x, int64_t y) {
    return b.d[static_cast<size_t>(x)] > b.d[static_cast<size_t>(y)];
  });
  for (int64_t j = 0; j < n; ++j) {
    s[j] = b.d[static_cast<size_t>(order[static_cast<size_t>(j)])] * scale;
  }
  if (v != nullptr) write_columns(b.v, n, order, v_columns, v);
  if (u == nullptr) return;
  if (m == n) return write_columns(b.u, n, order, u_columns, u);
  std::vector<double> rows(static_cast<size_t>(n * m));  // u_b^T q^T
  assign_product<double>({b.u.data(), n, 1}, {q.data(), m, 1}, n, m, n, rows.data(), m);
  std::copy(rows.begin(), rows.end(), q.begin());
  write_columns(q, m, order, u_columns, u);
}

}  // namespace rill::kernels
