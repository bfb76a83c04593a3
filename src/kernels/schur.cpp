#include "kernels/schur.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include "kernels/matrix_element.h"
#include "kernels/reflections.h"
#include "kernels/subtract_product.h"

namespace rill::kernels {
namespace {

constexpr double kEpsilon = std::numeric_limits<double>::epsilon();
constexpr int kSweeps = 30;  // QR steps an eigenvalue

double size_of(const Complex& x) { return std::abs(x.real()) + std::abs(x.imag()); }

// A rotation that makes the second of two numbers zero: [c, s; -conj(s), c].
struct Rotation {
  double c = 1;
  Complex s = 0;
  Rotation(const Complex& a, const Complex& b) {
    const double first = std::norm(a), second = std::norm(b);
    // Outside squares lose digits, and the rotation its length.
    if (!(std::min(first, second) > 1e-280) || !(std::max(first, second) < 1e280)) {
      careful(a, b);
      return;
    }
    const double size = std::sqrt(first), all = std::sqrt(first + second);
    c = size / all;
    s = times(a, std::conj(b)) / (size * all);
  }

 private:
  void careful(const Complex& a, const Complex& b) {
    const double r = std::hypot(std::abs(a), std::abs(b));
    if (std::abs(b) == 0 || r == 0) return;
    if (std::abs(a) == 0) {
      c = 0;
      s = std::conj(b) / std::abs(b);
      return;
    }
    c = std::abs(a) / r;
    s = a / std::abs(a) * std::conj(b) / r;
  }
};

using Matrix = std::vector<Complex>;

// Real reflections of both sides make zeros below the first subdiagonal; gives the columns of their
// product as rows. What the last reflection does from the right is taken away while the next one is
// multiplied.
std::vector<double> real_hessenberg(double* a, int64_t n) {
  RealReflections all(n, n - 2, 1);
  std::vector<double> line(static_cast<size_t>(n)), x(line.size()), y(line.size()), z(line.size());
  const MatrixTable& table = matrix_table();
  const auto column = [&](int64_t k) {  // of what is pending
    const double* before = k > 0 ? all.vector(k - 1) : nullptr;
    for (int64_t i = 0; i < n; ++i) {
      const auto at = static_cast<size_t>(i);
      line[at] = a[i * n + k] -= k > 0 ? x[at] * before[k] : 0.0;
    }
  };
  for (int64_t k = 0; k < all.count; ++k) {
    column(k);
    const double beta = all.make(k, line.data());
    const double *before = k > 0 ? all.vector(k - 1) : nullptr, *v = all.vector(k);
    const int64_t first = k + 1;
    for (int64_t i = first; i < n; ++i) a[i * n + k] = i == first ? beta : 0;
    const double tau = all.tau[static_cast<size_t>(k)];
    RankUpdate job{};
    job.row = n;
    job.n = n - first;
    job.a = a + first * (n + 1);
    job.m = n - first;
    job.x = k > 0 ? x.data() + first : nullptr;
    job.p = k > 0 ? before + first : nullptr;
    std::fill(y.begin(), y.end(), 0.0);
    table.update_sum(job, v + first, y.data() + first);
    for (double& value : y) value *= tau;
    RankUpdate above = job;
    above.a = a + first;
    above.m = first;
    above.x = k > 0 ? x.data() : nullptr;
    table.update_dot(above, v + first, z.data());
    job.x = v + first;
    job.p = y.data() + first;
    table.update_dot(job, v + first, z.data() + first);
    for (size_t i = 0; i < x.size(); ++i) x[i] = tau * z[i];
  }
  for (int64_t k = all.count; k > 0 && k < n; ++k) {
    const double* before = all.vector(all.count - 1);
    for (int64_t i = 0; i < n; ++i) a[i * n + k] -= x[static_cast<size_t>(i)] * before[k];
  }
  return all.product(n);
}

class Reduction {
 public:
  Reduction(Complex* t, int64_t n, Complex* u) : t_(t), u_(u), n_(n) {
    std::fill(u, u + n * n, Complex{});
    for (int64_t i = 0; i < n; ++i) u[i * n + i] = 1;
  }

