#include "kernels/quantize_spans.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "kernels/dispatch.h"
#include "rill/dtype.hpp"

namespace rill::kernels {
namespace {

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

// Halves, what lies outside, NaN; as many as fill vectors and a rest.
std::vector<float> samples() {
  std::vector<float> x = {0.5F, 1.5F, 2.5F, -0.5F, -1.5F, -2.5F, 0.49999997F, 300, -300, 1e30F};
  x.insert(x.end(), {-1e30F, INFINITY, -INFINITY, kNan});
  for (int i = 0; i < 41; ++i) x.push_back(static_cast<float>(i) * 0.37F - 7.0F);
  return x;
}

TEST(QuantizeSpans, BytesRoundAsAskedOnEveryInstructionSet) {
  const std::vector<float> x = samples();
  const ByteSteps steps{-INFINITY, INFINITY, 0, 1, 0, 0, -128, 127};
  for (const SimdTable* table : simd_tables()) {
    for (const ByteRounding rounding : {ByteRounding::away, ByteRounding::even}) {
      std::vector<uint8_t> y(x.size());
      table->quantize_bytes[static_cast<int>(rounding)](x.data(), y.data(),
                                                        static_cast<int64_t>(x.size()), steps);
      for (size_t i = 0; i < x.size(); ++i) {
        const float whole = rounding == ByteRounding::away ? std::round(x[i]) : std::rint(x[i]);
        const float wanted = std::isnan(x[i]) ? -128 : std::min(std::max(whole, -128.0F), 127.0F);
        EXPECT_EQ(static_cast<float>(static_cast<int8_t>(y[i])), wanted)
            << table->name << " " << x[i];
      }
    }
  }
}

TEST(QuantizeSpans, GridsKeepNan) {
  const std::vector<float> x = samples();
  for (const SimdTable* table : simd_tables()) {
    for (const bool up : {false, true}) {
      std::vector<float> y(x.size());
      table->round_to_grid[up](x.data(), y.data(), static_cast<int64_t>(x.size()),
                               {-4, 3, 2, 0.5F});
      for (size_t i = 0; i < x.size(); ++i) {
        const float at = std::min(std::max(x[i], -4.0F), 3.0F) * 2;
        const float wanted = (up ? std::floor(at + 0.5F) : std::rint(at)) * 0.5F;
        EXPECT_TRUE(std::isnan(x[i]) ? std::isnan(y[i]) : y[i] == wanted) << x[i] << " " << y[i];
      }
    }
  }
}

TEST(QuantizeSpans, SumsOfHalvesRoundEveryStep) {
  constexpr int64_t kRows = 5, kColumns = 40;
  const float sums[] = {0.1F, 2048, 65504, -65504, 6e-8F, 1e-5F, INFINITY, kNan};
  std::vector<float16> x(kRows * kColumns);
  for (size_t i = 0; i < x.size(); ++i) x[i] = float16(sums[i % 8] * (i % 3 == 0 ? 1.0F : 0.37F));
  for (const SimdTable* table : simd_tables()) {
    std::vector<float> acc(kColumns, 0.0F), wanted(kColumns, 0.0F);
    table->add_halves(reinterpret_cast<const uint16_t*>(x.data()), kRows, kColumns, kColumns,
                      acc.data());
    for (size_t i = 0; i < x.size(); ++i) {
      float& sum = wanted[i % kColumns];
      sum = static_cast<float>(float16(sum + static_cast<float>(x[i])));
    }
    for (size_t c = 0; c < acc.size(); ++c) {
      EXPECT_TRUE(std::isnan(wanted[c]) ? std::isnan(acc[c]) : acc[c] == wanted[c]) << c;
    }
  }
}

TEST(QuantizeSpans, ExtentPassesOverNan) {
  std::vector<float> x(200000, 1.0F);
  x[5] = kNan;
  x[70000] = -3;
  x[199999] = 7;
  const FloatExtent extent = extent_of(x.data(), static_cast<int64_t>(x.size()));
  EXPECT_EQ(extent.low, -3);
  EXPECT_EQ(extent.high, 7);
}

}  // namespace
}  // namespace rill::kernels
