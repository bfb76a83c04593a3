#include "kernels/elementwise.h"
#include "op/emit.h"
#include "op/prepared.h"
#include "op/registry.h"
#include "op/shape_context.h"
#include "ops/gradient_tools.h"
#include "ops/type_sets.h"
#include "rill/ops/math.hpp"
#include "tensor/storage_dtype.h"

namespace rill {
namespace {

// max(min(t, high), low), as two kernels: the result is the intermediate memory too.
struct ClipByValueRun {
  kernels::Binary lower;
  kernels::Binary upper;
  void operator()(const RunArgs& args) const {
    upper.run(args.in[0], args.in[2], args.out[0]);
    lower.run(args.out[0], args.in[1], args.out[0]);
  }
};

Prepared prepare_clip_by_value(const PrepareContext& ctx) {
  const Shape& shape = ctx.input(0);
  for (int i = 1; i <= 2; ++i) {
    ctx.require(ctx.input(i).rank() == 0 || ctx.input(i) == shape, "bounds must be scalars or have",
                " the shape of the tensor, ", shape, ", but input ", i, " has shape ",
                ctx.input(i));
  }
  const DType dtype = storage_dtype(ctx.input_dtype(0));
  return prepared(ClipByValueRun{
      kernels::prepare_binary(kernels::BinaryOp::maximum, dtype, shape, ctx.input(1)),
      kernels::prepare_binary(kernels::BinaryOp::minimum, dtype, shape, ctx.input(2))});
}

// A bound gets the gradient of the elements it holds back (tensorflow/python/ops/clip_ops.py).
Values clip_by_value_gradient(const GradContext& ctx) {
  const Value &x = ctx.input(0), &low = ctx.input(1), &high = ctx.input(2);
  const Value &dy = ctx.output_gradient(0), zero = grads::scalar_like(dy, 0);
  const Value below = x<low, above = x> high;
  Values out = {grads::select(ops::logical_or(below, above), zero, dy), {}, {}};
  if (ctx.needs_gradient(1)) out[1] = grads::sum_to(grads::select(below, dy, zero), low, x);
  if (ctx.needs_gradient(2)) out[2] = grads::sum_to(grads::select(above, dy, zero), high, x);
  return out;
}

}  // namespace

Value ops::clip_by_value(const Value& x, const Value& minimum, const Value& maximum,
                         std::string_view name) {
  // Bounds that broadcast otherwise than as scalars are left to Minimum and Maximum, as in Python.
  return ops::maximum(ops::minimum(x, maximum), minimum, name);
}

void register_clip_by_value(OpRegistry& registry) {
  registry.add({.signature = "ClipByValue(t: T, clip_value_min: T, clip_value_max: T) -> "
                             "(output: T)",
                .attrs = {type_attr("T", kNumericTypes)},
                .shape = shapes::unchanged,
                .prepare = prepare_clip_by_value,
                .gradient = clip_by_value_gradient,
                .in_place = 1});
}

}  // namespace rill
