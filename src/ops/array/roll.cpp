#include "kernels/mapped_copy.h"
#include "kernels/strided_copy.h"
#include "op/emit.h"
#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"
#include "ops/gradient_tools.h"
#include "rill/ops/array.hpp"

namespace rill {
namespace {

void infer_roll(ShapeContext& ctx) {
  ctx.require_rank(0, 1);
  ctx.require_rank_at_most(1, 1);
  ctx.require_rank_at_most(2, 1);
  ctx.merge(ctx.input(1), ctx.input(2));
  ctx.set_output(0, ctx.input(0));
}

Prepared prepare_roll(const PrepareContext& ctx) {
  const Tensor* shift = ctx.constant(1);
  const Tensor* axis = ctx.constant(2);
  if (shift == nullptr || axis == nullptr) return {};
  const Shape& in = ctx.input(0);
  ctx.require(shift->shape() == axis->shape(), "shift and axis must have the same size");
  std::vector<int64_t> total(static_cast<size_t>(in.rank()), 0);
  const auto shifts = shift->to_vector<int64_t>();
  const auto axes = axis->to_vector<int64_t>();
  for (size_t i = 0; i < axes.size(); ++i) {
    ctx.require(axes[i] >= -in.rank() && axes[i] < in.rank(), "axis ", axes[i], " is out of range");
    const auto d = static_cast<size_t>(axes[i] < 0 ? axes[i] + in.rank() : axes[i]);
    const int64_t n = std::max<int64_t>(1, in[static_cast<int>(d)]);
    total[d] = (total[d] + shifts[i] % n + n) % n;
  }
  const auto strides = kernels::dense_strides(in);
  std::vector<std::vector<int64_t>> maps(total.size());
  for (size_t d = 0; d < total.size(); ++d) {
    const int64_t n = in[static_cast<int>(d)];
    for (int64_t i = 0; i < n; ++i) maps[d].push_back((i - total[d] + n) % n * strides[d]);
  }
  return prepared([copy = kernels::MappedCopy(ctx.output_dtype(0), std::move(maps))](
                      const RunArgs& args) { copy.run(args.in[0], args.out[0]); });
}

Values roll_gradient(const GradContext& ctx) {
  return {emit("Roll", {ctx.output_gradient(0), -ctx.input(1), ctx.input(2)}), {}, {}};
}

}  // namespace

Value ops::roll(const Value& x, const Value& shift, const Value& axis) {
  return emit("Roll", {x, shift, axis});
}

void register_roll(OpRegistry& registry) {
  registry.add(
      {.signature = "Roll(input: T, shift: Tshift, axis: Taxis) -> (output: T)",
       .attrs = {type_attr("T"), type_attr("Tshift", kIndexTypes), type_attr("Taxis", kIndexTypes)},
       .shape = infer_roll,
       .prepare = prepare_roll,
       .gradient = roll_gradient});
}

}  // namespace rill
