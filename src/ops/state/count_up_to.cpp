#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"
#include "ops/variable_access.h"

namespace rill {
namespace {

template <typename T>
void count(KernelContext& ctx, VariableState& variable) {
  const int64_t limit = ctx.attr<int64_t>("limit");
  T before = 0;
  variable.update([&](Tensor& value) {
    ctx.require(value.rank() == 0, "input is not a scalar: ", value.shape());
    before = *value.data<T>();
    if (before >= limit) ctx.fail(Code::out_of_range, "Reached limit of ", limit);
    *value.data<T>() = static_cast<T>(before + 1);
  });
  *ctx.output(0, Shape{}).data<T>() = before;
}

void run_count_up_to(KernelContext& ctx) {
  const auto variable = variable_input(ctx, ctx.output_dtype(0));
  if (ctx.output_dtype(0) == DType::int64) {
    count<int64_t>(ctx, *variable);
  } else {
    count<int32_t>(ctx, *variable);
  }
}

}  // namespace

void register_count_up_to(OpRegistry& registry) {
  registry.add({.signature = "CountUpTo(ref: Ref(T)) -> (output: T)",
                .attrs = {int_attr("limit"), type_attr("T", kIndexTypes)},
                .shape = shapes::scalar,
                .kernel = run_count_up_to,
                .stateful = true});
  registry.add({.signature = "ResourceCountUpTo(resource: resource) -> (output: T)",
                .attrs = {int_attr("limit"), type_attr("T", kIndexTypes)},
                .shape = shapes::scalar,
                .kernel = run_count_up_to,
                .stateful = true});
}

}  // namespace rill
