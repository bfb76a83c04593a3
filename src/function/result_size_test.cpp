// Results that a number asks for: refused before there is memory for them.
#include <gtest/gtest.h>

#include <cmath>

#include "op/emit.h"
#include "op/registry.h"
#include "op/result_size.h"
#include "rill/error.hpp"
#include "rill/function.hpp"
#include "tensor/memory_limit.h"

namespace rill {
namespace {

constexpr int32_t kHuge = 2147483647;

Value huge() { return Tensor::vector<int32_t>({kHuge}); }

struct SizeCase {
  const char* name;
  Value (*make)(const Value& size);  // a vector of one size
};

Value scalar(const Value& size) {
  return emit("Reshape", {size, Tensor::vector(std::vector<int32_t>{})});
}

const SizeCase kCases[] = {
    {"Fill",
     [](const Value& n) {
       return emit("Fill", {n, Value(1.0F)});
     }},
    {"Range",
     [](const Value& n) {
       return emit("Range", {Value(0), scalar(n), Value(1)});
     }},
    {"Tile",
     [](const Value& n) {
       return emit("Tile", {Tensor::vector<float>({1, 2}), n});
     }},
    {"OneHot",
     [](const Value& n) {
       return emit("OneHot", {Tensor::vector<int32_t>({1}), scalar(n), Value(1.0F), Value(0.0F)});
     }},
    {"Bincount",
     [](const Value& n) {
       return emit("Bincount", {Tensor::vector<int32_t>({1}), scalar(n),
                                Tensor::zeros(DType::float32, Shape{0})});
     }},
    {"UnsortedSegmentSum",
     [](const Value& n) {
       return emit("UnsortedSegmentSum",
                   {Tensor::vector<float>({1}), Tensor::vector<int32_t>({0}), scalar(n)});
     }},
    {"SegmentMean",
     [](const Value& n) {
       return emit("SegmentMean", {Tensor::vector<float>({1}), n});
     }},
    {"DynamicStitch",
     [](const Value& n) {
       return emit("DynamicStitch",
                   {emit("Sub", {n, Tensor::vector<int32_t>({1})}), Tensor::vector<float>({1})},
                   {{"N", int64_t{1}}});
     }},
    {"RandomUniform",
     [](const Value& n) {
       return emit("RandomUniform", {n}, {{"dtype", DType::float32}});
     }},
};

TEST(ResultSize, AskedForByAValueIsRefusedEagerly) {
  for (const SizeCase& c : kCases) {
    SCOPED_TRACE(c.name);
    EXPECT_THROW(c.make(huge()), ResourceExhaustedError);
  }
}

TEST(ResultSize, AskedForByAValueIsRefusedWhenFed) {
  for (const SizeCase& c : kCases) {
    SCOPED_TRACE(c.name);
    const auto traced = function([&c](const Value& n) { return c.make(n); });
    EXPECT_THROW(traced(Tensor(huge())), ResourceExhaustedError);
  }
}

TEST(ResultSize, AskedForByAConstantIsRefused) {
  for (const SizeCase& c : kCases) {
    SCOPED_TRACE(c.name);
    const auto traced = function([&c](const Value&) { return c.make(huge()); });
    EXPECT_THROW(traced(Tensor::scalar(1.0F)), ResourceExhaustedError);
  }
}

TEST(ResultSize, TheMessageNamesNodeShapeAndLimit) {
  try {
    emit("Fill", {huge(), Value(1.0F)}, {}, "filler");
    FAIL();
  } catch (const Error& e) {
    const std::string text = e.what();
    EXPECT_NE(text.find("Fill"), std::string::npos) << text;
    EXPECT_NE(text.find("[2147483647]"), std::string::npos) << text;
    EXPECT_NE(text.find("RILL_TENSOR_BYTES"), std::string::npos) << text;
  }
}

// What the inputs' shapes settle may be as large as memory allows, what nothing backs may not.
TEST(ResultSize, DataMayGrow) {
  const OpDef& def = require_op("Mul");
  const AttrMap attrs{{"T", DType::float32}};
  const NodeAccess node(def, attrs, "n");
  const int64_t side =
      static_cast<int64_t>(std::sqrt(static_cast<double>(largest_tensor()) / (2 * sizeof(float))));
  const ShapeContext::Input inputs[] = {{Shape{side, 1}, DType::float32},
                                        {Shape{1, side}, DType::float32}};
  const DType out[] = {DType::float32};
  EXPECT_NO_THROW(check_result_size(node, 0, DType::float32, Shape{side, side}, inputs, out));
  EXPECT_THROW(check_result_size(node, 0, DType::float32, Shape{4 * side, side}, inputs, out),
               ResourceExhaustedError);
}

TEST(ResultSize, BytesDoNotOverflow) {
  EXPECT_EQ(result_bytes(DType::float64, Shape{int64_t{1} << 62}), INT64_MAX);
  EXPECT_EQ(result_bytes(DType::float64, Shape{3}), 24);
}

}  // namespace
}  // namespace rill
