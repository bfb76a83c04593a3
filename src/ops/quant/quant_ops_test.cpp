#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "op/emit.h"
#include "rill/error.hpp"

namespace rill {
namespace {

using Ints = std::vector<int64_t>;

const Tensor kNumbers = Tensor::vector<float>({-3, -1, 0, 1.5F, 3});

// The plain integers of quantised ones.
Ints codes(const Value& q, DType plain) {
  return emit("Bitcast", {q}, {{"type", plain}}).to_vector<int64_t>();
}

Values quantize(const Tensor& x, float low, float high, DType to, const char* mode) {
  return emit_all("QuantizeV2", {x, Value(low), Value(high)}, {{"T", to}, {"mode", mode}});
}

TEST(Quantize, UnsignedTakesTheWholeRange) {
  const Values q = quantize(kNumbers, -3, 3, DType::quint8, "MIN_COMBINED");
  EXPECT_EQ(codes(q[0], DType::uint8), (Ints{0, 85, 128, 191, 255}));
  const Value back = emit("Dequantize", {q[0], q[1], q[2]}, {{"mode", "MIN_COMBINED"}});
  const auto found = back.to_vector<float>(), wanted = kNumbers.to_vector<float>();
  for (size_t i = 0; i < found.size(); ++i) EXPECT_NEAR(found[i], wanted[i], 6.0 / 255) << i;
}

TEST(Quantize, WhatIsOutsideIsClipped) {
  const Values q = quantize(Tensor::vector<float>({-100, 100}), -1, 1, DType::qint8, "SCALED");
  EXPECT_EQ(codes(q[0], DType::int8), (Ints{-128, 127}));
}

TEST(Quantize, EmptyAndBadRanges) {
  const Values none = quantize(Tensor::zeros(Shape{0, 3}), -1, 1, DType::quint8, "MIN_COMBINED");
  EXPECT_EQ(none[0].shape(), (Shape{0, 3}));
  EXPECT_THROW(quantize(kNumbers, 2, 1, DType::quint8, "MIN_COMBINED"), InvalidArgumentError);
  EXPECT_THROW(emit("Dequantize", {none[0], none[1], none[2]}, {{"mode", "NONE"}}),
               InvalidArgumentError);
}

Value round_trip(const Tensor& x, const Value& low, const Value& high, int64_t axis = -1) {
  return emit("QuantizeAndDequantizeV4", {x, Value(low), Value(high)},
              {{"range_given", true}, {"num_bits", int64_t{3}}, {"axis", axis}});
}

TEST(QuantizeAndDequantize, RoundsToTheGrid) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const Value y = round_trip(Tensor::vector<float>({-9, 0.4F, 0.6F, 9, nan}), -3.0F, 3.0F);
  const auto found = y.to_vector<float>();
  EXPECT_EQ(std::vector<float>(found.begin(), found.begin() + 4),
            (std::vector<float>{-4, 0, 1, 3}));
  EXPECT_TRUE(std::isnan(found[4]));
}

TEST(QuantizeAndDequantize, OneRangeEachSlice) {
  const Tensor x = Tensor::of<float>({1, 1, 1, 1}, Shape{2, 2});
  const Value low = Tensor::vector<float>({-3, -1.5F}), high = Tensor::vector<float>({3, 1.5F});
  EXPECT_EQ(round_trip(x, low, high, 1).to_vector<float>(), (std::vector<float>{1, 1, 1, 1}));
  EXPECT_THROW(round_trip(x, -3.0F, 3.0F, 1), InvalidArgumentError);
  EXPECT_THROW(round_trip(x, low, high), InvalidArgumentError);
  EXPECT_THROW(round_trip(x, high, low, 1), InvalidArgumentError);
}

TEST(FakeQuant, ZeroStaysZero) {
  const Value y = emit("FakeQuantWithMinMaxArgs", {Tensor::vector<float>({0, 10, -10})},
                       {{"min", -0.1F}, {"max", 2.0F}});
  EXPECT_EQ(y.to_vector<float>()[0], 0);
  EXPECT_NEAR(y.to_vector<float>()[1], 2, 0.02);
  EXPECT_THROW(emit("FakeQuantWithMinMaxArgs", {kNumbers}, {{"min", 1.0F}, {"max", 0.0F}}),
               InvalidArgumentError);
}

// Near halves of a step it counts how TensorFlow finds the number of steps: limits that are inputs
// divide by the step, others multiply by the inverse of the range.
TEST(FakeQuant, RoundsNearHalvesAsTensorFlow) {
  const Value vars =
      emit("FakeQuantWithMinMaxVars",
           {Tensor::vector<float>({3.1102631F}), Tensor::scalar(-2.1F), Tensor::scalar(3.3F)},
           {{"num_bits", 16}});
  EXPECT_EQ(vars.to_vector<float>()[0], 3.110304355621338F);
  const float low = 1.0084874629974365F, high = 4.983564376831055F;
  const Tensor x = Tensor::vector<float>({3.843302011489868F});
  const Value args =
      emit("FakeQuantWithMinMaxArgs", {x}, {{"min", low}, {"max", high}, {"num_bits", 16}});
  EXPECT_EQ(args.to_vector<float>()[0], 3.8432717323303223F);
  const Value channels =
      emit("FakeQuantWithMinMaxVarsPerChannel",
           {x, Tensor::vector<float>({low}), Tensor::vector<float>({high})}, {{"num_bits", 16}});
  EXPECT_EQ(channels.to_vector<float>()[0], 3.8432717323303223F);
}

// Many bytes are looked up, few are computed one by one.
TEST(QuantizedAdd, LongAsInParts) {
  constexpr int64_t kLong = 600, kPart = 200;
  Tensor all(DType::float32, Shape{kLong});
  for (int64_t i = 0; i < kLong; ++i) all.data<float>()[i] = static_cast<float>(i % 257) - 100;
  const auto parts = [](const Tensor& x, int64_t i) {
    return emit("Slice", {x, Tensor::vector<int64_t>({i}), Tensor::vector<int64_t>({kPart})});
  };
  for (const DType type : {DType::quint8, DType::qint8}) {
    const Values x = emit_all("QuantizeV2", {all, Value(-100.0F), Value(156.0F)}, {{"T", type}});
    const auto sum = [&](const Value& a) {
      return codes(emit_all("QuantizedAdd", {a, a, x[1], x[2], x[1], x[2]})[0], DType::int32);
    };
    Ints joined;
    for (int64_t i = 0; i < kLong; i += kPart) {
      for (const auto code : sum(parts(x[0], i))) joined.push_back(code);
    }
    EXPECT_EQ(sum(x[0]), joined);
  }
}

TEST(QuantizeAndDequantize, TheGradientOfEachSlice) {
  const Tensor x = Tensor::of<float>({-3, 0.5F, 1, 3, NAN, 2}, Shape{1, 2, 3});
  const Tensor dy = Tensor::of<float>({1, 2, 3, 4, 5, 6}, Shape{1, 2, 3});
  const auto gradient = [&](const Value& low, const Value& high, int64_t axis) {
    return emit_all("QuantizeAndDequantizeV4Grad", {dy, x, low, high}, {{"axis", axis}})[0]
        .to_vector<float>();
  };
  EXPECT_EQ(gradient(Value(0.0F), Value(2.0F), -1), (std::vector<float>{0, 2, 3, 0, 0, 6}));
  EXPECT_EQ(gradient(Tensor::vector<float>({-4, 2}), Tensor::vector<float>({1, 3}), 1),
            (std::vector<float>{1, 2, 3, 4, 0, 6}));
  EXPECT_EQ(gradient(Tensor::vector<float>({-4, 0, 2}), Tensor::vector<float>({1, 1, 3}), 2),
            (std::vector<float>{1, 2, 0, 0, 0, 6}));
}

TEST(QuantizedMatMul, SumsExactly) {
  const AttrMap type{{"T", DType::quint8}, {"mode", "MIN_COMBINED"}};
  const Values a = emit_all(
      "QuantizeV2", {Tensor::of<float>({0, 255}, Shape{1, 2}), Value(0.0F), Value(255.0F)}, type);
  const Values b = emit_all(
      "QuantizeV2", {Tensor::of<float>({255, 255}, Shape{2, 1}), Value(0.0F), Value(255.0F)}, type);
  const Values c = emit_all("QuantizedMatMul", {a[0], b[0], a[1], a[2], b[1], b[2]});
  EXPECT_EQ(c[0].dtype(), DType::qint32);
  EXPECT_EQ(codes(c[0], DType::int32), (Ints{255 * 255}));
  EXPECT_THROW(emit_all("QuantizedMatMul", {a[0], a[0], a[1], a[2], b[1], b[2]}),
               InvalidArgumentError);
}

// Numbers of -zero to 255 - zero, one from another, and their levels.
struct Levelled {
  Levelled(DType type, const Shape& shape, int seed, int zero)
      : low(static_cast<float>(-zero)), high(static_cast<float>(255 - zero)) {
    const bool is_signed = type == DType::qint8;
    Tensor bytes(is_signed ? DType::int8 : DType::uint8, shape);
    numbers = Tensor(DType::int32, shape);
    for (int64_t i = 0; i < bytes.size(); ++i) {
      const auto byte = static_cast<uint8_t>((i * 37 + seed) % 256);
      static_cast<uint8_t*>(bytes.raw())[i] = is_signed ? byte ^ 128 : byte;
      numbers.data<int32_t>()[i] = byte - zero;
    }
    x = emit("Bitcast", {bytes}, {{"type", type}});
  }
  Value x;
  Tensor numbers;
  Value low, high;
};

// Sums beyond what floats hold exactly, and matrices that lie turned.
TEST(QuantizedMatMul, LargeSumsAreExactHoweverTheMatricesLie) {
  constexpr int64_t kRows = 300, kInner = 700, kColumns = 5;
  for (const DType type : {DType::quint8, DType::qint8}) {
    for (const bool turned : {false, true}) {
      const Levelled a(type, turned ? Shape{kInner, kRows} : Shape{kRows, kInner}, 3, 10);
      const Levelled b(type, turned ? Shape{kColumns, kInner} : Shape{kInner, kColumns}, 5, 0);
      const AttrMap how{{"transpose_a", turned}, {"transpose_b", turned}};
      EXPECT_EQ(codes(emit_all("QuantizedMatMul", {a.x, b.x, a.low, a.high, b.low, b.high}, how)[0],
                      DType::int32),
                emit("MatMul", {a.numbers, b.numbers}, how).to_vector<int64_t>());
    }
  }
}

TEST(QuantizedMul, RowsOfAnyLengthAndOneLevelForMany) {
  for (const DType type : {DType::quint8, DType::qint8}) {
    const Levelled a(type, Shape{3, 1500}, 3, 10);
    for (const Shape& shape : {Shape{3, 1500}, Shape{3, 1}, Shape{1500}, Shape{}}) {
      const Levelled b(type, shape, 5, 200);
      EXPECT_EQ(codes(emit_all("QuantizedMul", {a.x, b.x, a.low, a.high, b.low, b.high})[0],
                      DType::int32),
                emit("Mul", {a.numbers, b.numbers}).to_vector<int64_t>());
    }
  }
}

}  // namespace
}  // namespace rill
