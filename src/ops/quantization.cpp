#include "ops/quantization.h"

#include "op/shape_context.h"

namespace rill {

Range range_input(const KernelContext& ctx, int min_at, int max_at) {
  const auto one = [&](int i) {
    const Tensor& t = ctx.input(i);
    ctx.require(t.size() == 1, "input ", i, " must be a scalar, got shape ", t.shape());
    return *t.data<float>();
  };
  return {one(min_at), one(max_at)};
}

void set_range(KernelContext& ctx, int first, Range range) {
  *ctx.output(first, Shape{}).data<float>() = range.min;
  *ctx.output(first + 1, Shape{}).data<float>() = range.max;
}

void range_outputs_shape(ShapeContext& ctx, int first) {
  ctx.set_output(first, Shape{});
  ctx.set_output(first + 1, Shape{});
}

void same_shape_and_range(ShapeContext& ctx) {
  ctx.set_output(0, ctx.input(0));
  range_outputs_shape(ctx, 1);
}

}  // namespace rill
