// Cumsum, Cumprod, CumulativeLogsumexp.
#include "kernels/scan.h"
#include "op/emit.h"
#include "op/registry.h"
#include "ops/args.h"
#include "ops/type_sets.h"
#include "rill/ops/math.hpp"

namespace rill {
namespace {

void infer(ShapeContext& ctx) {
  ctx.require_rank_exactly(1, 0);
  const auto axis = ctx.int_scalar(1);
  if (axis && ctx.input(0).has_rank()) canonical_axis(ctx.op(), *axis, ctx.input(0).rank());
  ctx.set_output(0, ctx.input(0));
}

struct Run {
  kernels::Scan kernel;
  void operator()(const RunArgs& args) const { kernel.run(args.in[0], args.out[0]); }
};

template <kernels::ScanOp op>
Prepared prepare(const PrepareContext& ctx) {
  if (!ctx.constant(1)) return {};
  const Shape& x = ctx.input(0);
  const int axis = canonical_axis(ctx.op(), ctx.constant(1)->item<int64_t>(), x.rank());
  return prepared(Run{kernels::prepare_scan(
      op, storage_dtype(ctx.input_dtype(0)), product(x, 0, axis), x[axis],
      product(x, axis + 1, x.rank()), ctx.attr<bool>("exclusive"), ctx.attr<bool>("reverse"))});
}

template <kernels::ScanOp op>
OpDef def(std::string_view name, std::span<const DType> types) {
  return {.signature = str(name, "(x: T, axis: Tidx) -> (out: T)"),
          .attrs = {bool_attr("exclusive", false), bool_attr("reverse", false),
                    type_attr("T", types), type_attr("Tidx", kIndexTypes, DType::int32)},
          .shape = infer,
          .prepare = prepare<op>};
}

Value scan(std::string_view op, const Value& x, int64_t axis, bool exclusive, bool reverse,
           std::string_view name) {
  return emit(op, {x, Tensor::scalar(static_cast<int32_t>(axis))},
              {{"exclusive", exclusive}, {"reverse", reverse}}, name);
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
  registry.add(def<kernels::ScanOp::sum>("Cumsum", kNumericTypes));
  registry.add(def<kernels::ScanOp::prod>("Cumprod", kNumericTypes));
  registry.add(def<kernels::ScanOp::logsumexp>("CumulativeLogsumexp", kFloatTypes));
}

}  // namespace rill
