// The operations of src/ops/nn as functions: rill/raw_ops.hpp.
// Written by `rill ops --header include/rill`; a test fails when it is stale.
// clang-format off
#pragma once

#include <string_view>
#include <utility>

#include "rill/ops/call.hpp"

namespace rill::raw_ops {

inline Values ApproxTopK(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ApproxTopK", {input}, std::move(attrs), node);
}
inline Value AvgPool(const Value& value, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("AvgPool", {value}, std::move(attrs), node)[0];
}
inline Value AvgPool3D(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("AvgPool3D", {input}, std::move(attrs), node)[0];
}
inline Value AvgPool3DGrad(const Value& orig_input_shape, const Value& grad, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("AvgPool3DGrad", {orig_input_shape, grad}, std::move(attrs), node)[0];
}
inline Value AvgPoolGrad(const Value& orig_input_shape, const Value& grad, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("AvgPoolGrad", {orig_input_shape, grad}, std::move(attrs), node)[0];
}
inline Value BatchNormWithGlobalNormalization(const Value& t, const Value& m, const Value& v, const Value& beta, const Value& gamma, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("BatchNormWithGlobalNormalization", {t, m, v, beta, gamma}, std::move(attrs), node)[0];
}
inline Values BatchNormWithGlobalNormalizationGrad(const Value& t, const Value& m, const Value& v, const Value& gamma, const Value& backprop, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("BatchNormWithGlobalNormalizationGrad", {t, m, v, gamma, backprop}, std::move(attrs), node);
}
inline Value BiasAdd(const Value& value, const Value& bias, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("BiasAdd", {value, bias}, std::move(attrs), node)[0];
}
inline Value BiasAddGrad(const Value& out_backprop, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("BiasAddGrad", {out_backprop}, std::move(attrs), node)[0];
}
inline Value BiasAddV1(const Value& value, const Value& bias, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("BiasAddV1", {value, bias}, std::move(attrs), node)[0];
}
inline Value Conv(const Value& input, const Value& filter, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Conv", {input, filter}, std::move(attrs), node)[0];
}
inline Value Conv2D(const Value& input, const Value& filter, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Conv2D", {input, filter}, std::move(attrs), node)[0];
}
inline Value Conv2DBackpropFilter(const Value& input, const Value& filter_sizes, const Value& out_backprop, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Conv2DBackpropFilter", {input, filter_sizes, out_backprop}, std::move(attrs), node)[0];
}
inline Value Conv2DBackpropFilterV2(const Value& input, const Value& filter, const Value& out_backprop, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Conv2DBackpropFilterV2", {input, filter, out_backprop}, std::move(attrs), node)[0];
}
inline Value Conv2DBackpropInput(const Value& input_sizes, const Value& filter, const Value& out_backprop, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Conv2DBackpropInput", {input_sizes, filter, out_backprop}, std::move(attrs), node)[0];
}
inline Value Conv2DBackpropInputV2(const Value& input, const Value& filter, const Value& out_backprop, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Conv2DBackpropInputV2", {input, filter, out_backprop}, std::move(attrs), node)[0];
}
inline Value Conv3D(const Value& input, const Value& filter, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Conv3D", {input, filter}, std::move(attrs), node)[0];
}
inline Value Conv3DBackpropFilter(const Value& input, const Value& filter, const Value& out_backprop, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Conv3DBackpropFilter", {input, filter, out_backprop}, std::move(attrs), node)[0];
}
inline Value Conv3DBackpropFilterV2(const Value& input, const Value& filter_sizes, const Value& out_backprop, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Conv3DBackpropFilterV2", {input, filter_sizes, out_backprop}, std::move(attrs), node)[0];
}
inline Value Conv3DBackpropInput(const Value& input, const Value& filter, const Value& out_backprop, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Conv3DBackpropInput", {input, filter, out_backprop}, std::move(attrs), node)[0];
}
inline Value Conv3DBackpropInputV2(const Value& input_sizes, const Value& filter, const Value& out_backprop, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Conv3DBackpropInputV2", {input_sizes, filter, out_backprop}, std::move(attrs), node)[0];
}
inline Value DepthwiseConv2dNative(const Value& input, const Value& filter, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("DepthwiseConv2dNative", {input, filter}, std::move(attrs), node)[0];
}
inline Value DepthwiseConv2dNativeBackpropFilter(const Value& input, const Value& filter_sizes, const Value& out_backprop, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("DepthwiseConv2dNativeBackpropFilter", {input, filter_sizes, out_backprop}, std::move(attrs), node)[0];
}
inline Value DepthwiseConv2dNativeBackpropInput(const Value& input_sizes, const Value& filter, const Value& out_backprop, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("DepthwiseConv2dNativeBackpropInput", {input_sizes, filter, out_backprop}, std::move(attrs), node)[0];
}
inline Value Dilation2D(const Value& input, const Value& filter, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Dilation2D", {input, filter}, std::move(attrs), node)[0];
}
inline Value Dilation2DBackpropFilter(const Value& input, const Value& filter, const Value& out_backprop, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Dilation2DBackpropFilter", {input, filter, out_backprop}, std::move(attrs), node)[0];
}
inline Value Dilation2DBackpropInput(const Value& input, const Value& filter, const Value& out_backprop, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Dilation2DBackpropInput", {input, filter, out_backprop}, std::move(attrs), node)[0];
}
inline Value Elu(const Value& features, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Elu", {features}, std::move(attrs), node)[0];
}
inline Value EluGrad(const Value& gradients, const Value& outputs, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("EluGrad", {gradients, outputs}, std::move(attrs), node)[0];
}
inline Value FakeQuantWithMinMaxArgs(const Value& inputs_, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("FakeQuantWithMinMaxArgs", {inputs_}, std::move(attrs), node)[0];
}
inline Value FakeQuantWithMinMaxArgsGradient(const Value& gradients, const Value& inputs_, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("FakeQuantWithMinMaxArgsGradient", {gradients, inputs_}, std::move(attrs), node)[0];
}
inline Value FakeQuantWithMinMaxVars(const Value& inputs_, const Value& min, const Value& max, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("FakeQuantWithMinMaxVars", {inputs_, min, max}, std::move(attrs), node)[0];
}
inline Values FakeQuantWithMinMaxVarsGradient(const Value& gradients, const Value& inputs_, const Value& min, const Value& max, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("FakeQuantWithMinMaxVarsGradient", {gradients, inputs_, min, max}, std::move(attrs), node);
}
inline Value FakeQuantWithMinMaxVarsPerChannel(const Value& inputs_, const Value& min, const Value& max, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("FakeQuantWithMinMaxVarsPerChannel", {inputs_, min, max}, std::move(attrs), node)[0];
}
inline Values FakeQuantWithMinMaxVarsPerChannelGradient(const Value& gradients, const Value& inputs_, const Value& min, const Value& max, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("FakeQuantWithMinMaxVarsPerChannelGradient", {gradients, inputs_, min, max}, std::move(attrs), node);
}
inline Values FractionalAvgPool(const Value& value, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("FractionalAvgPool", {value}, std::move(attrs), node);
}
inline Value FractionalAvgPoolGrad(const Value& orig_input_tensor_shape, const Value& out_backprop, const Value& row_pooling_sequence, const Value& col_pooling_sequence, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("FractionalAvgPoolGrad", {orig_input_tensor_shape, out_backprop, row_pooling_sequence, col_pooling_sequence}, std::move(attrs), node)[0];
}
inline Values FractionalMaxPool(const Value& value, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("FractionalMaxPool", {value}, std::move(attrs), node);
}
inline Value FractionalMaxPoolGrad(const Value& orig_input, const Value& orig_output, const Value& out_backprop, const Value& row_pooling_sequence, const Value& col_pooling_sequence, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("FractionalMaxPoolGrad", {orig_input, orig_output, out_backprop, row_pooling_sequence, col_pooling_sequence}, std::move(attrs), node)[0];
}
inline Values FusedBatchNorm(const Value& x, const Value& scale, const Value& offset, const Value& mean, const Value& variance, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("FusedBatchNorm", {x, scale, offset, mean, variance}, std::move(attrs), node);
}
inline Values FusedBatchNormGrad(const Value& y_backprop, const Value& x, const Value& scale, const Value& reserve_space_1, const Value& reserve_space_2, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("FusedBatchNormGrad", {y_backprop, x, scale, reserve_space_1, reserve_space_2}, std::move(attrs), node);
}
inline Values FusedBatchNormGradV2(const Value& y_backprop, const Value& x, const Value& scale, const Value& reserve_space_1, const Value& reserve_space_2, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("FusedBatchNormGradV2", {y_backprop, x, scale, reserve_space_1, reserve_space_2}, std::move(attrs), node);
}
inline Values FusedBatchNormGradV3(const Value& y_backprop, const Value& x, const Value& scale, const Value& reserve_space_1, const Value& reserve_space_2, const Value& reserve_space_3, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("FusedBatchNormGradV3", {y_backprop, x, scale, reserve_space_1, reserve_space_2, reserve_space_3}, std::move(attrs), node);
}
inline Values FusedBatchNormV2(const Value& x, const Value& scale, const Value& offset, const Value& mean, const Value& variance, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("FusedBatchNormV2", {x, scale, offset, mean, variance}, std::move(attrs), node);
}
inline Values FusedBatchNormV3(const Value& x, const Value& scale, const Value& offset, const Value& mean, const Value& variance, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("FusedBatchNormV3", {x, scale, offset, mean, variance}, std::move(attrs), node);
}
inline Value FusedPadConv2D(const Value& input, const Value& paddings, const Value& filter, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("FusedPadConv2D", {input, paddings, filter}, std::move(attrs), node)[0];
}
inline Value FusedResizeAndPadConv2D(const Value& input, const Value& size, const Value& paddings, const Value& filter, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("FusedResizeAndPadConv2D", {input, size, paddings, filter}, std::move(attrs), node)[0];
}
inline Value InTopK(const Value& predictions, const Value& targets, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("InTopK", {predictions, targets}, std::move(attrs), node)[0];
}
inline Value InTopKV2(const Value& predictions, const Value& targets, const Value& k, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("InTopKV2", {predictions, targets, k}, std::move(attrs), node)[0];
}
inline Value LRN(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("LRN", {input}, std::move(attrs), node)[0];
}
inline Value LRNGrad(const Value& input_grads, const Value& input_image, const Value& output_image, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("LRNGrad", {input_grads, input_image, output_image}, std::move(attrs), node)[0];
}
inline Value LeakyRelu(const Value& features, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("LeakyRelu", {features}, std::move(attrs), node)[0];
}
inline Value LeakyReluGrad(const Value& gradients, const Value& features, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("LeakyReluGrad", {gradients, features}, std::move(attrs), node)[0];
}
inline Value LogSoftmax(const Value& logits, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("LogSoftmax", {logits}, std::move(attrs), node)[0];
}
inline Value MaxPool(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("MaxPool", {input}, std::move(attrs), node)[0];
}
inline Value MaxPool3D(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("MaxPool3D", {input}, std::move(attrs), node)[0];
}
inline Value MaxPool3DGrad(const Value& orig_input, const Value& orig_output, const Value& grad, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("MaxPool3DGrad", {orig_input, orig_output, grad}, std::move(attrs), node)[0];
}
inline Value MaxPool3DGradGrad(const Value& orig_input, const Value& orig_output, const Value& grad, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("MaxPool3DGradGrad", {orig_input, orig_output, grad}, std::move(attrs), node)[0];
}
inline Value MaxPoolGrad(const Value& orig_input, const Value& orig_output, const Value& grad, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("MaxPoolGrad", {orig_input, orig_output, grad}, std::move(attrs), node)[0];
}
inline Value MaxPoolGradGrad(const Value& orig_input, const Value& orig_output, const Value& grad, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("MaxPoolGradGrad", {orig_input, orig_output, grad}, std::move(attrs), node)[0];
}
inline Value MaxPoolGradGradV2(const Value& orig_input, const Value& orig_output, const Value& grad, const Value& ksize, const Value& strides, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("MaxPoolGradGradV2", {orig_input, orig_output, grad, ksize, strides}, std::move(attrs), node)[0];
}
inline Value MaxPoolGradGradWithArgmax(const Value& input, const Value& grad, const Value& argmax, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("MaxPoolGradGradWithArgmax", {input, grad, argmax}, std::move(attrs), node)[0];
}
inline Value MaxPoolGradV2(const Value& orig_input, const Value& orig_output, const Value& grad, const Value& ksize, const Value& strides, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("MaxPoolGradV2", {orig_input, orig_output, grad, ksize, strides}, std::move(attrs), node)[0];
}
inline Value MaxPoolGradWithArgmax(const Value& input, const Value& grad, const Value& argmax, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("MaxPoolGradWithArgmax", {input, grad, argmax}, std::move(attrs), node)[0];
}
inline Value MaxPoolV2(const Value& input, const Value& ksize, const Value& strides, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("MaxPoolV2", {input, ksize, strides}, std::move(attrs), node)[0];
}
inline Values MaxPoolWithArgmax(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("MaxPoolWithArgmax", {input}, std::move(attrs), node);
}
inline Value NthElement(const Value& input, const Value& n, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("NthElement", {input, n}, std::move(attrs), node)[0];
}
inline Value Relu(const Value& features, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Relu", {features}, std::move(attrs), node)[0];
}
inline Value Relu6(const Value& features, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Relu6", {features}, std::move(attrs), node)[0];
}
inline Value Relu6Grad(const Value& gradients, const Value& features, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Relu6Grad", {gradients, features}, std::move(attrs), node)[0];
}
inline Value ReluGrad(const Value& gradients, const Value& features, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ReluGrad", {gradients, features}, std::move(attrs), node)[0];
}
inline Value Selu(const Value& features, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Selu", {features}, std::move(attrs), node)[0];
}
inline Value SeluGrad(const Value& gradients, const Value& outputs, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("SeluGrad", {gradients, outputs}, std::move(attrs), node)[0];
}
inline Value Softmax(const Value& logits, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Softmax", {logits}, std::move(attrs), node)[0];
}
inline Values SoftmaxCrossEntropyWithLogits(const Value& features, const Value& labels, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("SoftmaxCrossEntropyWithLogits", {features, labels}, std::move(attrs), node);
}
inline Value Softplus(const Value& features, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Softplus", {features}, std::move(attrs), node)[0];
}
inline Value SoftplusGrad(const Value& gradients, const Value& features, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("SoftplusGrad", {gradients, features}, std::move(attrs), node)[0];
}
inline Value Softsign(const Value& features, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Softsign", {features}, std::move(attrs), node)[0];
}
inline Value SoftsignGrad(const Value& gradients, const Value& features, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("SoftsignGrad", {gradients, features}, std::move(attrs), node)[0];
}
inline Values SparseSoftmaxCrossEntropyWithLogits(const Value& features, const Value& labels, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("SparseSoftmaxCrossEntropyWithLogits", {features, labels}, std::move(attrs), node);
}
inline Values TopK(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TopK", {input}, std::move(attrs), node);
}
inline Values TopKV2(const Value& input, const Value& k, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TopKV2", {input, k}, std::move(attrs), node);
}

}  // namespace rill::raw_ops
// clang-format on
