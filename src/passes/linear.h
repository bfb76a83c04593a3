// A convolution or matrix product, perhaps with a bias, as passes match it.
#pragma once

#include "passes/rewriter.h"

namespace rill::passes {

struct Linear {
  Endpoint product;  // Conv2D, DepthwiseConv2dNative or MatMul
  Endpoint bias;     // node < 0: none
  bool has_bias() const { return bias.node >= 0; }
};

// float32, channels last. What lies between the product and `e` has no other reader; `e` itself
// may have. False when `e` is something else.
bool match_linear(const Rewriter& graph, Endpoint e, Linear& out);

// Channels of the product; -1 when not known.
int64_t output_channels(const Rewriter& graph, Endpoint product);

// `value` (a constant float32) as one number a channel, when it broadcasts against a tensor of
// shape `x` along its last dimension only and changes no shape. Empty otherwise.
std::vector<float> per_channel(const Tensor& value, const Shape& x, int64_t channels);

}  // namespace rill::passes
