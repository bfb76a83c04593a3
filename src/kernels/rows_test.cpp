#include "kernels/rows.h"
#include "kernels/dense_test_util.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "kernels/dispatch.h"
#include "kernels/moments.h"
#include "rill/error.hpp"

namespace rill::kernels {
namespace {

std::vector<float> noise(int64_t n) {
  std::mt19937 random(5);
  std::normal_distribution<float> normal(1.0f, 3.0f);
  std::vector<float> x(static_cast<size_t>(n));
  for (float& v : x) v = normal(random);
  return x;
}

TEST(Softmax, RowsOfEveryLength) {
  for (const int64_t n : {1, 2, 3, 10, 31, 32, 33, 1000, 5001}) {
    const int64_t rows = 7;
    const std::vector<float> x = noise(rows * n);
    std::vector<float> y(x.size());
    std::vector<float> z(x.size());
    prepare_softmax(DType::float32, rows, n, false).run(x.data(), y.data());
    prepare_softmax(DType::float32, rows, n, true).run(x.data(), z.data());
    for (int64_t r = 0; r < rows; ++r) {
      double sum = 0;
      for (int64_t i = 0; i < n; ++i)
        sum += std::exp(static_cast<double>(x[static_cast<size_t>(r * n + i)]));
      for (int64_t i = 0; i < n; ++i) {
        const auto at = static_cast<size_t>(r * n + i);
        const double want = std::exp(static_cast<double>(x[at])) / sum;
        ASSERT_NEAR(y[at], want, 1e-6 * want + 1e-12);
        ASSERT_NEAR(z[at], std::log(want), 3e-6);
      }
    }
  }
}

// Every step of a half type is rounded to it, in the order of TensorFlow 2.21's steps; its bits.
template <typename T>
void expect_halves(DType dtype, int64_t n, bool logarithm, const std::vector<uint16_t>& first) {
  std::vector<T> x, y(static_cast<size_t>(2 * n));
  for (int64_t i = 0; i < 2 * n; ++i) x.push_back(T(static_cast<float>(i % n * 7 % 20) / 4 - 2));
  prepare_softmax(dtype, 2, n, logarithm).run(x.data(), y.data());
  for (size_t i = 0; i < first.size(); ++i) {
    EXPECT_EQ(std::bit_cast<uint16_t>(y[i]), first[i]) << n << " " << dtype << " " << i;
    EXPECT_EQ(std::bit_cast<uint16_t>(y[static_cast<size_t>(n) + i]), first[i]);
  }
}

TEST(Softmax, HalvesBitForBit) {
  using bf = bfloat16;
  using hf = float16;
  expect_halves<bf>(DType::bfloat16, 20, false, {0x3afd, 0x3c36, 0x3d83, 0x3b22, 0x3c69, 0x3da7});
  expect_halves<bf>(DType::bfloat16, 20, true, {0xc0c8, 0xc090, 0xc030, 0xc0c0, 0xc088, 0xc020});
  expect_halves<hf>(DType::float16, 20, false, {0x17e4, 0x21ad, 0x2c16, 0x1911, 0x2349, 0x2d3e});
  expect_halves<hf>(DType::float16, 20, true, {0xc640, 0xc480, 0xc181, 0xc600, 0xc440, 0xc101});
  expect_halves<bf>(DType::bfloat16, 3000, false, {0x3758, 0x389b, 0x39e0, 0x378b, 0x38c8, 0x3a0f});
  expect_halves<bf>(DType::bfloat16, 3000, true, {0xc134, 0xc118, 0xc0f8, 0xc130, 0xc114, 0xc0f0});
  expect_halves<hf>(DType::float16, 3000, false, {0x00d8, 0x04d9, 0x0efa, 0x0115, 0x0639, 0x107a});
  expect_halves<hf>(DType::float16, 3000, true, {0xc9a2, 0xc8c2, 0xc7c3, 0xc982, 0xc8a2, 0xc783});
}

// Rows of one block, and of several.
TEST(Softmax, Doubles) {
  for (const int64_t n : {1, 7, 8, 1024, 1025, 2500}) {
    const std::vector<float> x = noise(2 * n);
    const std::vector<double> x64(x.begin(), x.end());
    for (const bool logarithm : {false, true}) {
      std::vector<double> y64(x.size());
      prepare_softmax(DType::float64, 2, n, logarithm).run(x64.data(), y64.data());
      for (int64_t r = 0; r < 2; ++r) {
        double sum = 0;
        for (int64_t i = 0; i < n; ++i) sum += std::exp(x64[static_cast<size_t>(r * n + i)]);
        for (int64_t i = 0; i < n; ++i) {
          const auto at = static_cast<size_t>(r * n + i);
          const double p = std::exp(x64[at]) / sum;
          ASSERT_NEAR(y64[at], logarithm ? std::log(p) : p, 1e-13);
        }
      }
    }
  }
}

TEST(Softmax, SpecialValuesAsTensorFlow) {
  const std::vector<float> x = {kInf, 1, -kInf, -kInf, -kInf, 1};
  std::vector<float> y(6);
  for (const DType dtype : {DType::float32, DType::float64}) {
    const std::vector<double> x64(x.begin(), x.end());
    std::vector<double> y64(6);
    if (dtype == DType::float32) {
      prepare_softmax(dtype, 3, 2, false).run(x.data(), y.data());
    } else {
      prepare_softmax(dtype, 3, 2, false).run(x64.data(), y64.data());
      y.assign(y64.begin(), y64.end());
    }
    EXPECT_TRUE(std::isnan(y[0]) && std::isnan(y[2]) && std::isnan(y[3]));
    EXPECT_EQ(y[4], 0.0f);
    EXPECT_EQ(y[5], 1.0f);
  }
  prepare_softmax(DType::float32, 1, 2, true).run(x.data() + 4, y.data());
  EXPECT_EQ(y[0], -kInf);
  EXPECT_EQ(y[1], 0.0f);
  EXPECT_THROW(prepare_softmax(DType::int32, 1, 1, false), Error);
}

TEST(LayerNorm, MatchesTheFormula) {
  for (const int64_t n : {1, 5, 64, 3000}) {
    const std::vector<float> x = noise(3 * n);
    const std::vector<float> gamma = noise(n);
    const std::vector<float> beta(static_cast<size_t>(n), 0.5f);
    for (const bool rms : {false, true}) {
      std::vector<float> y(x.size());
      LayerNorm{3, n, 1e-3f, rms}.run(x.data(), gamma.data(), beta.data(), y.data());
      for (int64_t r = 0; r < 3; ++r) {
        const float* row = x.data() + r * n;
        double mean = 0;
        for (int64_t i = 0; i < n; ++i) mean += row[i] / static_cast<double>(n);
        if (rms) mean = 0;
        double variance = 0;
        for (int64_t i = 0; i < n; ++i)
          variance += (row[i] - mean) * (row[i] - mean) / static_cast<double>(n);
        for (int64_t i = 0; i < n; ++i) {
          const double want =
              (row[i] - mean) / std::sqrt(variance + 1e-3) * gamma[static_cast<size_t>(i)] + 0.5;
          ASSERT_NEAR(y[static_cast<size_t>(r * n + i)], want, 1e-5 * (1 + std::abs(want)));
        }
      }
    }
  }
}

TEST(ScaleShift, BothLayoutsAndActivations) {
  for (const int64_t channels : {1, 3, 64, 130, 3000}) {
    const int64_t outer = 50;
    const std::vector<float> x = noise(outer * channels * 2);
    const std::vector<float> scale = noise(channels);
    const std::vector<float> shift(static_cast<size_t>(channels), -1.0f);
    std::vector<float> y(x.size());
    prepare_scale_shift(outer * 2, channels, 1, false, UnaryOp::relu)
        .run(x.data(), scale.data(), shift.data(), y.data());
    std::vector<float> z(x.size());
    prepare_scale_shift(outer, channels, 2, true).run(x.data(), scale.data(), nullptr, z.data());
    for (size_t i = 0; i < x.size(); ++i) {
      const size_t last = i % static_cast<size_t>(channels);
      ASSERT_EQ(y[i], std::max(0.0f, x[i] * scale[last] + shift[last]));
      ASSERT_EQ(z[i], x[i] * scale[i / 2 % static_cast<size_t>(channels)]);
    }
  }
}

TEST(Moments, ChannelsLastAndFirst) {
  const std::vector<float> x = noise(4 * 5 * 6 * 7);
  const int last[] = {0, 1, 2};
  const int first[] = {0, 2, 3};
  for (const bool channels_first : {false, true}) {
    const int64_t channels = channels_first ? 5 : 7;
    std::vector<float> mean(static_cast<size_t>(channels));
    std::vector<float> variance(mean.size());
    prepare_moments({4, 5, 6, 7}, channels_first ? first : last)
        .run(x.data(), mean.data(), variance.data());
    for (int64_t c = 0; c < channels; ++c) {
      double sum = 0;
      double squares = 0;
      double n = 0;
      for (size_t i = 0; i < x.size(); ++i) {
        const auto channel = static_cast<int64_t>(channels_first ? i / 42 % 5 : i % 7);
        if (channel != c) continue;
        sum += x[i];
        squares += static_cast<double>(x[i]) * x[i];
        n += 1;
      }
      EXPECT_NEAR(mean[static_cast<size_t>(c)], sum / n, 1e-5);
      EXPECT_NEAR(variance[static_cast<size_t>(c)], squares / n - sum / n * sum / n, 1e-4);
    }
  }
}

}  // namespace
}  // namespace rill::kernels
