#include "rill/ops/math.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <limits>

#include "op/emit.h"
#include "rill/error.hpp"
#include "rill/ops/operators.hpp"

namespace rill {
namespace {

std::string message(auto&& f) {
  try {
    f();
  } catch (const Error& e) {
    return e.what();
  }
  return "";
}

TEST(Binary, Broadcasts) {
  const Tensor column = Tensor::of({1.0f, 2.0f}, Shape{2, 1});
  const Tensor row = Tensor::vector({10.0f, 20.0f, 30.0f});
  const Tensor sum = ops::add(column, row);
  EXPECT_EQ(sum.shape(), (Shape{2, 3}));
  EXPECT_EQ(sum.to_vector<float>(), (std::vector<float>{11, 21, 31, 12, 22, 32}));
  EXPECT_EQ(ops::add(Tensor::zeros(Shape{0, 1}), row).shape(), (Shape{0, 3}));
  EXPECT_NE(message([&] { ops::add(Tensor::zeros(Shape{2}), row); }).find("Incompatible shapes"),
            std::string::npos);
}

// Neither squares nor sums of parts overflow on the way; zeros and infinities divide as in C.
TEST(Binary, ComplexNumbersOfAnySize) {
  using C = std::complex<float>;
  const std::vector<C> a = {{1, 2}, {3e38F, 3e38F}, {1e-30F, 0}, {1, 0}, {1, 0}, {1, 1}};
  const std::vector<C> b = {{3, -4}, {3e38F, 3e38F}, {0, 2e-30F},
                            {0, 0},  {INFINITY, 0},  {1e30F, 0}};
  const auto y = emit("RealDiv", {Tensor::vector(a), Tensor::vector(b)}).to_vector<C>();
  const std::vector<C> want = {{-0.2F, 0.4F}, {1, 0}, {0, -0.5F},
                               {INFINITY, 0}, {0, 0}, {1e-30F, 1e-30F}};
  for (size_t i = 0; i < want.size(); ++i) {
    if (i == 3) {
      EXPECT_TRUE(std::isinf(y[i].real()));
      continue;
    }
    EXPECT_NEAR(y[i].real(), want[i].real(), 1e-6F * std::abs(want[i])) << i;
    EXPECT_NEAR(y[i].imag(), want[i].imag(), 1e-6F * std::abs(want[i])) << i;
  }
  EXPECT_NEAR(emit("Log1p", {Tensor::scalar(C(3e38F, 1))}).item<C>().real(), 88.596848F, 1e-5F);
}

TEST(Binary, NumbersTakeTheDtypeOfTheTensor) {
  const Tensor half = Tensor::vector({float16(1.5f)}) * 2;
  EXPECT_EQ(half.dtype(), DType::float16);
  EXPECT_EQ(half.item<float>(), 3.0f);
  EXPECT_EQ((1.0f - Tensor::vector({0.25})).item<double>(), 0.75);
}

TEST(Binary, IntegersWrapAndRefuseZero) {
  const Tensor big = Tensor::vector({INT32_MAX});
  EXPECT_EQ(ops::add(big, Tensor::vector({int32_t{1}})).item<int32_t>(), INT32_MIN);
  const Tensor zero = Tensor::vector({int32_t{0}});
  EXPECT_NE(message([&] { ops::floordiv(big, zero); }).find("Integer division by zero"),
            std::string::npos);
  EXPECT_NE(message([&] { ops::floormod(big, zero); }).find("Integer division by zero"),
            std::string::npos);
  EXPECT_NE(message([&] {
              ops::pow(big, Tensor::vector({int32_t{-1}}));
            }).find("Integers to negative integer powers are not allowed"),
            std::string::npos);
  // Nothing is divided, so nothing is wrong.
  EXPECT_EQ(ops::floordiv(Tensor::zeros(DType::int32, Shape{0}), zero).size(), 0);
}

TEST(Binary, DivisionRounds) {
  const Tensor a = Tensor::vector({int32_t{-7}, int32_t{7}});
  const Tensor b = Tensor::vector({int32_t{2}, int32_t{-2}});
  EXPECT_EQ(ops::floordiv(a, b).to_vector<int32_t>(), (std::vector<int32_t>{-4, -4}));
  EXPECT_EQ(ops::truncatediv(a, b).to_vector<int32_t>(), (std::vector<int32_t>{-3, -3}));
  EXPECT_EQ(ops::floormod(a, b).to_vector<int32_t>(), (std::vector<int32_t>{1, -1}));
  EXPECT_EQ((a / b).dtype(), DType::float64);
  EXPECT_EQ((a / b).to_vector<double>(), (std::vector<double>{-3.5, -3.5}));
}

TEST(Binary, IntegersDivideExactly) {
  const std::vector<int32_t> numbers = {INT32_MIN, INT32_MIN + 1, -7,       -1, 1, 3,
                                        7,         65537,         INT32_MAX};
  std::vector<int32_t> x, y, quotients, rests;
  for (const int64_t a : numbers) {
    for (const int64_t b : numbers) {
      const int64_t cut = a / b, rest = a % b;
      const bool below = rest != 0 && (rest < 0) != (b < 0);
      x.push_back(static_cast<int32_t>(a));
      y.push_back(static_cast<int32_t>(b));
      quotients.push_back(static_cast<int32_t>(static_cast<uint32_t>(cut - below)));
      rests.push_back(static_cast<int32_t>(below ? rest + b : rest));
    }
  }
  EXPECT_EQ(ops::floordiv(Tensor::vector(x), Tensor::vector(y)).to_vector<int32_t>(), quotients);
  EXPECT_EQ(ops::floormod(Tensor::vector(x), Tensor::vector(y)).to_vector<int32_t>(), rests);
}

TEST(Bitcast, IsTheSameMemory) {
  const Tensor x = Tensor::vector({1.0f, -2.0f});
  const Tensor y = ops::bitcast(x, DType::int32);
  EXPECT_EQ(y.raw(), x.raw());
  EXPECT_EQ(y.to_vector<int32_t>(), (std::vector<int32_t>{0x3f800000, INT32_MIN + 0x40000000}));
  EXPECT_EQ(ops::bitcast(x, DType::uint8).shape(), (Shape{2, 4}));
  EXPECT_EQ(ops::bitcast(x, DType::int64).shape(), Shape{});
  EXPECT_THROW(ops::bitcast(Tensor::vector({1.0f}), DType::int64), InvalidArgumentError);
}

TEST(Binary, NanWins) {
  const float nan = std::nanf("");
  const Tensor x = Tensor::vector({nan, 1.0f});
  const Tensor y = Tensor::vector({1.0f, nan});
  for (float v : ops::maximum(x, y).to_vector<float>()) EXPECT_TRUE(std::isnan(v));
  for (float v : ops::minimum(x, y).to_vector<float>()) EXPECT_TRUE(std::isnan(v));
  EXPECT_FALSE(ops::equal(x, x).to_vector<int>()[0]);
}

TEST(Compare, IncompatibleShapesMayCompareUnequal) {
  const Tensor x = Tensor::zeros(Shape{2}), y = Tensor::zeros(Shape{3});
  const AttrMap lenient = {{"incompatible_shape_error", false}};
  EXPECT_FALSE(emit("Equal", {x, y}, lenient).item<int>());
  EXPECT_TRUE(emit("NotEqual", {x, y}, lenient).item<int>());
  EXPECT_THROW(ops::equal(x, y), Error);
}

TEST(Compare, Strings) {
  const Tensor words = Tensor::vector({std::string("a"), std::string("b")});
  EXPECT_EQ(ops::equal(words, Tensor("b")).to_vector<int>(), (std::vector<int>{0, 1}));
}

TEST(Select, ChoosesRowsAndBroadcasts) {
  const Tensor condition = Tensor::of(std::vector<bool>{true, false}, Shape{2});
  const Tensor t = Tensor::of({1, 2, 3, 4}, Shape{2, 2}), e = Tensor::of({5, 6, 7, 8}, Shape{2, 2});
  EXPECT_EQ(emit("Select", {condition, t, e}).to_vector<int>(), (std::vector<int>{1, 2, 7, 8}));
  EXPECT_EQ(ops::where(condition, t, e).to_vector<int>(), (std::vector<int>{1, 6, 3, 8}));
}

// start + i delta, rounded step by step: sums would drift away from it.
TEST(Range, EveryElementIsComputedFromTheStart) {
  const auto range = [](float start, float limit, float delta, DType dtype) {
    const auto number = [&](float x) { return ops::cast(Tensor::scalar(x), dtype); };
    return ops::cast(emit("Range", {number(start), number(limit), number(delta)}), DType::float32)
        .to_vector<float>();
  };
  const std::vector<float> floats = range(-3, 30000, 0.1f, DType::float32);
  ASSERT_EQ(floats.size(), 300030U);
  for (size_t i = 0; i < floats.size(); ++i) {
    ASSERT_EQ(floats[i], -3 + static_cast<float>(i) * 0.1f) << i;
  }
  const std::vector<float> halves = range(0, 1000, 0.2f, DType::float16);
  ASSERT_EQ(halves.size(), 5000U);  // halves say so
  const auto step = static_cast<float>(float16(0.2f));
  for (size_t i = 0; i < halves.size(); ++i) {
    const auto at = static_cast<float>(float16(static_cast<float>(i)));
    ASSERT_EQ(halves[i], static_cast<float>(float16(at * step))) << i;
  }
}

TEST(Range, CountsAndRefuses) {
  EXPECT_EQ(ops::range(Value(3), Value(18), Value(3)).to_vector<int>(),
            (std::vector<int>{3, 6, 9, 12, 15}));
  EXPECT_EQ(ops::range(Value(3), Value(3)).size(), 0);
  EXPECT_THROW(ops::range(Value(3), Value(1)), Error);
  EXPECT_THROW(ops::range(Value(3), Value(9), Value(0)), Error);
  EXPECT_EQ(ops::linspace(Value(0.0f), Value(1.0f), Value(3)).to_vector<float>(),
            (std::vector<float>{0, 0.5f, 1}));
}

TEST(Cumsum, ExclusiveReverse) {
  const Tensor x = Tensor::vector({1, 2, 3});
  EXPECT_EQ(ops::cumsum(x).to_vector<int>(), (std::vector<int>{1, 3, 6}));
  EXPECT_EQ(ops::cumsum(x, 0, true).to_vector<int>(), (std::vector<int>{0, 1, 3}));
  EXPECT_EQ(ops::cumsum(x, -1, true, true).to_vector<int>(), (std::vector<int>{5, 3, 0}));
  EXPECT_EQ(ops::cumprod(x).to_vector<int>(), (std::vector<int>{1, 2, 6}));
  EXPECT_THROW(ops::cumsum(x, 1), Error);
}

}  // namespace
}  // namespace rill