  // Reflections of both sides: zeros below the first subdiagonal.
  void hessenberg() {
    if (std::all_of(t_, t_ + n_ * n_, [](const Complex& x) { return x.imag() == 0; })) {
      std::vector<double> real(static_cast<size_t>(n_ * n_));
      std::transform(t_, t_ + n_ * n_, real.begin(), [](const Complex& x) { return x.real(); });
      const std::vector<double> product = real_hessenberg(real.data(), n_);
      std::copy(real.begin(), real.end(), t_);
      std::copy(product.begin(), product.end(), u_);
      return;
    }
    Matrix v(static_cast<size_t>(n_)), sums(v.size());
    for (int64_t k = 0; k + 2 < n_; ++k) {
      double norm = 0;
      for (int64_t i = k + 1; i < n_; ++i) norm = std::hypot(norm, std::abs(t(i, k)));
      if (norm == 0) continue;
      const Complex first = t(k + 1, k);
      const Complex phase = std::abs(first) == 0 ? Complex(1) : first / std::abs(first);
      double square = 0;
      for (int64_t i = k + 1; i < n_; ++i) {
        v[static_cast<size_t>(i)] = t(i, k) + (i == k + 1 ? phase * norm : Complex{});
        square += std::norm(v[static_cast<size_t>(i)]);
      }
      if (square == 0) continue;
      reflect_rows(t_, v, false, k, 2 / square, k, sums);
      reflect_columns(v, k, 2 / square);
      reflect_rows(u_, v, true, k, 2 / square, 0, sums);
      for (int64_t i = k + 2; i < n_; ++i) t(i, k) = 0;
    }
  }

  bool triangular() {
    int64_t high = n_ - 1;
    for (int step = 0; high > 0;) {
      int64_t low = high;
      while (low > 0 && !negligible(low)) --low;
      if (low == high) {
        --high;
        step = 0;
        continue;
      }
      if (++step > kSweeps * std::max<int64_t>(n_, 2)) return false;
      sweep(low, high, step % 10 == 0 ? exceptional(high) : shift(high));
    }
    for (int64_t i = 0; i < n_; ++i) {
      for (int64_t j = 0; j < i; ++j) t(i, j) = 0;
    }
    return true;
  }

 private:
  Complex& t(int64_t i, int64_t j) { return t_[i * n_ + j]; }

  // m -= v (v^H m) scale, or with v's conjugate: the columns of m from `column` on.
  void reflect_rows(Complex* m, const Matrix& v, bool conjugate, int64_t k, double scale,
                    int64_t column, Matrix& sums) {
    std::fill(sums.begin(), sums.end(), Complex{});
    for (int64_t i = k + 1; i < n_; ++i) {
      const Complex value = v[static_cast<size_t>(i)], x = conjugate ? value : std::conj(value);
      for (int64_t j = column; j < n_; ++j) sums[static_cast<size_t>(j)] += times(x, m[i * n_ + j]);
    }
    for (int64_t i = k + 1; i < n_; ++i) {
      const Complex value = v[static_cast<size_t>(i)] * scale;
      const Complex x = conjugate ? std::conj(value) : value;
      for (int64_t j = column; j < n_; ++j) m[i * n_ + j] -= times(x, sums[static_cast<size_t>(j)]);
    }
  }
  void reflect_columns(const Matrix& v, int64_t k, double scale) {
    for (int64_t i = 0; i < n_; ++i) {
      Complex sum{};
      for (int64_t j = k + 1; j < n_; ++j) sum += times(t(i, j), v[static_cast<size_t>(j)]);
      sum *= scale;
      for (int64_t j = k + 1; j < n_; ++j) {
        t(i, j) -= times(sum, std::conj(v[static_cast<size_t>(j)]));
      }
    }
  }

  bool negligible(int64_t i) {
    double around = size_of(t(i - 1, i - 1)) + size_of(t(i, i));
    if (around == 0) around = 1;
    if (size_of(t(i, i - 1)) > kEpsilon * around) return false;
    t(i, i - 1) = 0;
    return true;
  }

  // The eigenvalue of the last 2 x 2 block that is nearer to its last element.
  Complex shift(int64_t high) {
    const Complex a = t(high - 1, high - 1), d = t(high, high);
    const Complex bc = t(high - 1, high) * t(high, high - 1);
    const Complex half = (a - d) / 2.0;
    const Complex root = std::sqrt(half * half + bc);
    const Complex x = d - half * 0.0;
    const Complex plus = half + root, minus = half - root;
    const Complex larger = std::abs(plus) > std::abs(minus) ? plus : minus;
    return std::abs(larger) == 0 ? x : x - bc / larger;
  }
  Complex exceptional(int64_t high) {
    return t(high, high) + std::abs(t(high, high - 1).real()) +
           (high > 1 ? std::abs(t(high - 1, high - 2).real()) : 0.0);
  }

