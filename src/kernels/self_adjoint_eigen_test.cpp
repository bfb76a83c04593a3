#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "kernels/decompose.h"
#include "kernels/matrix_element.h"

namespace rill::kernels {
namespace {

double value_at(int64_t i, double) { return std::sin(static_cast<double>(i * i + 1)); }
Complex value_at(int64_t i, const Complex&) { return {value_at(i, 0.0), value_at(i + 7, 0.0)}; }

// a v = v diag(values), v^H v = 1, ascending.
template <typename W>
void check(const std::vector<W>& a, int64_t n) {
  std::vector<W> work = a, v(a.size());
  std::vector<double> values(static_cast<size_t>(n));
  self_adjoint_eigen(work.data(), n, values.data(), v.data());
  const auto at = [&](const std::vector<W>& m, int64_t i, int64_t j) {
    return m[static_cast<size_t>(i * n + j)];
  };
  const double tolerance = 1e-13 * static_cast<double>(n + 1);
  for (int64_t i = 0; i < n; ++i) {
    for (int64_t j = 0; j < n; ++j) {
      W left{}, product{};
      for (int64_t k = 0; k < n; ++k) {
        const W element = k <= i ? at(a, i, k) : conj_of(at(a, k, i));
        left += (k == i ? W{real_of(element)} : element) * at(v, k, j);
        product += conj_of(at(v, k, i)) * at(v, k, j);
      }
      EXPECT_LT(std::abs(left - at(v, i, j) * values[static_cast<size_t>(j)]), tolerance) << n;
      EXPECT_LT(std::abs(product - W{i == j ? 1.0 : 0.0}), tolerance) << n;
    }
    if (i > 0) {
      EXPECT_LE(values[static_cast<size_t>(i - 1)], values[static_cast<size_t>(i)]);
    }
  }
}

template <typename W>
class SelfAdjointEigen : public testing::Test {};
using Elements = testing::Types<double, Complex>;
TYPED_TEST_SUITE(SelfAdjointEigen, Elements);

TYPED_TEST(SelfAdjointEigen, VectorsAndValues) {
  for (const int64_t n : {1, 2, 3, 4, 7, 20, 65}) {
    std::vector<TypeParam> a(static_cast<size_t>(n * n));
    for (int64_t i = 0; i < n * n; ++i) a[static_cast<size_t>(i)] = value_at(i, TypeParam{});
    check(a, n);
  }
}

TYPED_TEST(SelfAdjointEigen, ValuesThatCoincide) {
  for (const int64_t n : {2, 5, 16}) {
    std::vector<TypeParam> a(static_cast<size_t>(n * n));
    check(a, n);  // all zero
    for (auto& x : a) x = TypeParam{1};
    check(a, n);  // one value is n, the others are zero
    a.assign(a.size(), TypeParam{});
    for (int64_t i = 0; i < n; ++i) a[static_cast<size_t>(i * n + i)] = TypeParam{2};
    check(a, n);
    for (int64_t i = 1; i < n; ++i) a[static_cast<size_t>(i * n + i - 1)] = TypeParam{1};
    check(a, n);
    for (int64_t i = 0; i < n; ++i) a[static_cast<size_t>(i * n + i)] = TypeParam{};
    check(a, n);  // nothing on the diagonal
  }
}

TYPED_TEST(SelfAdjointEigen, WhatIsNoNumberGivesNone) {
  std::vector<TypeParam> a(9), v(9);
  a[3] = TypeParam{std::nan("")};
  std::vector<double> values(3);
  self_adjoint_eigen(a.data(), 3, values.data(), v.data());
  for (const double value : values) EXPECT_TRUE(std::isnan(value));
}

}  // namespace
}  // namespace rill::kernels
