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

TEST(Rounding, DoublesAsTheStandardLibrary) {
  std::vector<double> values = {0.49999999999999994,
                                0.5,
                                1.5,
                                2.5,
                                4503599627370495.5,
                                4503599627370496.0,
                                4503599627370497.0,
                                9007199254740993.0,
                                1e300,
                                std::numeric_limits<double>::infinity(),
                                0.0,
                                5e-324};
  for (int i = 0; i < 10'000; ++i) values.push_back(i * 0.25 + i * 1e-13);
  for (const double x : values) {
    EXPECT_EQ(std::bit_cast<uint64_t>(std::round(x)), std::bit_cast<uint64_t>(round_of(x))) << x;
    EXPECT_EQ(std::bit_cast<uint64_t>(std::round(-x)), std::bit_cast<uint64_t>(round_of(-x))) << x;
  }
  EXPECT_TRUE(std::isnan(round_of(std::nan(""))));
}

}  // namespace
}  // namespace rill::kernels
