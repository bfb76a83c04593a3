#include "kernels/cast.h"

#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <limits>
#include <vector>

#include "rill/error.hpp"

namespace rill::kernels {
namespace {

template <typename To, typename From>
std::vector<To> cast(const std::vector<From>& x) {
  std::vector<To> y(x.size());
  prepare_cast(dtype_of<From>, dtype_of<To>, static_cast<int64_t>(x.size()))
      .run(x.data(), y.data());
  return y;
}

TEST(Cast, OfComplexNumbersTheRealPartCounts) {
  const std::vector<std::complex<float>> x = {{0, 0}, {1, 0}, {0, 1}, {-2, 3}};
  std::vector<uint8_t> truth(x.size());
  prepare_cast(DType::complex64, DType::bool_, 4).run(x.data(), truth.data());
  EXPECT_EQ(truth, (std::vector<uint8_t>{0, 1, 0, 1}));
  EXPECT_EQ(cast<int32_t>(x), (std::vector<int32_t>{0, 1, 0, -2}));
}

// The values are TensorFlow 2's, element by element.
TEST(Cast, FloatsOutOfRangeAsTensorFlow) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const float inf = std::numeric_limits<float>::infinity();
  const std::vector<float> x = {nan,    inf,   -inf,    3e9f,  -3e9f, 1e19f,
                                300.7f, -1.7f, -300.5f, 70000, 128,   -129};
  const int32_t low = std::numeric_limits<int32_t>::min();
  EXPECT_EQ(cast<int8_t>(x), (std::vector<int8_t>{0, 0, 0, 0, 0, 0, 44, -1, -44, 112, -128, 127}));
  EXPECT_EQ(cast<uint8_t>(x),
            (std::vector<uint8_t>{0, 0, 0, 0, 0, 0, 44, 255, 212, 112, 128, 127}));
  EXPECT_EQ(cast<int16_t>(x),
            (std::vector<int16_t>{0, 0, 0, 0, 0, 0, 300, -1, -300, 4464, 128, -129}));
  EXPECT_EQ(cast<int32_t>(x),
            (std::vector<int32_t>{low, low, low, low, low, low, 300, -1, -300, 70000, 128, -129}));
  EXPECT_EQ(cast<uint32_t>(x),
            (std::vector<uint32_t>{0, 0, 0, 3000000000u, 1294967296u, 0, 300, 4294967295u,
                                   4294966996u, 70000, 128, 4294967167u}));
  EXPECT_EQ(cast<int64_t>(x)[3], 3000000000);
  EXPECT_EQ(cast<int64_t>(x)[0], std::numeric_limits<int64_t>::min());
  EXPECT_EQ(cast<uint64_t>(x)[5], 9999999980506447872u);
  EXPECT_EQ(cast<uint64_t>(x)[0], uint64_t{1} << 63);
  EXPECT_EQ(cast<uint64_t>(x)[4], 18446744070709551616u);
  const std::vector<double> d(x.begin(), x.end());
  EXPECT_EQ(cast<int32_t>(d), cast<int32_t>(x));
  EXPECT_EQ(cast<int8_t>(std::vector<double>{-2147483648.5, 2147483647.5}),
            (std::vector<int8_t>{0, -1}));
}

TEST(Cast, BoolHalfComplex) {
  bool y[3];
  const float x[] = {0.0f, std::numeric_limits<float>::quiet_NaN(), -0.5f};
  prepare_cast(DType::float32, DType::bool_, 3).run(x, y);
  EXPECT_TRUE(!y[0] && y[1] && y[2]);
  const auto h = cast<float16>(std::vector<int32_t>{70000, 65519, 65520, -70000});
  EXPECT_TRUE(std::isinf(static_cast<float>(h[0])) && static_cast<float>(h[1]) == 65504.0f);
  EXPECT_TRUE(std::isinf(static_cast<float>(h[2])));
  // 1 + 2^-11 is half way; the last bit of the double decides, and must not be lost in a float.
  const auto exact = cast<float16>(std::vector<double>{
      1 + std::ldexp(1.0, -11) + std::ldexp(1.0, -40), 1 + std::ldexp(1.0, -11)});
  EXPECT_EQ(exact[0].bits, 0x3c01);
  EXPECT_EQ(exact[1].bits, 0x3c00);
  const auto c = cast<std::complex<float>>(std::vector<int16_t>{-3});
  EXPECT_EQ(c[0], std::complex<float>(-3, 0));
  EXPECT_EQ(cast<int32_t>(std::vector<std::complex<float>>{{2.5f, 9.0f}})[0], 2);
  EXPECT_THROW(prepare_cast(DType::string, DType::int32, 1), Error);
  const float z = 1.0f + std::ldexp(1.9f, -8);
  bfloat16 b;
  prepare_cast(DType::float32, DType::bfloat16, 1, true).run(&z, &b);
  EXPECT_EQ(static_cast<float>(b), 1.0f);
}

}  // namespace
}  // namespace rill::kernels
