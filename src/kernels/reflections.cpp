#include "kernels/reflections.h"

#include <algorithm>
#include <cmath>

#include "kernels/panel_product.h"

namespace rill::kernels {

RealReflections::RealReflections(int64_t length, int64_t number, int64_t first)
    : size(length),
      count(std::max<int64_t>(number, 0)),
      offset(first),
      v(static_cast<size_t>(length * count)),
      tau(static_cast<size_t>(count)) {}

double RealReflections::make(int64_t k, const double* x) {
  const int64_t first = k + offset;
  double tail = 0;
  for (int64_t i = first + 1; i < size; ++i) tail += x[i] * x[i];
  const double head = x[first];
  double* to = vector(k);
  to[first] = 1;
  if (tail == 0) return head;  // tau stays 0
  double beta = std::sqrt(head * head + tail);
  if (head >= 0) beta = -beta;
  const double divisor = head - beta;
  for (int64_t i = first + 1; i < size; ++i) to[i] = x[i] / divisor;
  tau[static_cast<size_t>(k)] = (beta - head) / beta;
  return beta;
}

// The last reflection first: of column c all but the first c - offset change something. Each is
// applied in the pass that multiplies with the next.
std::vector<double> RealReflections::product(int64_t columns) const {
  std::vector<double> q(static_cast<size_t>(columns * size));
  std::vector<double> factors(static_cast<size_t>(columns)), z(factors.size());
  for (int64_t i = 0; i < columns; ++i) q[static_cast<size_t>(i * size + i)] = 1;
  const auto& update_dot = matrix_table().update_dot;
  RankUpdate job{};
  job.row = size;
  for (int64_t k = count - 1; k >= 0; --k) {
    const int64_t first = k + offset;
    job.a = q.data() + (first + 1) * size + first;
    job.m = columns - first - 1;
    job.n = size - first;
    job.x = k + 1 < count ? factors.data() + first + 1 : nullptr;
    job.p = k + 1 < count ? vector(k + 1) + first : nullptr;
    if (job.m > 0) update_dot(job, vector(k) + first, z.data() + first + 1);
    z[static_cast<size_t>(first)] = 1;
    const double t = tau[static_cast<size_t>(k)];
    for (int64_t c = first; c < columns; ++c) {
      const auto at = static_cast<size_t>(c);
      factors[at] = t == 0 ? 0 : t * z[at];
    }
  }
  if (count > 0) {
    job.a = q.data() + offset * size + offset;
    job.m = columns - offset;
    job.n = size - offset;
    job.x = factors.data() + offset;
    job.p = vector(0) + offset;
    update_dot(job, vector(0) + offset, z.data());
  }
  return q;
}

RealReflections reflect_columns(double* a, int64_t m, int64_t n) {
  RealReflections all(m, std::min(m, n), 0);
  std::vector<double> factors(static_cast<size_t>(n)), z(factors.size());
  RankUpdate job{};
  job.row = m;
  // Takes away what the last reflection does to the columns from `first` on.
  const auto update = [&](int64_t k, int64_t first, const double* v) {
    const int64_t from = std::max<int64_t>(k - 1, 0);
    job.a = a + first * m + from;
    job.m = n - first;
    job.n = m - from;
    job.x = k > 0 ? factors.data() + first : nullptr;
    job.p = k > 0 ? all.vector(k - 1) + from : nullptr;
    matrix_table().update_dot(job, v + from, z.data() + first);
  };
  for (int64_t k = 0; k < all.count; ++k) {
    double* column = a + k * m;
    if (k > 0) {
      const double* before = all.vector(k - 1);
      const double factor = factors[static_cast<size_t>(k)];
      for (int64_t i = k - 1; i < m; ++i) column[i] -= factor * before[i];
    }
    const double beta = all.make(k, column);
    update(k, k + 1, all.vector(k));
    column[k] = beta;
    std::fill(column + k + 1, column + m, 0.0);
    const double tau = all.tau[static_cast<size_t>(k)];
    for (int64_t c = k + 1; c < n; ++c) {
      const auto at = static_cast<size_t>(c);
      factors[at] = tau == 0 ? 0 : tau * z[at];
    }
  }
  if (all.count > 0 && all.count < n) update(all.count, all.count, all.vector(all.count - 1));
  return all;
}

void transpose_f64(const double* from, int64_t rows, int64_t columns, double* to) {
  constexpr int64_t kSquare = 8;
  for (int64_t i0 = 0; i0 < rows; i0 += kSquare) {
    const int64_t i1 = std::min(rows, i0 + kSquare);
    for (int64_t j = 0; j < columns; ++j) {
      for (int64_t i = i0; i < i1; ++i) to[j * rows + i] = from[i * columns + j];
    }
  }
}

}  // namespace rill::kernels
