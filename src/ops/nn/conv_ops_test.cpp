#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "op/emit.h"
#include "rill/ops/array.hpp"
#include "rill/ops/linalg.hpp"
#include "rill/ops/math.hpp"
#include "rill/ops/nn.hpp"
#include "rill/ops/operators.hpp"

namespace rill {
namespace {

using Ints = std::vector<int64_t>;
using Strings = std::vector<std::string>;

Tensor wave(const Shape& shape, float phase = 0) {
  Tensor t(DType::float32, shape);
  for (int64_t i = 0; i < t.size(); ++i) {
    t.data<float>()[i] = std::sin(static_cast<float>(i) * 1.7f + phase);
  }
  return t;
}

void expect_near(const Tensor& a, const Tensor& b) {
  ASSERT_EQ(a.shape(), b.shape());
  for (int64_t i = 0; i < a.size(); ++i) {
    ASSERT_NEAR(a.data<float>()[i], b.data<float>()[i], 1e-4f) << "at " << i;
  }
}

Value conv(const Value& x, const Value& w, const Ints& strides, const char* padding,
           AttrMap more = {}) {
  more.set("strides", strides);
  more.set("padding", padding);
  return emit("Conv2D", {x, w}, more);
}

TEST(FusedConv, IsTheConvolutionAndWhatFollows) {
  const Tensor x = wave({2, 6, 5, 3}), w = wave({3, 3, 3, 4}, 1), bias = wave({4}, 2);
  const Value plain = ops::conv2d(x, w, {.strides = {2}, .padding = "SAME"});
  const Tensor residual = wave(plain.shape(), 3);
  const AttrMap window = {{"strides", Ints{1, 2, 2, 1}}, {"padding", "SAME"}};
  const auto fused = [&](std::vector<Value> inputs, Strings steps, int64_t args) {
    AttrMap attrs = window;
    attrs.set("fused_ops", steps);
    attrs.set("num_args", args);
    return emit("_FusedConv2D", inputs, attrs);
  };
  const Value biased = ops::bias_add(plain, bias);
  expect_near(fused({x, w, bias}, {"BiasAdd"}, 1), biased);
  expect_near(fused({x, w, bias}, {"BiasAdd", "Relu"}, 1), ops::relu(biased));
  expect_near(fused({x, w, bias}, {"BiasAdd", "Elu"}, 1), ops::elu(biased));
  expect_near(fused({x, w, bias}, {"BiasAdd", "LeakyRelu"}, 1), ops::leaky_relu(biased));
  expect_near(fused({x, w, bias, residual}, {"BiasAdd", "Add", "Relu"}, 2),
              ops::relu(emit("AddV2", {biased, residual})));
  EXPECT_THROW(fused({x, w, bias}, {"BiasAdd", "Nonsense"}, 1), UnimplementedError);
  EXPECT_THROW(fused({x, w, bias}, {"Relu"}, 1), InvalidArgumentError);
  EXPECT_THROW(fused({x, w, wave({3})}, {"BiasAdd"}, 1), InvalidArgumentError);
}

// As TensorFlow's optimiser writes them.
TEST(FusedConv, TakesBatchNormalizationAndDoubles) {
  const Tensor x = wave({2, 6, 5, 3}), w = wave({3, 3, 3, 4}, 1), shift = wave({4}, 2);
  const Tensor ones = Tensor::of<float>({1, 1.5F, 2, 0.5F}, {4});
  const AttrMap window = {{"strides", Ints{1, 1, 1, 1}}, {"padding", "SAME"}};
  AttrMap attrs = window;
  attrs.set("num_args", int64_t{4});
  attrs.set("epsilon", 0.0F);
  attrs.set("fused_ops", Strings{"FusedBatchNorm", "Relu"});
  const Value product = emit("Conv2D", {x, w}, window);
  const Value centred = emit("Mul", {emit("Sub", {product, shift}), emit("Rsqrt", {ones})});
  const Value normal = emit("AddV2", {emit("Mul", {centred, ones}), shift});
  expect_near(emit("_FusedConv2D", {x, w, ones, shift, shift, ones}, attrs), ops::relu(normal));
  EXPECT_THROW(emit("_FusedConv2D", {x, w, ones, shift, shift, wave({3})}, attrs), Error);
  attrs = window;
  attrs.set("num_args", int64_t{1});
  attrs.set("fused_ops", Strings{"BiasAdd", "Relu"});
  const auto wide = [](const Tensor& t) { return ops::cast(t, DType::float64); };
  const Value fused = emit("_FusedConv2D", {wide(x), wide(w), wide(shift)}, attrs);
  expect_near(ops::cast(fused, DType::float32), ops::relu(ops::bias_add(product, shift)));
}

// Every activation that the optimiser hands a convolution or a product.
TEST(FusedConv, TakesEveryActivation) {
  const Tensor x = wave({1, 5, 5, 3}), w = wave({3, 3, 3, 4}, 1), bias = wave({4}, 2);
  const Tensor depth = wave({3, 3, 3, 1}, 1), rows = wave({4, 3}), matrix = wave({3, 4}, 1);
  const AttrMap window = {{"strides", Ints{1, 1, 1, 1}}, {"padding", "SAME"}};
  for (const char* name : {"Relu", "Relu6", "Elu", "LeakyRelu", "Sigmoid", "Tanh", "Selu",
                           "Softplus", "_Gelu", "_GeluApproximate", "_Swish", "_HardSwish"}) {
    SCOPED_TRACE(name);
    const AttrMap steps = {{"num_args", 1}, {"fused_ops", Strings{"BiasAdd", name}}};
    AttrMap more = window;
    for (const auto& [key, value] : steps) more.set(key, value);
    const auto expected = [&](const Value& product, const Tensor& b) {
      return emit(name, {ops::bias_add(product, b)});
    };
    const Tensor three = wave({3}, 2);
    expect_near(emit("_FusedConv2D", {x, w, bias}, more),
                expected(emit("Conv2D", {x, w}, window), bias));
    expect_near(emit("_FusedDepthwiseConv2dNative", {x, depth, three}, more),
                expected(emit("DepthwiseConv2dNative", {x, depth}, window), three));
    expect_near(emit("_FusedMatMul", {rows, matrix, bias}, steps),
                expected(emit("MatMul", {rows, matrix}), bias));
  }
}

TEST(FusedConv, Depthwise) {
  const Tensor x = wave({1, 5, 5, 4}), w = wave({3, 3, 4, 2}, 1), bias = wave({8}, 2);
  const Value plain = ops::depthwise_conv2d(x, w, {.padding = "VALID"});
  expect_near(emit("_FusedDepthwiseConv2dNative", {x, w, bias},
                   {{"strides", Ints{1, 1, 1, 1}},
                    {"padding", "VALID"},
                    {"num_args", 1},
                    {"fused_ops", Strings{"BiasAdd", "Relu6"}}}),
              ops::relu6(ops::bias_add(plain, bias)));
}

TEST(FusedDepthwiseBlock, IsItsConvolutions) {
  const Tensor x = wave({2, 9, 8, 5}), we = wave({1, 1, 5, 20}, 1), be = wave({20}, 2);
  const Tensor wd = wave({3, 3, 20, 1}, 3), bd = wave({20}, 4);
  const Tensor wp = wave({1, 1, 20, 5}, 5), bp = wave({5}, 6), residual = wave({2, 5, 4, 5}, 7);
  const auto block = [&](std::vector<Value> inputs, bool expands, bool projects, bool adds,
                         Strings activations) {
    const auto args = static_cast<int64_t>(inputs.size()) - 1;
    return emit("_FusedDepthwiseBlock", inputs,
                {{"strides", Ints{1, 2, 2, 1}},
                 {"padding", "SAME"},
                 {"num_args", args},
                 {"expands", expands},
                 {"projects", projects},
                 {"adds", adds},
                 {"activations", activations}});
  };
  const Value wide = ops::relu6(ops::bias_add(conv(x, we, {1, 1, 1, 1}, "SAME"), be));
  const Value moved = emit("DepthwiseConv2dNative", {wide, wd},
                           {{"strides", Ints{1, 2, 2, 1}}, {"padding", "SAME"}});
  const Value filtered = ops::elu(ops::bias_add(moved, bd));
  const Value narrow = ops::bias_add(conv(filtered, wp, {1, 1, 1, 1}, "SAME"), bp);
  const Strings names{"Relu6", "Elu", "Relu"};
  expect_near(block({x, we, be, wd, bd, wp, bp, residual}, true, true, true, names),
              ops::relu(emit("AddV2", {narrow, residual})));
  expect_near(block({x, we, be, wd, bd}, true, false, false, names), filtered);
  expect_near(block({wide, wd, bd, wp, bp}, false, true, false, {"Identity", "Elu", "Identity"}),
              narrow);
  EXPECT_THROW(block({x, we, be, wd, bd}, true, true, false, names), InvalidArgumentError);
  EXPECT_THROW(block({x, we, bd, wd, wave({3})}, true, false, false, names), InvalidArgumentError);
  EXPECT_THROW(block({x, wd, be, wd, bd}, true, false, false, names), InvalidArgumentError);
  EXPECT_THROW(block({x, we, be, wd, bd}, true, false, false, {"Relu6"}), InvalidArgumentError);
  EXPECT_THROW(block({x, we, be, wd, bd}, true, false, false, {"Relu6", "Nonsense", "Relu"}),
               UnimplementedError);
  EXPECT_THROW(block({x, we, be, wd, bd, wp, bp, wave({2, 5, 4, 4})}, true, true, true, names),
               InvalidArgumentError);
}

TEST(FusedMatMul, IsTheProductAndWhatFollows) {
  const Tensor a = wave({3, 5}), b = wave({4, 5}, 1), bias = wave({4}, 2), more = wave({3, 4}, 3);
  const Value sum = emit("AddV2", {ops::bias_add(ops::matmul(a, b, false, true), bias), more});
  expect_near(emit("_FusedMatMul", {a, b, bias, more},
                   {{"transpose_b", true},
                    {"num_args", 2},
                    {"fused_ops", Strings{"BiasAdd", "Add", "Tanh"}}}),
              emit("Tanh", {sum}));
}

TEST(Conv, ChannelsFirstAndGroups) {
  const Tensor x = wave({2, 5, 4, 6}), w = wave({2, 2, 3, 4}, 1);
  const Value last = conv(x, w, {1, 1, 1, 1}, "VALID");
  const Value first =
      conv(ops::transpose(x, {0, 3, 1, 2}), w, {1, 1, 1, 1}, "VALID", {{"data_format", "NCHW"}});
  expect_near(ops::transpose(first, {0, 2, 3, 1}), last);
}

TEST(Conv, HostileWindows) {
  const Tensor x = wave({1, 4, 4, 2}), w = wave({2, 2, 2, 3});
  EXPECT_THROW(conv(x, w, {1, 0, 1, 1}, "SAME"), InvalidArgumentError);
  EXPECT_THROW(conv(x, w, {1, -1, 1, 1}, "SAME"), InvalidArgumentError);
  EXPECT_THROW(conv(x, w, {1, INT64_MAX, 1, 1}, "SAME"), InvalidArgumentError);
  // TensorFlow's codes: what it may do one day is no error of the caller in one family.
  EXPECT_THROW(conv(x, w, {2, 1, 1, 1}, "SAME"), UnimplementedError);
  EXPECT_THROW(conv(x, w, {1, 1, 1, 1}, "SAME", {{"dilations", Ints{2, 1, 1, 1}}}),
               UnimplementedError);
  EXPECT_THROW(
      emit("DepthwiseConv2dNative", {x, w}, {{"strides", Ints{2, 1, 1, 1}}, {"padding", "SAME"}}),
      InvalidArgumentError);
  EXPECT_THROW(conv(x, w, {1, 1, 1}, "SAME"), InvalidArgumentError);
  EXPECT_THROW(conv(x, w, {1, 1, 1, 1}, "EXPLICIT"), InvalidArgumentError);
  EXPECT_THROW(conv(x, wave({2, 2, 3, 3}), {1, 1, 1, 1}, "SAME"), InvalidArgumentError);
  EXPECT_THROW(conv(x, wave({0, 2, 2, 3}), {1, 1, 1, 1}, "SAME"), InvalidArgumentError);
  EXPECT_THROW(conv(x, wave({2, 2, 2}), {1, 1, 1, 1}, "SAME"), InvalidArgumentError);
  EXPECT_THROW(conv(x, w, {1, 1, 1, 1}, "SAME", {{"dilations", Ints{1, 0, 1, 1}}}),
               InvalidArgumentError);
  // Legal, and far beyond the input: costs nothing.
  const Value far = conv(x, w, {1, 1, 1, 1}, "SAME", {{"dilations", Ints{1, INT32_MAX, 1, 1}}});
  EXPECT_EQ(far.shape(), (Shape{1, 4, 4, 3}));
  EXPECT_EQ(conv(x, w, {1, INT32_MAX, INT32_MAX, 1}, "VALID").shape(), (Shape{1, 1, 1, 3}));
}

TEST(ConvBackprop, HugeStridesAndWrongSizes) {
  const Tensor w = wave({2, 2, 2, 3});
  const auto gradient = [&](const std::vector<int32_t>& sizes, const Shape& dy, int64_t stride) {
    return emit("Conv2DBackpropInput", {Tensor::vector(sizes), w, wave(dy)},
                {{"strides", Ints{1, stride, stride, 1}}, {"padding", "VALID"}});
  };
  EXPECT_EQ(gradient({1, 4, 4, 2}, {1, 1, 1, 3}, INT32_MAX).shape(), (Shape{1, 4, 4, 2}));
  EXPECT_EQ(gradient({4, 4}, {1, 3, 3, 3}, 1).shape(), (Shape{1, 4, 4, 2}));
  EXPECT_THROW(gradient({1, 4, 4, 2}, {1, 2, 2, 3}, 1), InvalidArgumentError);
  EXPECT_THROW(gradient({1, -4, 4, 2}, {1, 3, 3, 3}, 1), InvalidArgumentError);
  EXPECT_THROW(gradient({1, 4, 4}, {1, 3, 3, 3}, 1), InvalidArgumentError);
}

// As TensorFlow does it on a CPU.
TEST(Pool, EqualMaximaShareTheGradientInThreeDimensions) {
  const Tensor flat = ops::zeros_like(wave({1, 1, 2, 1, 1})),
               one = ops::ones_like(wave({1, 1, 1, 1, 1}));
  const Value dx = emit(
      "MaxPool3DGrad", {flat, ops::zeros_like(one), one},
      {{"ksize", Ints{1, 1, 2, 1, 1}}, {"strides", Ints{1, 1, 2, 1, 1}}, {"padding", "VALID"}});
  EXPECT_EQ(dx.to_vector<float>(), (std::vector<float>{1, 1}));
}

// As TensorFlow on a CPU: along channels the first element stays where it is NaN; over volumes what
// lies outside counts as the lowest number, and NaN stays until the next element where fewer
// outputs than a vector holds lie side by side.
TEST(Pool, WhatIsNotANumberDependsOnWhereItStands) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const float inf = std::numeric_limits<float>::infinity();
  const float lowest = std::numeric_limits<float>::lowest();
  const auto expect = [&](const Value& y, const std::vector<float>& expected) {
    const auto values = y.to_vector<float>();
    ASSERT_EQ(values.size(), expected.size());
    for (size_t i = 0; i < values.size(); ++i) {
      EXPECT_TRUE(values[i] == expected[i] || (std::isnan(values[i]) && std::isnan(expected[i])))
          << i << ": " << values[i];
    }
  };
  const Ints along{1, 1, 1, 2};
  const Tensor channels = Tensor::of({nan, 1.0f, 1.0f, nan, -inf, -inf}, Shape{1, 1, 1, 6});
  expect(emit("MaxPool", {channels}, {{"ksize", along}, {"strides", along}, {"padding", "VALID"}}),
         {nan, 1, -inf});

