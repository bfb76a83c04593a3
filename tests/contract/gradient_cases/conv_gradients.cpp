#include "contract/gradient_cases.h"

namespace rill::test {
namespace {

using Ints = std::vector<int64_t>;

AttrMap conv(Ints strides, const char* padding, Ints dilations = {}) {
  AttrMap attrs{{"strides", std::move(strides)}, {"padding", padding}};
  if (!dilations.empty()) attrs.set("dilations", std::move(dilations));
  return attrs;
}

void add_2d(GradientCases& cases) {
  cases.add({.op = "Conv2D",
             .inputs = {real({2, 4, 5, 2}), real({2, 3, 2, 3})},
             .attrs = conv({1, 1, 1, 1}, "SAME")});
  cases.add({.op = "Conv2D",
             .inputs = {real({1, 5, 5, 2}), real({2, 2, 2, 2})},
             .attrs = conv({1, 2, 1, 1}, "VALID", {1, 1, 2, 1})});
  AttrMap first = conv({1, 1, 1, 2}, "EXPLICIT");
  first.set("explicit_paddings", Ints{0, 0, 0, 0, 1, 0, 2, 1});
  first.set("data_format", "NCHW");
  cases.add({.op = "Conv2D", .inputs = {real({1, 2, 4, 4}), real({2, 2, 2, 3})}, .attrs = first});
  // Groups: the filter has fewer channels than the input.
  cases.add({.op = "Conv2D",
             .inputs = {real({1, 3, 3, 4}), real({2, 2, 2, 4})},
             .attrs = conv({1, 1, 1, 1}, "VALID")});
  const AttrMap attrs = conv({1, 2, 2, 1}, "SAME");
  cases.add({.op = "Conv2DBackpropInput",
             .inputs = {ints({1, 5, 4, 2}), real({2, 3, 2, 3}), real({1, 3, 2, 3})},
             .attrs = attrs});
  cases.add({.op = "Conv2DBackpropInputV2",
             .inputs = {real({1, 5, 4, 2}), real({2, 3, 2, 3}), real({1, 3, 2, 3})},
             .attrs = attrs,
             .without = {0}});
  cases.add({.op = "Conv2DBackpropFilter",
             .inputs = {real({1, 5, 4, 2}), ints({2, 3, 2, 3}), real({1, 3, 2, 3})},
             .attrs = attrs});
  cases.add({.op = "Conv2DBackpropFilterV2",
             .inputs = {real({1, 5, 4, 2}), real({2, 3, 2, 3}), real({1, 3, 2, 3})},
             .attrs = attrs,
             .without = {1}});
}

void add_depthwise(GradientCases& cases) {
  const AttrMap attrs = conv({1, 1, 1, 1}, "SAME");
  cases.add({.op = "DepthwiseConv2dNative",
             .inputs = {real({1, 4, 3, 2}), real({2, 2, 2, 2})},
             .attrs = attrs});
  cases.add({.op = "DepthwiseConv2dNativeBackpropInput",
             .inputs = {ints({1, 4, 3, 2}), real({2, 2, 2, 2}), real({1, 4, 3, 4})},
             .attrs = attrs});
  cases.add({.op = "DepthwiseConv2dNativeBackpropFilter",
             .inputs = {real({1, 4, 3, 2}), ints({2, 2, 2, 2}), real({1, 4, 3, 4})},
             .attrs = attrs});
}

void add_3d(GradientCases& cases) {
  const AttrMap attrs = conv({1, 1, 2, 1, 1}, "VALID");
  const Shape x{1, 2, 3, 3, 2}, filter{2, 1, 2, 2, 2}, y{1, 1, 2, 2, 2};
  const Tensor x_dims = ints({1, 2, 3, 3, 2}), filter_dims = ints({2, 1, 2, 2, 2});
  cases.add({.op = "Conv3D", .inputs = {real(x), real(filter)}, .attrs = attrs});
  cases.add({.op = "Conv3DBackpropInput",
             .inputs = {real(x), real(filter), real(y)},
             .attrs = attrs,
             .without = {0}});
  cases.add(
      {.op = "Conv3DBackpropInputV2", .inputs = {x_dims, real(filter), real(y)}, .attrs = attrs});
  cases.add({.op = "Conv3DBackpropFilter",
             .inputs = {real(x), real(filter), real(y)},
             .attrs = attrs,
             .without = {1}});
  cases.add(
      {.op = "Conv3DBackpropFilterV2", .inputs = {real(x), filter_dims, real(y)}, .attrs = attrs});
}

AttrMap pool(Ints ksize, Ints strides, const char* padding) {
  return {{"ksize", std::move(ksize)}, {"strides", std::move(strides)}, {"padding", padding}};
}

void add_pools(GradientCases& cases) {
  const AttrMap same = pool({1, 2, 3, 1}, {1, 2, 1, 1}, "SAME");
  const AttrMap valid = pool({1, 2, 2, 1}, {1, 1, 1, 1}, "VALID");
  for (const AttrMap& attrs : {same, valid}) {
    cases.add({.op = "MaxPool", .inputs = {real({2, 4, 4, 2})}, .attrs = attrs});
    cases.add({.op = "AvgPool", .inputs = {real({2, 4, 4, 2})}, .attrs = attrs});
  }
  AttrMap first = pool({1, 1, 2, 2}, {1, 1, 2, 2}, "VALID");
  first.set("data_format", "NCHW");
  cases.add({.op = "MaxPool", .inputs = {real({1, 2, 4, 4})}, .attrs = first});
  cases.add({.op = "AvgPool", .inputs = {real({1, 2, 4, 4})}, .attrs = first});
  cases.add({.op = "MaxPoolV2",
             .inputs = {real({1, 4, 4, 2}), ints({1, 2, 2, 1}), ints({1, 2, 2, 1})},
             .attrs = {{"padding", "VALID"}}});
  cases.add({.op = "MaxPoolWithArgmax", .inputs = {real({1, 4, 4, 2})}, .attrs = valid});
  const Shape x{1, 4, 4, 1}, y{1, 3, 3, 1};
  cases.add({.op = "AvgPoolGrad", .inputs = {ints({1, 4, 4, 1}), real(y)}, .attrs = valid});
  const Value in = real(x), maxima = emit("MaxPool", {in}, valid);
  cases.add({.op = "MaxPoolGrad", .inputs = {in, maxima, real(y)}, .attrs = valid});
  cases.add({.op = "MaxPoolGradGrad", .inputs = {in, maxima, real(x)}, .attrs = valid});
  const Tensor size = ints({1, 2, 2, 1}), step = ints({1, 1, 1, 1});
  cases.add({.op = "MaxPoolGradV2",
             .inputs = {in, maxima, real(y), size, step},
             .attrs = {{"padding", "VALID"}}});
  cases.add({.op = "MaxPoolGradGradV2",
             .inputs = {in, maxima, real(x), size, step},
             .attrs = {{"padding", "VALID"}}});
  const Tensor at = longs({0, 1, 3, 5, 5, 7, 9, 13, 15}, y);
  cases.add({.op = "MaxPoolGradWithArgmax", .inputs = {real(x), real(y), at}, .attrs = valid});
  cases.add({.op = "MaxPoolGradGradWithArgmax", .inputs = {real(x), real(x), at}, .attrs = valid});
}

void add_pools_3d(GradientCases& cases) {
  const AttrMap attrs = pool({1, 2, 2, 2, 1}, {1, 1, 1, 1, 1}, "VALID");
  const Shape x{1, 3, 2, 3, 1}, y{1, 2, 1, 2, 1};
  const DType single = DType::float32;
  cases.add({.op = "AvgPool3D", .inputs = {real(x)}, .attrs = attrs});
  cases.add({.op = "AvgPool3DGrad", .inputs = {ints({1, 3, 2, 3, 1}), real(y)}, .attrs = attrs});
  cases.add({.op = "MaxPool3D", .inputs = {real(x, -2, 2, single)}, .attrs = attrs});
  const Value in = real(x, -2, 2, single), maxima = emit("MaxPool3D", {in}, attrs);
  cases.add(
      {.op = "MaxPool3DGrad", .inputs = {in, maxima, real(y, -2, 2, single)}, .attrs = attrs});
  cases.add(
      {.op = "MaxPool3DGradGrad", .inputs = {in, maxima, real(x, -2, 2, single)}, .attrs = attrs});
}

}  // namespace

void register_conv_gradients(GradientCases& cases) {
  add_2d(cases);
  add_depthwise(cases);
  add_3d(cases);
  add_pools(cases);
  add_pools_3d(cases);
}

}  // namespace rill::test
