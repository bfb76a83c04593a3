#include "kernels/gemm.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <string>

#include "kernels/dense_test_util.h"

namespace rill::kernels {
namespace {

struct ProductCase {
  int64_t m, n, k;
  bool ta = false, tb = false, constant = true;
  Act act = Act::none;
  int threads = 1;
};

std::vector<float> expected_product(const ProductCase& c, const float* a, const float* b,
                                    const float* bias, const float* residual) {
  std::vector<float> y(static_cast<size_t>(c.m * c.n));
  for (int64_t i = 0; i < c.m; ++i) {
    for (int64_t j = 0; j < c.n; ++j) {
      double sum = bias ? bias[j] : 0.0;
      for (int64_t p = 0; p < c.k; ++p) {
        sum += static_cast<double>(c.ta ? a[p * c.m + i] : a[i * c.k + p]) *
               (c.tb ? b[j * c.k + p] : b[p * c.n + j]);
      }
      if (residual) sum += residual[i * c.n + j];
      y[static_cast<size_t>(i * c.n + j)] = static_cast<float>(activated(c.act, sum, 0.3));
    }
  }
  return y;
}

void check_product(const ProductCase& c) {
  SCOPED_TRACE(testing::Message() << c.m << "x" << c.n << "x" << c.k << " ta " << c.ta << " tb "
                                  << c.tb << " constant " << c.constant << " act "
                                  << static_cast<int>(c.act) << " threads " << c.threads);
  const auto a = random_floats(c.m * c.k, 1);
  const auto b = random_floats(c.k * c.n, 2);
  const auto bias = random_floats(c.n, 3);
  const auto residual = random_floats(c.m * c.n, 4);
  MatMulSpec spec;
  spec.m = c.m;
  spec.n = c.n;
  spec.k = c.k;
  spec.transpose_a = c.ta;
  spec.transpose_b = c.tb;
  spec.act = {c.act, 0.3f};
  spec.threads = c.threads;
  const MatMul matmul(spec, c.constant ? b.data() : nullptr);
  Scratch scratch(matmul.scratch_bytes());
  std::vector<float> y(static_cast<size_t>(c.m * c.n) + 8, 777.0f);
  matmul.run(a.data(), c.constant ? nullptr : b.data(), bias.data(), residual.data(), y.data(),
             scratch.get());
  expect_near(expected_product(c, a.data(), b.data(), bias.data(), residual.data()), y,
              1e-5 * std::sqrt(static_cast<double>(c.k) + 1));
  for (size_t i = static_cast<size_t>(c.m * c.n); i < y.size(); ++i) EXPECT_EQ(y[i], 777.0f);
  // C may be the residual, also of a sum that is made in parts.
  std::copy(residual.begin(), residual.end(), y.begin());
  matmul.run(a.data(), c.constant ? nullptr : b.data(), bias.data(), y.data(), y.data(),
             scratch.get());
  expect_near(expected_product(c, a.data(), b.data(), bias.data(), residual.data()), y,
              1e-5 * std::sqrt(static_cast<double>(c.k) + 1));
  // Neither bias nor residual, in place of nothing.
  matmul.run(a.data(), c.constant ? nullptr : b.data(), nullptr, nullptr, y.data(), scratch.get());
  expect_near(expected_product(c, a.data(), b.data(), nullptr, nullptr), y,
              1e-5 * std::sqrt(static_cast<double>(c.k) + 1));
}

TEST(MatMul, ShapesAndTransposes) {
  for (const int64_t m : {1, 2, 5, 6, 7, 13, 64, 200}) {
    for (const int64_t n : {1, 3, 10, 16, 17, 40, 64, 65, 130}) {
      check_product({m, n, 37});
    }
  }
  for (const bool ta : {false, true}) {
    for (const bool tb : {false, true}) {
      for (const bool constant : {false, true}) {
        check_product({33, 50, 700, ta, tb, constant});
        check_product({1, 70, 1500, ta, tb, constant});
        check_product({450, 96, 20, ta, tb, constant, Act::none, 2});
      }
    }
  }
}

TEST(MatMul, EmptyAndDeep) {
  check_product({0, 5, 3});
  check_product({5, 0, 3});
  check_product({4, 20, 0});
  check_product({1, 20, 0});
  check_product({3, 70, 2500});
}

TEST(MatMul, Activations) {
  for (int act = 0; act <= static_cast<int>(Act::exp); ++act) {
    check_product({7, 37, 5, false, false, true, static_cast<Act>(act)});
  }
}

TEST(MatMul, ThreadsDoNotChangeTheResult) {
  for (const int64_t m : {1, 7, 49, 300}) {
    const int64_t n = 640, k = 1300;
    const auto a = random_floats(m * k, 1);
    const auto b = random_floats(k * n, 2);
    std::vector<float> y[2];
    for (const int threads : {1, 4}) {
      MatMulSpec spec;
      spec.m = m;
      spec.n = n;
      spec.k = k;
      spec.threads = threads;
      const MatMul matmul(spec, b.data());
      Scratch scratch(matmul.scratch_bytes());
      auto& out = y[threads == 1 ? 0 : 1];
      out.resize(static_cast<size_t>(m * n));
      matmul.run(a.data(), nullptr, nullptr, nullptr, out.data(), scratch.get());
    }
    EXPECT_EQ(y[0], y[1]);
  }
}

// Matrices within larger tensors: heads of attention, [time, head, depth] as A and C have them.
TEST(MatMul, Steps) {
  const int64_t heads = 3, time = 70, depth = 21, keys = 40;
  const auto a = random_floats(time * heads * depth, 1);
  const auto b = random_floats(keys * heads * depth, 2);
  const auto filler = std::vector<float>(static_cast<size_t>(time * heads * (keys + 2)), 777.0f);
  std::vector<float> results[2];
  for (const int threads : {1, 4}) {
    MatMulSpec spec;
    spec.m = time;
    spec.n = keys;
    spec.k = depth;
    spec.batch = heads;
    spec.threads = threads;
    MatMulSpec::Steps& steps = spec.steps.emplace();
    steps.a_row = heads * depth;
    steps.b_row = 1;
    steps.b_column = heads * depth;
    steps.c_row = heads * (keys + 2);
    for (int64_t h = 0; h < heads; ++h) {
      steps.a.push_back(h * depth);
      steps.b.push_back(h * depth);
      steps.c.push_back(h * (keys + 2) + 1);
    }
    const MatMul matmul(spec);
    Scratch scratch(matmul.scratch_bytes());
    std::vector<float>& y = results[threads == 1 ? 0 : 1];
    y = filler;
    matmul.run(a.data(), b.data(), nullptr, nullptr, y.data(), scratch.get());
    for (int64_t t = 0; t < time; ++t) {
      for (int64_t h = 0; h < heads; ++h) {
        const float* row = y.data() + (t * heads + h) * (keys + 2);
        EXPECT_EQ(row[0], 777.0f);
        EXPECT_EQ(row[keys + 1], 777.0f);
        for (int64_t j = 0; j < keys; ++j) {
          double sum = 0;
          for (int64_t p = 0; p < depth; ++p) {
            sum += double{a[static_cast<size_t>((t * heads + h) * depth + p)]} *
                   double{b[static_cast<size_t>((j * heads + h) * depth + p)]};
          }
          ASSERT_NEAR(row[j + 1], sum, 1e-5) << t << ' ' << h << ' ' << j;
        }
      }
    }
  }
  EXPECT_EQ(results[0], results[1]);
}

TEST(MatMul, Batches) {
  for (const int threads : {1, 3}) {
    for (const bool tb : {false, true}) {
      const ProductCase c{9, 21, 14, false, tb};
      const auto a = random_floats(2 * c.m * c.k, 1);
      const auto b = random_floats(3 * c.k * c.n, 2);
      MatMulSpec spec;
      spec.m = c.m;
      spec.n = c.n;
      spec.k = c.k;
      spec.transpose_b = tb;
      spec.batch = 6;
      spec.a_index = {0, 0, 0, 1, 1, 1};
      spec.b_index = {0, 1, 2, 0, 1, 2};
      spec.threads = threads;
      const MatMul matmul(spec);
      Scratch scratch(matmul.scratch_bytes());
      std::vector<float> y(static_cast<size_t>(6 * c.m * c.n));
      matmul.run(a.data(), b.data(), nullptr, nullptr, y.data(), scratch.get());
      for (size_t i = 0; i < 6; ++i) {
        const auto part =
            expected_product(c, a.data() + i / 3 * static_cast<size_t>(c.m * c.k),
                             b.data() + i % 3 * static_cast<size_t>(c.k * c.n), nullptr, nullptr);
        expect_near(part,
                    std::vector<float>(y.begin() + static_cast<int64_t>(i) * c.m * c.n,
                                       y.begin() + static_cast<int64_t>(i + 1) * c.m * c.n),
                    1e-4);
      }
    }
  }
}

}  // namespace
}  // namespace rill::kernels
