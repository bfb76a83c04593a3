// What str() of the NumPy array prints (NumPy 2.4).
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <sstream>

#include "base/str.h"
#include "rill/tensor.hpp"

namespace rill {
namespace {

TEST(Print, Floats) {
  EXPECT_EQ(Tensor::vector<float>({-0.8145007F, 1.0168152F, -0.06817952F}).to_string(),
            "[-0.8145007   1.0168152  -0.06817952]");
  EXPECT_EQ(Tensor::of<float>({1, 2.5F, 3, -4}, {2, 2}).to_string(), "[[ 1.   2.5]\n [ 3.  -4. ]]");
  EXPECT_EQ(Tensor::vector<float>({0.001F, 2}).to_string(), "[1.e-03 2.e+00]");
  EXPECT_EQ(Tensor::vector<float>({97775.84F, 1.2930856e-4F}).to_string(),
            "[9.7775844e+04 1.2930857e-04]");
  EXPECT_EQ(Tensor::vector<double>({NAN, 1, -INFINITY}).to_string(), "[ nan   1. -inf]");
  EXPECT_EQ(Tensor::vector<double>({1.0 / 3}).to_string(), "[0.33333333]");
}

TEST(Print, Scalars) {
  EXPECT_EQ(Tensor(1.0F).to_string(), "1.0");
  EXPECT_EQ(Tensor(1e-5F).to_string(), "1e-05");
  EXPECT_EQ(Tensor(1e6F).to_string(), "1e+06");
  EXPECT_EQ(Tensor(1e6).to_string(), "1000000.0");
  EXPECT_EQ(Tensor(1.0 / 3).to_string(), "0.3333333333333333");
  EXPECT_EQ(Tensor::scalar(float16(0.1F)).to_string(), "0.1");
  EXPECT_EQ(Tensor::scalar(bfloat16(1.1F)).to_string(), "1.10156");
  EXPECT_EQ(Tensor(-7).to_string(), "-7");
  EXPECT_EQ(Tensor(true).to_string(), "True");
  EXPECT_EQ(Tensor("it's").to_string(), "b\"it's\"");
  EXPECT_EQ(Tensor::scalar(std::complex<float>(1, 2)).to_string(), "(1+2j)");
}

TEST(Print, OtherTypes) {
  EXPECT_EQ(Tensor::vector<int>({1, -20, 300}).to_string(), "[  1 -20 300]");
  EXPECT_EQ(Tensor::vector<bool>({true, false}).to_string(), "[ True False]");
  EXPECT_EQ(Tensor::vector<std::string>({"a", std::string("\0\xff\n", 3)}).to_string(),
            "[b'a' b'\\x00\\xff\\n']");
  EXPECT_EQ(Tensor::vector<std::complex<double>>({{1, 1.5}, {20.25, -3}}).to_string(),
            "[ 1.  +1.5j 20.25-3.j ]");
  EXPECT_EQ(Tensor::vector<bfloat16>({bfloat16(1.1F), bfloat16(2)}).to_string(), "[1.10156 2]");
}

TEST(Print, ShapesAndKinds) {
  EXPECT_EQ(Tensor(DType::float32, {2, 0, 3}).to_string(), "[]");
  EXPECT_EQ(Tensor::of<int>({0, 1, 2, 3}, {2, 1, 2}).to_string(), "[[[0 1]]\n\n [[2 3]]]");
  EXPECT_EQ(Tensor().to_string(), "<no value>");
  EXPECT_EQ(Tensor::symbolic(nullptr, 0, 0, DType::float32, Shape{-1, 3}).to_string(),
            "<symbolic float32 (None, 3)>");
}

TEST(Print, SummarisesAndWraps) {
  std::vector<int> values(1001);
  std::iota(values.begin(), values.end(), 0);
  EXPECT_EQ(Tensor::vector(values).to_string(), "[   0    1    2 ...  998  999 1000]");
  values.resize(26);
  EXPECT_EQ(Tensor::vector(values).to_string(),
            "[ 0  1  2  3  4  5  6  7  8  9 10 11 12 13 14 15 16 17 18 19 20 21 22 23\n 24 25]");
}

TEST(Print, Streams) {
  std::ostringstream out;
  out << Tensor(2) << ' ' << Shape{-1, 3} << ' ' << DType::bool_;
  EXPECT_EQ(out.str(), "2 (None, 3) bool");
  EXPECT_EQ(str(Tensor(2.5F), ' ', Shape{-1, 3}, ' ', DType::int64), "2.5 [?,3] int64");
}

}  // namespace
}  // namespace rill
