#include "kernels/reflections.h"

#include <algorithm>
#include <cmath>

#include "kernels/subtract_product.h"

namespace rill::kernels {
namespace {

constexpr int64_t kTogether = 48;  // reflections in products: whole panels
constexpr int64_t kShort = 12;     // not worth products

void apply_alone(const double* v, double tau, int64_t length, double* x, int64_t row,
                 int64_t columns) {
  for (int64_t c = 0; c < columns; ++c, x += row) {
    double sum = 0;
    for (int64_t i = 0; i < length; ++i) sum += v[i] * x[i];
    sum *= tau;
    for (int64_t i = 0; i < length; ++i) x[i] -= sum * v[i];
  }
}

}  // namespace

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

// The product is I - V t V^T with the reflections as columns of V and a triangle t (Schreiber and
// Van Loan, "A storage-efficient WY representation for products of Householder transformations",
// 1989).
void RealReflections::apply(int64_t first, int64_t last, bool backwards, double* x,
                            int64_t columns) const {
  const int64_t n = last - first, start = first + offset, length = size - start;
  if (n <= 0 || columns <= 0) return;
  if (length <= kShort) {
    for (int64_t i = 0; i < n; ++i) {
      const int64_t k = backwards ? first + i : last - 1 - i;
      apply_alone(vector(k) + start, tau[static_cast<size_t>(k)], length, x + start, size, columns);
    }
    return;
  }
  std::vector<double> products(static_cast<size_t>(n * n)), t(products.size());
  std::vector<double> y(static_cast<size_t>(columns * n)), factors(y.size());
  const double* from = vector(first) + start;
  const PanelMatrix<double> rows{from, size, 1}, turned{from, 1, size};
  assign_product(rows, turned, n, n, length, products.data(), n);
  for (int64_t i = 0; i < n; ++i) {
    const double factor = tau[static_cast<size_t>(first + i)];
    for (int64_t r = 0; r < i; ++r) {
      double sum = 0;
      for (int64_t k = r; k < i; ++k) {
        sum += t[static_cast<size_t>(r * n + k)] * products[static_cast<size_t>(k * n + i)];
      }
      t[static_cast<size_t>(r * n + i)] = -factor * sum;
    }
    t[static_cast<size_t>(i * n + i)] = factor;
  }
  assign_product<double>({x + start, size, 1}, turned, columns, n, length, y.data(), n);
  assign_product<double>({y.data(), n, 1}, {t.data(), backwards ? n : 1, backwards ? 1 : n},
                         columns, n, n, factors.data(), n);
  subtract_product<double>({factors.data(), n, 1}, rows, columns, length, n, x + start, size);
}

// The last reflections first: they leave alone the columns of the identity before them.
std::vector<double> RealReflections::product(int64_t columns) const {
  std::vector<double> q(static_cast<size_t>(columns * size));
  for (int64_t i = 0; i < columns; ++i) q[static_cast<size_t>(i * size + i)] = 1;
  for (int64_t first = (count - 1) / kTogether * kTogether; first >= 0; first -= kTogether) {
    const int64_t start = first + offset;
    apply(first, std::min(count, first + kTogether), false, q.data() + start * size,
          columns - start);
  }
  return q;
}

namespace {

// The reflections of columns [first, last); each is applied in the pass that multiplies with the
// next.
void reflect_panel(RealReflections& all, double* a, int64_t first, int64_t last) {
  const int64_t m = all.size;
  std::vector<double> factors(static_cast<size_t>(last - first)), z(factors.size());
  for (int64_t k = first; k < last; ++k) {
    double* column = a + k * m;
    const int64_t from = std::max(first, k - 1), rest = k + 1 - first;
    const double* before = k > first ? all.vector(k - 1) : nullptr;
    if (before != nullptr) {
      const double factor = factors[static_cast<size_t>(k - first)];
      for (int64_t i = from; i < m; ++i) column[i] -= factor * before[i];
    }
    const double beta = all.make(k, column);
    RankUpdate job{};
    job.a = column + m + from;
    job.row = m;
    job.m = last - k - 1;
    job.n = m - from;
    job.x = before != nullptr ? factors.data() + rest : nullptr;
    job.p = before != nullptr ? before + from : nullptr;
    matrix_table().update_dot(job, all.vector(k) + from, z.data() + rest);
    column[k] = beta;
    std::fill(column + k + 1, column + m, 0.0);
    const double tau = all.tau[static_cast<size_t>(k)];
    for (size_t c = static_cast<size_t>(rest); c < z.size(); ++c) {
      factors[c] = tau == 0 ? 0 : tau * z[c];
    }
  }
}

}  // namespace

RealReflections reflect_columns(double* a, int64_t m, int64_t n) {
  RealReflections all(m, std::min(m, n), 0);
  for (int64_t first = 0; first < all.count; first += kTogether) {
    const int64_t last = std::min(all.count, first + kTogether);
    reflect_panel(all, a, first, last);
    all.apply(first, last, true, a + last * m, n - last);
  }
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
