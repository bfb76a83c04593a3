#include <gtest/gtest.h>

#include "function/vectorize.h"
#include "op/emit.h"
#include "op/variable.h"
#include "rill/autodiff.hpp"
#include "rill/control_flow.hpp"
#include "rill/function.hpp"

namespace rill {
namespace {

using RowFunction = std::function<Value(const Value&)>;

Value op(std::string_view name, std::initializer_list<Value> inputs, AttrMap attrs = {}) {
  return emit(name, inputs, std::move(attrs));
}
Value ints(std::initializer_list<int32_t> items) { return Tensor::vector<int32_t>(items); }
Value axis(int32_t n) { return Tensor::scalar(n); }

Tensor numbers(const Shape& shape) {
  Tensor t(DType::float32, shape);
  float next = -1.3F;
  for (float& x : t.flat<float>()) x = next += 0.37F;
  return t;
}

struct RowCase {
  const char* name;
  RowFunction fn;
};

// Rows of 2 by 3. All with a rule.
std::vector<RowCase> cases() {
  const Value w = numbers(Shape{3, 4});
  const Value matrices = numbers(Shape{5, 3, 2});
  return {
      {"chain",
       [](const Value& x) {
         return op("Exp", {op("Mul", {x, op("Sin", {x})})});
       }},
      {"broadcast of a row's sum",
       [](const Value& x) {
         return op("Sub", {x, op("Sum", {x, ints({0, 1})})});
       }},
      {"outer vector",
       [](const Value& x) {
         return op("AddV2", {numbers(Shape{3}), x});
       }},
      {"larger outer",
       [](const Value& x) {
         return op("AddV2", {numbers(Shape{4, 2, 3}), x});
       }},
      {"product",
       [w](const Value& x) {
         return op("MatMul", {x, w});
       }},
      {"product of rows",
       [](const Value& x) {
         return op("MatMul", {x, x}, {{"transpose_b", true}});
       }},
      {"batch product",
       [matrices](const Value& x) {
         return op("BatchMatMulV2", {x, matrices});
       }},
      {"negative axis",
       [](const Value& x) {
         return op("Max", {x, ints({-1})}, {{"keep_dims", true}});
       }},
      {"arg max",
       [](const Value& x) {
         return op("ArgMax", {x, axis(-1)});
       }},
      {"reshape",
       [](const Value& x) {
         return op("Reshape", {x, ints({3, -1})});
       }},
      {"transpose",
       [](const Value& x) {
         return op("Transpose", {x, ints({1, 0})});
       }},
      {"expand",
       [](const Value& x) {
         return op("ExpandDims", {x, axis(-1)});
       }},
      {"squeeze",
       [](const Value& x) {
         return op("Squeeze", {op("Sum", {x, ints({1})}, {{"keep_dims", true}})});
       }},
      {"pack",
       [](const Value& x) {
         return emit("Pack", {x, numbers(Shape{2, 3}), x}, {{"axis", int64_t{-1}}});
       }},
      {"concat",
       [](const Value& x) {
         return op("ConcatV2", {numbers(Shape{2, 1}), x, axis(1)});
       }},
      {"slice",
       [](const Value& x) {
         return op("Slice", {x, ints({0, 1}), ints({-1, 2})});
       }},
      {"strided slice",
       [](const Value& x) {
         return op("StridedSlice", {x, ints({1, 2}), ints({2, 0}), ints({1, -1})},
                   {{"shrink_axis_mask", int64_t{1}}});
       }},
      {"gather from the row",
       [](const Value& x) {
         return op("GatherV2", {x, ints({2, 0}), axis(1)});
       }},
      {"gather by the row",
       [w](const Value& x) {
         return op("GatherV2",
                   {w, op("ArgMax", {x, axis(1)}, {{"output_type", DType::int32}}), axis(0)});
       }},
      {"gather both",
       [](const Value& x) {
         return op("GatherV2",
                   {x, op("ArgMax", {x, axis(0)}, {{"output_type", DType::int32}}), axis(0)});
       }},
      {"split",
       [](const Value& x) {
         return emit_all("Split", {axis(1), x}, {{"num_split", int64_t{3}}})[2];
       }},
      {"tile",
       [](const Value& x) {
         return op("Tile", {x, ints({2, 1})});
       }},
      {"pad",
       [](const Value& x) {
         return op("Pad", {x, Value(Tensor::vector<int32_t>({0, 1, 2, 0}).reshaped(Shape{2, 2}))});
       }},
      {"one hot",
       [](const Value& x) {
         return op("OneHot", {op("ArgMax", {x, axis(1)}), axis(3), 1.0F, 0.0F},
                   {{"axis", int64_t{0}}});
       }},
      {"select",
       [](const Value& x) {
         return op("SelectV2", {op("Less", {x, 0.0F}), x, op("Neg", {x})});
       }},
      {"shape of the row",
       [](const Value& x) {
         const Value shape = op("Cast", {op("Shape", {x})}, {{"DstT", DType::float32}});
         return op("Mul", {x, op("ExpandDims", {shape, axis(1)})});
       }},
      {"softmax", [](const Value& x) { return op("Softmax", {x}); }},
      {"top",
       [](const Value& x) {
         return op("TopKV2", {x, axis(2)});
       }},
      {"convolution",
       [](const Value& x) {
         return op("Conv2D", {op("Reshape", {x, ints({1, 2, 3, 1})}), numbers(Shape{2, 2, 1, 2})},
                   {{"strides", std::vector<int64_t>{1, 1, 1, 1}}, {"padding", "SAME"}});
       }},
      {"nothing of the row", [w](const Value&) { return op("Exp", {w}); }},
  };
}

void expect_same(const Tensor& a, const Tensor& b) {
  ASSERT_EQ(a.dtype(), b.dtype());
  ASSERT_EQ(a.shape(), b.shape());
  const auto x = a.to_vector<double>(), y = b.to_vector<double>();
  for (size_t i = 0; i < x.size(); ++i) EXPECT_NEAR(x[i], y[i], 1e-5) << i;
}

TEST(Vectorize, GivesWhatMapFnGives) {
  const Tensor elems = numbers(Shape{5, 2, 3});
  for (const RowCase& c : cases()) {
    SCOPED_TRACE(c.name);
    const std::optional<Value> all = vectorize(c.fn, elems);
    ASSERT_TRUE(all.has_value());
    expect_same(*all, map_fn(c.fn, elems));
  }
}

TEST(Vectorize, GivesTheSameInsideATrace) {
  const Tensor elems = numbers(Shape{5, 2, 3});
  for (const RowCase& c : cases()) {
    SCOPED_TRACE(c.name);
    const auto traced =
        function([&c](const Value& x) { return vectorize(c.fn, x).value(); },
                 {.input_signature = {{Shape{Shape::kUnknownDim, 2, 3}, DType::float32}}});
    expect_same(traced(elems), map_fn(c.fn, elems));
  }
}

TEST(Vectorize, NoRowsGiveNoRows) {
  const Tensor none = Tensor::zeros(DType::float32, Shape{0, 2, 3});
  const Value out = vectorized_map([](const Value& x) { return op("Sum", {x, ints({0})}); }, none);
  EXPECT_EQ(out.shape(), (Shape{0, 3}));
}

TEST(Vectorize, OpsWithoutARuleAreMappedRowByRow) {
  const Tensor elems = numbers(Shape{4, 3});
  const RowFunction fn = [](const Value& x) {
    return op("Unique", {op("Round", {x})});  // how many there are differs from row to row
  };
  EXPECT_FALSE(vectorize(fn, elems).has_value());
  const RowFunction random = [](const Value& x) {
    return op("AddV2", {x, op("RandomUniform", {ints({3})}, {{"dtype", DType::float32}})});
  };
  EXPECT_FALSE(vectorize(random, elems).has_value());
  EXPECT_EQ(vectorized_map(random, elems).shape(), (Shape{4, 3}));
}

TEST(Vectorize, TapesSeeThroughIt) {
  const auto state = std::make_shared<VariableState>("v", DType::float32, Shape{});
  state->assign(Tensor::scalar(3.0F));
  const Tensor v = Tensor::of_variable(state, DType::float32, Shape{});
  const Tensor x = Tensor::vector<float>({1, 2}), w = Tensor::scalar(5.0F);
  Tape tape;
  tape.watch({x, w});
  const Value y = vectorized_map(
      [&](const Value& row) {
        return op("Mul", {op("Mul", {row, v}), w});
      },
      x);
  const Values grads = tape.gradient(Values{y}, {x, v, w});
  EXPECT_EQ(grads[0].to_vector<float>(), (std::vector<float>{15, 15}));
  EXPECT_FLOAT_EQ(grads[1].item<float>(), 15.0F);  // (1 + 2) * 5
  EXPECT_FLOAT_EQ(grads[2].item<float>(), 9.0F);   // (1 + 2) * 3
}

}  // namespace
}  // namespace rill
