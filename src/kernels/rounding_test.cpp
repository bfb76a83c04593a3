#include "kernels/rounding.h"

#include <gtest/gtest.h>

#include <bit>
#include <limits>

namespace rill::kernels {
namespace {

// Equal in every bit; NaN is NaN.
void expect_same(float expected, float actual, float x) {
  if (std::isnan(expected)) {
    EXPECT_TRUE(std::isnan(actual)) << x;
  } else {
    EXPECT_EQ(std::bit_cast<uint32_t>(expected), std::bit_cast<uint32_t>(actual)) << x;
  }
}

TEST(Rounding, AsTheStandardLibrary) {
  constexpr float kInf = std::numeric_limits<float>::infinity();
  std::vector<float> values = {
      0.0f,  -0.0f, 0.49999997f,  -0.49999997f, 0.5f,       -0.5f,      1.5f,
      2.5f,  -2.5f, 8388607.5f,   -8388607.5f,  8388608.0f, 16777217.f, 3e9f,
      -3e9f, 1e30f, 1.175494e-38, -1e-45f,      kInf,       -kInf,      std::nanf("")};
  for (uint32_t i = 0; i < 200'000; ++i) values.push_back(std::bit_cast<float>(i * 21'474u + 7u));
  for (const float x : values) {
    expect_same(std::floor(x), floor_of(x), x);
    expect_same(std::round(x), round_of(x), x);
    expect_same(std::nearbyint(x), round_to_even(x), x);
  }
}

}  // namespace
}  // namespace rill::kernels
