#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"

namespace rill {
namespace {

void infer_const(ShapeContext& ctx) {
  const Tensor& value = ctx.attr<Tensor>("value");
  ctx.set_output(0, value.shape());
  constexpr int64_t kSmall = 1024;
  if ((value.dtype() == DType::int32 || value.dtype() == DType::int64) && value.rank() <= 1 &&
      value.size() <= kSmall) {
    ctx.set_partial(0, {value.rank() == 0, value.to_vector<int64_t>()});
  }
}

void run_const(KernelContext& ctx) {
  const Tensor& value = ctx.attr<Tensor>("value");
  ctx.require(value.dtype() == ctx.output_dtype(0), "the value is ", value.dtype(),
              " but the attribute dtype is ", ctx.output_dtype(0));
  ctx.set_output(0, value);
}

}  // namespace

void register_const(OpRegistry& registry) {
  registry.add({.signature = "Const() -> (output: dtype)",
                .attrs = {tensor_attr("value"), type_attr("dtype")},
                .shape = infer_const,
                .kernel = run_const,
                .not_differentiable = true});
}

}  // namespace rill
