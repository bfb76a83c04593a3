// Cumsum, Cumprod, CumulativeLogsumexp.
#include "kernels/scan.h"
#include "op/emit.h"
#include "op/registry.h"
#include "ops/args.h"
#include "ops/gradient_tools.h"
#include "ops/type_sets.h"
#include "rill/ops/math.hpp"
#include "tensor/storage_dtype.h"

namespace rill {
namespace {

void infer_cumulative(ShapeContext& ctx) {
  ctx.require_rank_exactly(1, 0);
  const auto axis = ctx.int_scalar(1);
  if (axis && ctx.input(0).has_rank()) canonical_axis(ctx.op(), *axis, ctx.input(0).rank());
  ctx.set_output(0, ctx.input(0));
}

struct CumulativeRun {
  kernels::Scan kernel;
  void operator()(const RunArgs& args) const { kernel.run(args.in[0], args.out[0]); }
};

template <kernels::ScanOp op>
Prepared prepare_cumulative(const PrepareContext& ctx) {
  if (!ctx.constant(1)) return {};
  const Shape& x = ctx.input(0);
  const int axis = canonical_axis(ctx.op(), ctx.constant(1)->item<int64_t>(), x.rank());
  return prepared(CumulativeRun{kernels::prepare_scan(
      op, storage_dtype(ctx.input_dtype(0)), product(x, 0, axis), x[axis],
      product(x, axis + 1, x.rank()), ctx.attr<bool>("exclusive"), ctx.attr<bool>("reverse"))});
}

template <kernels::ScanOp op>
OpDef def(std::string_view name, std::span<const DType> types) {
  return OpDef(
      OpSpec{.signature = str(name, "(x: T, axis: Tidx) -> (out: T)"),
             .attrs = {bool_attr("exclusive", false), bool_attr("reverse", false),
                       type_attr("T", types), type_attr("Tidx", kIndexTypes, DType::int32)},
             .shape = infer_cumulative,
             .prepare = prepare_cumulative<op>});
}

Value scan(std::string_view op, const Value& x, int64_t axis, bool exclusive, bool reverse,
           std::string_view name) {
  return emit(op, {x, Tensor::scalar(static_cast<int32_t>(axis))},
              {{"exclusive", exclusive}, {"reverse", reverse}}, name);
}

Value again(const GradContext& ctx, std::string_view op, const Value& x, bool turned) {
  const bool reverse = ctx.attr<bool>("reverse");
  return emit(
      op, {x, ctx.input(1)},
      {{"exclusive", ctx.attr<bool>("exclusive")}, {"reverse", turned ? !reverse : reverse}});
}

// Formulas of the gradients: tensorflow/python/ops/math_grad.py.
Values sum_gradient(const GradContext& ctx) {
  return {again(ctx, "Cumsum", ctx.output_gradient(0), true), {}};
}

Values product_gradient(const GradContext& ctx) {
  const Value& x = ctx.input(0);
  const Value product = again(ctx, "Cumprod", x, false);
  return {ops::divide_no_nan(again(ctx, "Cumsum", product * ctx.output_gradient(0), true), x), {}};
}

double lowest(DType dtype) {
  switch (dtype) {
    case DType::float16:
      return -65504;
    case DType::bfloat16:
      return -3.3895313892515355e38;
    case DType::float32:
      return std::numeric_limits<float>::lowest();
    default:
      return std::numeric_limits<double>::lowest();
  }
}

// Positive and negative gradients apart, each as a logarithm.
Values log_sum_exp_gradient(const GradContext& ctx) {
  const Value &x = ctx.input(0), &y = ctx.output(0), &dy = ctx.output_gradient(0);
  const Value zero = grads::scalar_like(dy, 0), least = grads::scalar_like(dy, lowest(dy.dtype()));
  const auto part = [&](const Value& chosen, const Value& size) {
    const Value log = grads::select(chosen, ops::log(size), least);
    return ops::exp(again(ctx, "CumulativeLogsumexp", log - y, true) + x);
  };
  return {part(dy > zero, dy) - part(dy < zero, -dy), {}};
}

}  // namespace

Value ops::cumsum(const Value& x, int64_t axis, bool exclusive, bool reverse,
                  std::string_view name) {
  return scan("Cumsum", x, axis, exclusive, reverse, name);
}
Value ops::cumprod(const Value& x, int64_t axis, bool exclusive, bool reverse,
                   std::string_view name) {
  return scan("Cumprod", x, axis, exclusive, reverse, name);
}

void register_cumulative(OpRegistry& registry) {
  registry.add(grads::with(def<kernels::ScanOp::sum>("Cumsum", kNumericTypes), sum_gradient));
  registry.add(grads::with(def<kernels::ScanOp::prod>("Cumprod", kNumericTypes), product_gradient));
  registry.add(grads::with(def<kernels::ScanOp::logsumexp>("CumulativeLogsumexp", kFloatTypes),
                           log_sum_exp_gradient));
}

}  // namespace rill
