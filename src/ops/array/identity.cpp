#include "op/emit.h"
#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"
#include "ops/gradient_tools.h"
#include "rill/ops/array.hpp"

namespace rill {
namespace {

void infer_identity(ShapeContext& ctx) {
  for (int i = 0; i < ctx.num_outputs(); ++i) {
    ctx.set_output(i, ctx.input(i));
    if (const auto known = ctx.partial(i)) ctx.set_partial(i, *known);
  }
}

void pass_through(KernelContext& ctx) {
  for (int i = 0; i < ctx.num_outputs(); ++i) ctx.set_output(i, ctx.input(i));
}

void select_ref(KernelContext& ctx) {
  const Tensor& index = ctx.input(0);
  const int n = ctx.num_inputs() - 1;
  ctx.require(index.rank() == 0, "index must be a scalar, got shape ", index.shape());
  const auto i = *index.data<int32_t>();
  ctx.require(i >= 0 && i < n, "Index must be in the range [0, ", n, "), but got ", i);
  ctx.set_output(0, ctx.input(1 + i));
}

Values pass_all(const GradContext& ctx) {
  Values out;
  for (int i = 0; i < ctx.num_outputs(); ++i) out.push_back(ctx.raw_output_gradient(i));
  return out;
}

Values refuse_gradient(const GradContext& ctx) {
  fail(Code::not_found, "gradient explicitly disabled by ", ctx.def().name, ": ",
       ctx.attr<std::string>("message"));
}

}  // namespace

Value ops::identity(const Value& x) { return emit("Identity", {x}); }
Value ops::stop_gradient(const Value& x) { return emit("StopGradient", {x}); }

void register_identity(OpRegistry& registry) {
  registry.add({.signature = "Identity(input: T) -> (output: T)",
                .attrs = {type_attr("T")},
                .shape = infer_identity,
                .kernel = pass_through,
                .gradient = grads::pass,
                .view = true});
  registry.add({.signature = "StopGradient(input: T) -> (output: T)",
                .attrs = {type_attr("T")},
                .shape = infer_identity,
                .kernel = pass_through,
                .view = true,
                .not_differentiable = true});
  registry.add({.signature = "PreventGradient(input: T) -> (output: T)",
                .attrs = {type_attr("T"), string_attr("message", "")},
                .shape = infer_identity,
                .kernel = pass_through,
                .gradient = refuse_gradient,
                .view = true});
  registry.add({.signature = "Snapshot(input: T) -> (output: T)",
                .attrs = {type_attr("T")},
                .shape = infer_identity,
                .kernel = pass_through,
                .view = true});
  registry.add({.signature = "GuaranteeConst(input: T) -> (output: T)",
                .attrs = {type_attr("T")},
                .shape = infer_identity,
                .kernel = pass_through,
                .view = true});
  registry.add({.signature = "DebugGradientIdentity(input: T) -> (output: T)",
                .attrs = {type_attr("T")},
                .shape = infer_identity,
                .kernel = pass_through,
                .gradient = grads::pass,
                .view = true});
  registry.add({.signature = "IdentityN(input: list(T)) -> (output: list(T))",
                .attrs = {type_list_attr("T", 1)},
                .shape = infer_identity,
                .kernel = pass_through,
                .gradient = pass_all});
  // A ref passes on as the handle that it is.
  registry.add({.signature = "RefIdentity(input: Ref(T)) -> (output: Ref(T))",
                .attrs = {type_attr("T")},
                .shape = infer_identity,
                .kernel = pass_through,
                .gradient = grads::pass});
  registry.add({.signature = "RefSelect(index: int32, inputs: N*Ref(T)) -> (output: Ref(T))",
                .attrs = {type_attr("T"), at_least(1, int_attr("N"))},
                .shape = shapes::unknown,
                .kernel = select_ref});
}

}  // namespace rill