  const auto volume = [&](const std::vector<float>& x, const Shape& shape,
                          const std::vector<float>& expected, const Ints& two) {
    const AttrMap attrs{{"ksize", two}, {"strides", two}, {"padding", "SAME"}};
    const Tensor wide = Tensor::of(x, shape);
    expect(emit("MaxPool3D", {wide}, attrs), expected);
    const Value narrow = emit("MaxPool3D", {ops::cast(wide, DType::bfloat16)}, attrs);
    std::vector<float> rounded = expected;
    std::replace(rounded.begin(), rounded.end(), lowest, -3.3895314e38f);
    expect(ops::cast(narrow, DType::float32), rounded);
  };
  volume({nan, 1, 2, nan, -inf, -inf, nan}, Shape{1, 1, 1, 7, 1}, {1, nan, -inf, lowest},
         {1, 1, 1, 2, 1});
  std::vector<float> of_nine(18, nan);
  std::fill(of_nine.begin(), of_nine.begin() + 9, 3.0f);
  volume(of_nine, Shape{1, 1, 1, 2, 9}, {3, 3, 3, 3, 3, 3, 3, 3, nan}, {1, 1, 1, 2, 1});
}

// As TensorFlow's kernel: windows for which there is no gradient add nothing.
TEST(AvgPoolGrad, TakesFewerWindowsThanThePoolingHad) {
  const auto gradient = [](const std::vector<int32_t>& x, const Shape& dy) {
    const Value fours = ops::ones_like(wave(dy)) * 4.0F;
    return emit("AvgPoolGrad", {Tensor::vector(x), fours},
                {{"ksize", Ints{1, 2, 2, 1}}, {"strides", Ints{1, 2, 2, 1}}, {"padding", "VALID"}});
  };
  EXPECT_EQ(gradient({1, 4, 2, 1}, {1, 1, 1, 1}).to_vector<float>(),
            (std::vector<float>{1, 1, 1, 1, 0, 0, 0, 0}));
  EXPECT_THROW(gradient({1, 4, 2, 1}, {1, 1, 1, 2}), InvalidArgumentError);
  EXPECT_THROW(gradient({1, 4, 2, 1}, {2, 1, 1, 1}), InvalidArgumentError);
  EXPECT_THROW(gradient({1, 4, 2, 1}, {1, 1, 1}), InvalidArgumentError);
}

// As TensorFlow's kernels: no channels in or out are no mistake of Conv2D.
TEST(Conv, EmptySides) {
  const Tensor x = wave({2, 5, 6, 4});
  EXPECT_EQ(ops::conv2d(x, wave({3, 3, 4, 0})).shape(), (Shape{2, 3, 4, 0}));
  const Tensor none = ops::conv2d(wave({2, 5, 6, 0}), wave({3, 3, 4, 2}));
  EXPECT_EQ(none.shape(), (Shape{2, 3, 4, 2}));
  EXPECT_EQ(none.to_vector<float>(), std::vector<float>(48, 0.0F));
  const Tensor depthwise = ops::depthwise_conv2d(x, wave({0, 3, 4, 2}));
  EXPECT_EQ(depthwise.shape(), (Shape{2, 6, 4, 8}));
  EXPECT_EQ(depthwise.to_vector<float>(), std::vector<float>(2 * 6 * 4 * 8, 0.0F));
  EXPECT_THROW(ops::conv2d(x, wave({0, 3, 4, 2})), InvalidArgumentError);
  EXPECT_THROW(ops::conv2d(x, wave({3, 3, 0, 2})), InvalidArgumentError);
  EXPECT_THROW(ops::conv3d(wave({1, 5, 6, 5, 4}), wave({3, 3, 3, 4, 0})), InvalidArgumentError);
  ops::ConvOptions uneven;
  uneven.strides = {1, 2};
  EXPECT_THROW(ops::depthwise_conv2d(x, wave({3, 3, 4, 2}), uneven), InvalidArgumentError);
}

TEST(Pool, HostileWindows) {
  const Tensor x = wave({1, 4, 4, 2});
  EXPECT_EQ(ops::max_pool2d(x, {INT32_MAX}, {1}, "SAME").shape(), (Shape{1, 4, 4, 2}));
  EXPECT_EQ(ops::avg_pool2d(x, {2}, {INT32_MAX}, "VALID").shape(), (Shape{1, 1, 1, 2}));
  EXPECT_EQ(ops::max_pool2d(wave({0, 4, 4, 2}), {2}, {2}).shape(), (Shape{0, 2, 2, 2}));
  EXPECT_THROW(ops::max_pool2d(x, {0}, {1}), InvalidArgumentError);
  EXPECT_THROW(ops::max_pool2d(x, {2}, {-1}), InvalidArgumentError);
  EXPECT_THROW(ops::max_pool2d(x, {int64_t{1} << 40}, {1}), InvalidArgumentError);
  EXPECT_THROW(ops::max_pool2d(wave({4, 4, 2}), {2}, {2}), InvalidArgumentError);
  EXPECT_THROW(
      emit("MaxPoolGradWithArgmax",
           {x, wave({1, 2, 2, 2}), ops::fill(Tensor::vector<int32_t>({1, 2, 2, 2}), int64_t{99})},
           {{"ksize", Ints{1, 2, 2, 1}}, {"strides", Ints{1, 2, 2, 1}}, {"padding", "VALID"}}),
      InvalidArgumentError);
}

}  // namespace
}  // namespace rill
