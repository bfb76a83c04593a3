#include "tensor/float8.h"

#include <gtest/gtest.h>

#include <cmath>

namespace rill {
namespace {

constexpr DType kWide = DType::float8_e5m2, kExact = DType::float8_e4m3fn;

TEST(Float8, EveryNumberComesBack) {
  for (const DType dtype : {kWide, kExact}) {
    for (int b = 0; b < 256; ++b) {
      const float value = float8_value(dtype, static_cast<uint8_t>(b));
      const int back = float8_bits(dtype, value);
      if (std::isnan(value)) {
        EXPECT_TRUE(std::isnan(float8_value(dtype, static_cast<uint8_t>(back)))) << b;
      } else {
        EXPECT_EQ(back, b);
      }
    }
  }
}

// The bytes are those of TensorFlow's Cast.
TEST(Float8, RoundsToNearestEven) {
  const auto bits = [](DType dtype, double x) {
    return int{float8_bits(dtype, static_cast<float>(x))};
  };
  EXPECT_EQ(bits(kExact, 448), 126);
  EXPECT_EQ(bits(kExact, 464), 126);
  EXPECT_EQ(bits(kExact, 465), 127);
  EXPECT_EQ(bits(kExact, -INFINITY), 255);
  EXPECT_EQ(bits(kExact, 0.1), 29);
  EXPECT_EQ(bits(kExact, -0.3), 170);
  EXPECT_EQ(bits(kExact, 0.9 / 64), 7);
  EXPECT_EQ(bits(kExact, std::ldexp(1.5, -10)), 1);
  EXPECT_EQ(bits(kExact, std::ldexp(1.0, -10)), 0);
  EXPECT_EQ(bits(kWide, 57344), 123);
  EXPECT_EQ(bits(kWide, 61440), 124);
  EXPECT_EQ(bits(kWide, 61439), 123);
  EXPECT_EQ(bits(kWide, 1e9), 124);
  EXPECT_EQ(bits(kWide, NAN), 126);
  EXPECT_EQ(bits(kWide, std::ldexp(1.01, -17)), 1);
  EXPECT_EQ(bits(kWide, -0.0), 128);
  EXPECT_EQ(bits(kWide, 3e38), 124);
}

}  // namespace
}  // namespace rill
