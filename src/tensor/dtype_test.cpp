#include "rill/dtype.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>

namespace rill {
namespace {

// IEEE 754 binary16 by its definition, in double.
double half_by_definition(uint16_t h) {
  const int exponent = (h >> 10) & 31;
  const int mantissa = h & 1023;
  double value = 0;
  if (exponent == 31) {
    value = mantissa == 0 ? std::numeric_limits<double>::infinity()
                          : std::numeric_limits<double>::quiet_NaN();
  } else if (exponent == 0) {
    value = std::ldexp(mantissa, -24);
  } else {
    value = std::ldexp(1024 + mantissa, exponent - 25);
  }
  return (h & 0x8000) != 0 ? -value : value;
}

TEST(Half, EveryValueReadsAndComesBack) {
  for (int i = 0; i < 65536; ++i) {
    float16 h;
    h.bits = static_cast<uint16_t>(i);
    const double expected = half_by_definition(h.bits);
    const float f = h;
    if (std::isnan(expected)) {
      ASSERT_TRUE(std::isnan(f)) << i;
      ASSERT_TRUE(std::isnan(static_cast<float>(float16(f)))) << i;
    } else {
      ASSERT_EQ(static_cast<double>(f), expected) << i;
      ASSERT_EQ(std::signbit(f), (i & 0x8000) != 0) << i;
      ASSERT_EQ(float16(f).bits, h.bits) << i;
    }
  }
}

// Between each two neighbours: below the middle down, above it up, the middle to even.
TEST(Half, RoundsToNearestEven) {
  for (int i = 0; i < 0x7c00; ++i) {
    const double low = half_by_definition(static_cast<uint16_t>(i));
    const double high = i == 0x7bff ? 65536.0 : half_by_definition(static_cast<uint16_t>(i + 1));
    const auto middle = static_cast<float>((low + high) / 2);
    const int even = i % 2 == 0 ? i : i + 1;
    ASSERT_EQ(float16(middle).bits, even) << i;
    ASSERT_EQ(float16(std::nextafter(middle, 0.0F)).bits, i) << i;
    ASSERT_EQ(float16(std::nextafter(middle, 1e30F)).bits, i + 1) << i;
    ASSERT_EQ(float16(-middle).bits, even | 0x8000) << i;
  }
  EXPECT_EQ(float16(1e30F).bits, 0x7c00);
  EXPECT_EQ(float16(1e-30F).bits, 0);
}

TEST(Bfloat16, EveryValueReadsAndComesBack) {
  for (int i = 0; i < 65536; ++i) {
    bfloat16 b;
    b.bits = static_cast<uint16_t>(i);
    const float f = b;
    ASSERT_EQ(std::bit_cast<uint32_t>(f), static_cast<uint32_t>(i) << 16);
    if (std::isnan(f)) {
      ASSERT_TRUE(std::isnan(static_cast<float>(bfloat16(f)))) << i;
    } else {
      ASSERT_EQ(bfloat16(f).bits, b.bits) << i;
    }
  }
}

TEST(Bfloat16, RoundsToNearestEven) {
  for (uint32_t i = 0; i < 0x7f80; ++i) {
    const uint32_t middle = (i << 16) | 0x8000u;
    ASSERT_EQ(bfloat16(std::bit_cast<float>(middle)).bits, i % 2 == 0 ? i : i + 1) << i;
    ASSERT_EQ(bfloat16(std::bit_cast<float>(middle - 1)).bits, i) << i;
    ASSERT_EQ(bfloat16(std::bit_cast<float>(middle + 1)).bits, i + 1) << i;
  }
  // A NaN whose upper half is empty stays a NaN.
  EXPECT_TRUE(std::isnan(static_cast<float>(bfloat16(std::bit_cast<float>(0x7f800001u)))));
}

TEST(DType, NamesRoundTrip) {
  for (int i = 1; i <= 25; ++i) {
    const auto dtype = static_cast<DType>(i);
    EXPECT_EQ(dtype_from_name(dtype_name(dtype)), dtype);
    EXPECT_EQ(dtype_from_name(dtype_enum_name(dtype)), dtype);
    EXPECT_EQ(dtype_size(dtype) > 0, is_plain(dtype)) << dtype_name(dtype);
  }
  EXPECT_EQ(dtype_from_name("half"), DType::float16);
  EXPECT_EQ(dtype_from_name("float"), DType::float32);
  EXPECT_EQ(dtype_from_name("double"), DType::float64);
  EXPECT_EQ(dtype_from_name("float33"), DType::invalid);
  EXPECT_EQ(dtype_from_name(""), DType::invalid);
  EXPECT_STREQ(dtype_name(static_cast<DType>(200)), "invalid");
}

TEST(DType, SizesAreThoseOfTheCppTypes) {
  EXPECT_EQ(dtype_size(dtype_of<float16>), sizeof(float16));
  EXPECT_EQ(dtype_size(dtype_of<bfloat16>), sizeof(bfloat16));
  EXPECT_EQ(dtype_size(dtype_of<bool>), sizeof(bool));
  EXPECT_EQ(dtype_size(dtype_of<std::complex<double>>), sizeof(std::complex<double>));
  EXPECT_EQ(dtype_size(dtype_of<qint32>), sizeof(qint32));
  EXPECT_EQ(dtype_size(dtype_of<int64_t>), sizeof(int64_t));
}

}  // namespace
}  // namespace rill
