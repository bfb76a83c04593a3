#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"
#include "ops/gradient_tools.h"

namespace rill {
namespace {

void infer_concat_offset(ShapeContext& ctx) {
  for (int i = 1; i < ctx.num_inputs(); ++i) {
    ctx.require_rank_exactly(i, 1);
    ctx.set_output(i - 1, ctx.input(i));
  }
}

template <typename T>
void offsets(KernelContext& ctx, int64_t axis) {
  const Tensor& first = ctx.input(1);
  const auto n = static_cast<int>(first.size());
  const int a = canonical_axis(ctx.op(), axis, n);
  T at = 0;
  for (int i = 1; i < ctx.num_inputs(); ++i) {
    const Tensor& shape = ctx.input(i);
    ctx.require(shape.rank() == 1 && shape.size() == n, "input ", i - 1, " should contain ", n,
                " elements, but got shape ", shape.shape());
    Tensor& out = ctx.output(i - 1, Shape{n});
    for (int d = 0; d < n; ++d) {
      out.data<T>()[d] = d == a ? at : T{0};
      ctx.require(d == a || shape.data<T>()[d] == first.data<T>()[d], "All dimensions except ", a,
                  " must match. Input ", i - 1, " has shape [", shape.to_vector<int64_t>(),
                  "] and doesn't match input 0 with shape [", first.to_vector<int64_t>(), "].");
    }
    at = static_cast<T>(at + shape.data<T>()[a]);
  }
}

void run_concat_offset(KernelContext& ctx) {
  ctx.require(ctx.input(0).rank() == 0,
              "Concat dim tensor should be a scalar integer, but got shape ", ctx.input(0).shape());
  ctx.require(ctx.num_inputs() > 1 && ctx.input(1).rank() == 1, "the shapes must be vectors");
  const int64_t axis = ctx.input(0).item<int64_t>();
  if (ctx.input(1).dtype() == DType::int64) {
    offsets<int64_t>(ctx, axis);
  } else {
    offsets<int32_t>(ctx, axis);
  }
}

}  // namespace

void register_concat_offset(OpRegistry& registry) {
  registry.add(
      {.signature =
           "ConcatOffset(concat_dim: int32, shape: N*shape_type) -> (offset: N*shape_type)",
       .attrs = {at_least(2, int_attr("N")), type_attr("shape_type", kIndexTypes, DType::int32)},
       .shape = infer_concat_offset,
       .kernel = run_concat_offset,
       .not_differentiable = true});
}

}  // namespace rill