  void sweep(int64_t low, int64_t high, const Complex& shift) {
    const MatrixTable& table = matrix_table();
    Complex a = t(low, low) - shift, b = t(low + 1, low);
    for (int64_t k = low; k < high; ++k) {
      const Rotation r(a, b);
      const int64_t column = std::max<int64_t>(k - 1, 0);
      table.turn_rows(parts(&t(k, column)), parts(&t(k + 1, column)), n_ - column, r.c, r.s.real(),
                      r.s.imag());
      table.turn_columns(parts(t_ + k), n_, std::min(k + 2, high) + 1, r.c, r.s.real(), r.s.imag());
      table.turn_rows(parts(u_ + k * n_), parts(u_ + (k + 1) * n_), n_, r.c, r.s.real(),
                      -r.s.imag());
      if (k + 1 < high) {
        a = t(k + 1, k);
        b = t(k + 2, k);
      }
    }
  }
  static double* parts(Complex* x) { return reinterpret_cast<double*>(x); }

  Complex* t_;
  Complex* u_;
  int64_t n_;
};

bool all_finite(const Complex* a, int64_t n) {
  return std::all_of(a, a + n * n, [](const Complex& x) {
    return std::isfinite(x.real()) && std::isfinite(x.imag());
  });
}

void root_of_triangle(Matrix& t, int64_t n) {
  const auto at = [&](int64_t i, int64_t j) -> Complex& {
    return t[static_cast<size_t>(i * n + j)];
  };
  for (int64_t j = 0; j < n; ++j) {
    at(j, j) = std::sqrt(at(j, j));
    for (int64_t i = j - 1; i >= 0; --i) {
      Complex sum = at(i, j);
      for (int64_t k = i + 1; k < j; ++k) sum -= times(at(i, k), at(k, j));
      const Complex divisor = at(i, i) + at(j, j);
      at(i, j) = sum == Complex{} ? Complex{} : sum / divisor;
    }
  }
}

// x = (1 + node y)^-1 y for an upper triangle y, added up over Gauss and Legendre's nodes in [0,
// 1]: the integral of y / (1 + x y), which is log(1 + y).
Matrix log_near_one(const Matrix& y, int64_t n) {
  static constexpr double kNodes[] = {0.0950125098376374, 0.2816035507792589, 0.4580167776572274,
                                      0.6178762444026438, 0.7554044083550030, 0.8656312023878318,
                                      0.9445750230732326, 0.9894009349916499};
  static constexpr double kWeights[] = {0.1894506104550685, 0.1826034150449236, 0.1691565193950025,
                                        0.1495959888165767, 0.1246289712555339, 0.0951585116824928,
                                        0.0622535239386479, 0.0271524594117541};
  Matrix sum(y.size());
  const auto add = [&](double node, double weight) {
    Matrix x = y;  // solved from the last row upwards
    for (int64_t i = n - 1; i >= 0; --i) {
      for (int64_t k = i + 1; k < n; ++k) {
        const Complex f = node * y[static_cast<size_t>(i * n + k)];
        for (int64_t j = k; j < n; ++j) {
          x[static_cast<size_t>(i * n + j)] -= times(f, x[static_cast<size_t>(k * n + j)]);
        }
      }
      const Complex d = 1.0 + node * y[static_cast<size_t>(i * n + i)];
      for (int64_t j = i; j < n; ++j) x[static_cast<size_t>(i * n + j)] /= d;
    }
    for (size_t k = 0; k < sum.size(); ++k) sum[k] += weight * x[k];
  };
  for (size_t i = 0; i < std::size(kNodes); ++i) {
    add((1 - kNodes[i]) / 2, kWeights[i] / 2);
    add((1 + kNodes[i]) / 2, kWeights[i] / 2);
  }
  return sum;
}

template <typename F>
bool by_schur(Complex* a, int64_t n, F&& f) {
  Matrix u(static_cast<size_t>(n * n));
  if (!schur(a, n, u.data())) return false;
  Matrix t(a, a + n * n);
  f(t);
  Matrix left(t.size());  // u lies column after column
  assign_product<Complex>({u.data(), 1, n}, {t.data(), n, 1}, n, n, n, left.data(), n);
  assign_product<Complex>({left.data(), n, 1}, {u.data(), n, 1, true}, n, n, n, a, n);
  return true;
}

}  // namespace

bool schur(Complex* a, int64_t n, Complex* u) {
  Reduction reduction(a, n, u);
  if (!all_finite(a, n)) return false;
  reduction.hessenberg();
  return reduction.triangular();
}

bool eigen(Complex* a, int64_t n, Complex* values, Complex* v) {
  Matrix u(static_cast<size_t>(n * n));
  if (!schur(a, n, u.data())) return false;
  std::vector<int64_t> order(static_cast<size_t>(n));
  std::iota(order.begin(), order.end(), 0);
  // Selection, as Eigen's ComplexEigenSolver: the smallest of what is left changes places.
  for (size_t i = 0; i + 1 < order.size(); ++i) {
    const auto least = std::min_element(
        order.begin() + static_cast<std::ptrdiff_t>(i), order.end(),
        [&](int64_t x, int64_t y) { return std::abs(a[x * n + x]) < std::abs(a[y * n + y]); });
    std::swap(order[i], *least);
  }
  for (int64_t i = 0; i < n; ++i) {
    const int64_t k = order[static_cast<size_t>(i)];
    values[i] = a[k * n + k];
  }
  if (v == nullptr) return true;
  double norm = 0;
  for (int64_t i = 0; i < n * n; ++i) norm = std::max(norm, std::abs(a[i]));
  Matrix x(static_cast<size_t>(n * n)),
      all(x.size());  // row k of x: an eigenvector of the triangle
  for (int64_t k = n - 1; k >= 0; --k) {
    Complex* vector = x.data() + k * n;
    vector[k] = 1;
    for (int64_t i = k - 1; i >= 0; --i) {
      Complex sum = -a[i * n + k];
      for (int64_t j = i + 1; j < k; ++j) sum -= times(a[i * n + j], vector[j]);
      Complex z = a[i * n + i] - a[k * n + k];
      if (z == Complex{}) z = kEpsilon * norm;
      vector[i] = sum == Complex{} ? sum : sum / z;
    }
  }
  assign_product<Complex>({u.data(), 1, n}, {x.data(), 1, n}, n, n, n, all.data(), n);
  for (int64_t c = 0; c < n; ++c) {
    const int64_t k = order[static_cast<size_t>(c)];
    double square = 0, length = 0;
    for (int64_t i = 0; i < n; ++i) square += std::norm(all[static_cast<size_t>(i * n + k)]);
    if (square > 1e-280 && square < 1e280) {
      length = std::sqrt(square);
    } else {
      for (int64_t i = 0; i < n; ++i) {
        length = std::hypot(length, std::abs(all[static_cast<size_t>(i * n + k)]));
      }
    }
    for (int64_t i = 0; i < n; ++i) v[i * n + c] = all[static_cast<size_t>(i * n + k)] / length;
  }
  return true;
}

bool matrix_square_root(Complex* a, int64_t n) {
  return by_schur(a, n, [&](Matrix& t) { root_of_triangle(t, n); });
}

bool matrix_logarithm(Complex* a, int64_t n) {
  constexpr int kMostRoots = 100;
  constexpr double kNear = 0.25;
  return by_schur(a, n, [&](Matrix& t) {
    std::vector<Complex> diagonal;
    for (int64_t i = 0; i < n; ++i) diagonal.push_back(std::log(t[static_cast<size_t>(i * n + i)]));
    int roots = 0;
    for (;; ++roots) {
      double distance = 0;
      for (int64_t i = 0; i < n; ++i) {
        double row = 0;
        for (int64_t j = i; j < n; ++j) {
          row += std::abs(t[static_cast<size_t>(i * n + j)] - (i == j ? 1.0 : 0.0));
        }
        distance = std::max(distance, row);
      }
      if (!(distance > kNear) || roots == kMostRoots) break;
      root_of_triangle(t, n);
    }
    for (int64_t i = 0; i < n; ++i) t[static_cast<size_t>(i * n + i)] -= 1.0;
    t = log_near_one(t, n);
    const double scale = std::ldexp(1.0, roots);
    for (Complex& x : t) x *= scale;
    for (int64_t i = 0; i < n; ++i) {
      t[static_cast<size_t>(i * n + i)] = diagonal[static_cast<size_t>(i)];
    }
  });
}

}  // namespace rill::kernels
