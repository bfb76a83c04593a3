// Requantize, RequantizationRange, QuantizeDownAndShrinkRange: from wide integers to narrow ones.
// Source of the formulas: tensorflow/core/kernels/{requantize,requantization_range_op,
// quantize_down_and_shrink_range}.cc.
#include "op/registry.h"
#include "op/shape_context.h"
#include "ops/attrs.h"
#include "ops/quantization.h"

namespace rill {
namespace {

// The range that the elements use; zero is in it.
Range used_range(const KernelContext& ctx) {
  const Tensor& in = ctx.input(0);
  const Range given = range_input(ctx, 1, 2);
  Range used;
  dispatch_quantized(in.dtype(), ctx.op().c_str(), [&]<typename T>() {
    const T* x = static_cast<const T*>(in.raw());
    T low = std::numeric_limits<T>::max(), high = std::numeric_limits<T>::lowest();
    for (int64_t i = 0, n = in.size(); i < n; ++i) {
      low = std::min(low, x[i]);
      high = std::max(high, x[i]);
    }
    used = {std::min(0.0f, quantized_to_float(low, given)), quantized_to_float(high, given)};
  });
  return used;
}

void write(KernelContext& ctx, Range to) {
  const Tensor& in = ctx.input(0);
  const Range from = range_input(ctx, 1, 2);
  Tensor& out = ctx.output(0, in.shape());
  dispatch_quantized(in.dtype(), ctx.op().c_str(), [&]<typename In>() {
    dispatch_quantized(out.dtype(), ctx.op().c_str(), [&]<typename Out>() {
      requantize(static_cast<const In*>(in.raw()), from, to, static_cast<Out*>(out.raw()),
                 in.size());
    });
  });
  set_range(ctx, 1, to);
}

void to_given_range(KernelContext& ctx) {
  const Range to = range_input(ctx, 3, 4);
  ctx.require(to.min <= 0, "requested_output_min must be <= 0, but got ", to.min);
  ctx.require(to.max >= to.min, "requested_output_max must be >= requested_output_min, but got ",
              to.max, " and ", to.min);
  write(ctx, to);
}
void shrink(KernelContext& ctx) { write(ctx, used_range(ctx)); }
void range_only(KernelContext& ctx) {
  ctx.require(ctx.input(0).size() > 0, "the input must not be empty");
  set_range(ctx, 0, used_range(ctx));
}

}  // namespace

void register_requantize(OpRegistry& registry) {
  const std::vector<AttrDef> types = {type_attr("Tinput", kQuantizedTypes),
                                      type_attr("out_type", kQuantizedTypes)};
  registry.add({.signature = "Requantize(input: Tinput, input_min: float32, input_max: float32, "
                             "requested_output_min: float32, requested_output_max: float32) -> "
                             "(output: out_type, output_min: float32, output_max: float32)",
                .attrs = types,
                .shape = same_shape_and_range,
                .kernel = to_given_range});
  registry.add({.signature = "QuantizeDownAndShrinkRange(input: Tinput, input_min: float32, "
                             "input_max: float32) -> (output: out_type, output_min: float32, "
                             "output_max: float32)",
                .attrs = types,
                .shape = same_shape_and_range,
                .kernel = shrink});
  registry.add({.signature = "RequantizationRange(input: Tinput, input_min: float32, input_max: "
                             "float32) -> (output_min: float32, output_max: float32)",
                .attrs = {type_attr("Tinput", kQuantizedTypes)},
                .shape = shapes::scalar,
                .kernel = range_only});
}

}  // namespace rill
