#include "kernels/schur.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

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

class Reduction {
 public:
  Reduction(Complex* t, int64_t n, Complex* u) : t_(t), u_(u), n_(n) {
    std::fill(u, u + n * n, Complex{});
    for (int64_t i = 0; i < n; ++i) u[i * n + i] = 1;
  }

  // Householder reflections: zeros below the first subdiagonal.
  void hessenberg() {
    std::vector<Complex> v(static_cast<size_t>(n_));
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
      reflect_rows(v, k, square);
      reflect_columns(t_, v, k, square);
      reflect_columns(u_, v, k, square);
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

  void reflect_rows(const std::vector<Complex>& v, int64_t k, double square) {
    for (int64_t j = 0; j < n_; ++j) {
      Complex sum{};
      for (int64_t i = k + 1; i < n_; ++i) sum += std::conj(v[static_cast<size_t>(i)]) * t(i, j);
      sum *= 2 / square;
      for (int64_t i = k + 1; i < n_; ++i) t(i, j) -= sum * v[static_cast<size_t>(i)];
    }
  }
  void reflect_columns(Complex* m, const std::vector<Complex>& v, int64_t k, double square) {
    for (int64_t i = 0; i < n_; ++i) {
      Complex sum{};
      for (int64_t j = k + 1; j < n_; ++j) sum += m[i * n_ + j] * v[static_cast<size_t>(j)];
      sum *= 2 / square;
      for (int64_t j = k + 1; j < n_; ++j) {
        m[i * n_ + j] -= sum * std::conj(v[static_cast<size_t>(j)]);
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
    Complex a = t(low, low) - shift, b = t(low + 1, low);
    for (int64_t k = low; k < high; ++k) {
      const Rotation r(a, b);
      for (int64_t j = std::max<int64_t>(k - 1, 0); j < n_; ++j) {
        const Complex x = t(k, j), y = t(k + 1, j);
        t(k, j) = r.c * x + r.s * y;
        t(k + 1, j) = r.c * y - std::conj(r.s) * x;
      }
      for (int64_t i = 0; i <= std::min(k + 2, high); ++i) rotate_columns(t_ + i * n_ + k, r);
      for (int64_t i = 0; i < n_; ++i) rotate_columns(u_ + i * n_ + k, r);
      if (k + 1 < high) {
        a = t(k + 1, k);
        b = t(k + 2, k);
      }
    }
  }
  static void rotate_columns(Complex* at, const Rotation& r) {
    const Complex x = at[0], y = at[1];
    at[0] = r.c * x + std::conj(r.s) * y;
    at[1] = r.c * y - r.s * x;
  }

  Complex* t_;
  Complex* u_;
  int64_t n_;
};

bool all_finite(const Complex* a, int64_t n) {
  return std::all_of(a, a + n * n, [](const Complex& x) {
    return std::isfinite(x.real()) && std::isfinite(x.imag());
  });
}

using Matrix = std::vector<Complex>;

Matrix multiply(const Matrix& a, const Matrix& b, int64_t n, bool adjoint_b = false) {
  Matrix c(a.size());
  for (int64_t i = 0; i < n; ++i) {
    for (int64_t k = 0; k < n; ++k) {
      const Complex x = a[static_cast<size_t>(i * n + k)];
      if (x == Complex{}) continue;
      for (int64_t j = 0; j < n; ++j) {
        c[static_cast<size_t>(i * n + j)] +=
            x * (adjoint_b ? std::conj(b[static_cast<size_t>(j * n + k)])
                           : b[static_cast<size_t>(k * n + j)]);
      }
    }
  }
  return c;
}

void root_of_triangle(Matrix& t, int64_t n) {
  const auto at = [&](int64_t i, int64_t j) -> Complex& {
    return t[static_cast<size_t>(i * n + j)];
  };
  for (int64_t j = 0; j < n; ++j) {
    at(j, j) = std::sqrt(at(j, j));
    for (int64_t i = j - 1; i >= 0; --i) {
      Complex sum = at(i, j);
      for (int64_t k = i + 1; k < j; ++k) sum -= at(i, k) * at(k, j);
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
          x[static_cast<size_t>(i * n + j)] -= f * x[static_cast<size_t>(k * n + j)];
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
  const Matrix result = multiply(multiply(u, t, n), u, n, true);
  std::copy(result.begin(), result.end(), a);
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
  Matrix x(static_cast<size_t>(n * n));  // column k: an eigenvector of the triangle
  for (int64_t k = n - 1; k >= 0; --k) {
    x[static_cast<size_t>(k * n + k)] = 1;
    for (int64_t i = k - 1; i >= 0; --i) {
      Complex sum = -a[i * n + k];
      for (int64_t j = i + 1; j < k; ++j) sum -= a[i * n + j] * x[static_cast<size_t>(j * n + k)];
      Complex z = a[i * n + i] - a[k * n + k];
      if (z == Complex{}) z = kEpsilon * norm;
      x[static_cast<size_t>(i * n + k)] = sum == Complex{} ? sum : sum / z;
    }
  }
  const Matrix all = multiply(u, x, n);
  for (int64_t c = 0; c < n; ++c) {
    const int64_t k = order[static_cast<size_t>(c)];
    double length = 0;
    for (int64_t i = 0; i < n; ++i) {
      length = std::hypot(length, std::abs(all[static_cast<size_t>(i * n + k)]));
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
