// QuantizedBatchNormWithGlobalNormalization: what quantised networks of 2016 hold.
// Source of the formula: tensorflow/core/kernels/quantized_batch_norm_op.cc.
#include "op/registry.h"
#include "op/shape_context.h"
#include "ops/attrs.h"
#include "ops/quantization.h"

namespace rill {
namespace {

constexpr DType kIn[] = {DType::quint8};
constexpr DType kOut[] = {DType::qint32};
constexpr Range kResult{-(1 << 20), 1 << 20};

int32_t to_result(float x) { return float_to_quantized<int32_t>(x, kResult); }

// Inputs: a tensor, its smallest and its largest value; the image, and one number a channel of
// mean, variance, beta and gamma.
void quantized_batch_norm(KernelContext& ctx) {
  const Tensor& x = ctx.input(0);
  ctx.require(x.rank() == 4, "input must be 4-dimensional, got shape ", x.shape());
  const int64_t depth = x.dim(3);
  const auto channel = [&](int i, int64_t c) {
    return quantized_to_float(static_cast<const uint8_t*>(ctx.input(3 * i).raw())[c],
                              range_input(ctx, 3 * i + 1, 3 * i + 2));
  };
  for (int i = 1; i <= 4; ++i) {
    const Shape& shape = ctx.input(3 * i).shape();
    ctx.require(shape.rank() == 1 && shape[0] == depth && depth > 1, "input ", 3 * i, " has shape ",
                shape, "; expected a number for each of at least 2 channels, of which there are ",
                depth);
  }
  const float epsilon = ctx.attr<float>("variance_epsilon");
  const bool scaled = ctx.attr<bool>("scale_after_normalization");
  const Range range = range_input(ctx, 1, 2);
  auto* out = static_cast<int32_t*>(ctx.output(0, x.shape()).raw());
  const auto* in = static_cast<const uint8_t*>(x.raw());
  for (int64_t c = 0; c < depth; ++c) {
    float scale = 1.0f / std::sqrt(channel(2, c) + epsilon);
    if (scaled) scale *= channel(4, c);
    const auto factor = static_cast<uint32_t>(to_result(scale));
    const int32_t offset = to_result(-channel(1, c) * scale + channel(3, c));
    for (int64_t i = c; i < x.size(); i += depth) {
      const auto value = static_cast<uint32_t>(to_result(quantized_to_float(in[i], range)));
      const int32_t product = static_cast<int32_t>(value * factor) / to_result(1.0f);
      out[i] = static_cast<int32_t>(static_cast<uint32_t>(product) + static_cast<uint32_t>(offset));
    }
  }
  set_range(ctx, 1, kResult);
}

}  // namespace

void register_quantized_batch_norm(OpRegistry& registry) {
  std::string inputs;
  for (const char* name : {"t", "m", "v", "beta", "gamma"}) {
    inputs += str(inputs.empty() ? "" : ", ", name, ": Tinput, ", name, "_min: float32, ", name,
                  "_max: float32");
  }
  registry.add({.signature = str("QuantizedBatchNormWithGlobalNormalization(", inputs,
                                 ") -> (result: out_type, result_min: float32, result_max: "
                                 "float32)"),
                .attrs = {type_attr("Tinput", kIn), type_attr("out_type", kOut),
                          float_attr("variance_epsilon"), bool_attr("scale_after_normalization")},
                .shape = same_shape_and_range,
                .kernel = quantized_batch_norm});
}

}  // namespace rill
