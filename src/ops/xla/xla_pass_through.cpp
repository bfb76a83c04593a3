// Ops of XLA that say something to its compiler and give back what they get.
#include "op/emit.h"
#include "op/registry.h"
#include "ops/xla.h"

namespace rill {
namespace {

void infer_xla_pass_through(ShapeContext& ctx) {
  for (int i = 0; i < ctx.num_outputs(); ++i) ctx.set_output(i, ctx.input(i));
}

void run_xla_pass_through(KernelContext& ctx) {
  for (int i = 0; i < ctx.num_outputs(); ++i) ctx.set_output(i, ctx.input(i));
}

Values xla_pass_through_gradient(const GradContext& ctx) {
  Values out;
  for (int i = 0; i < ctx.num_outputs(); ++i) out.push_back(ctx.output_gradient(i));
  return out;
}

}  // namespace

void register_xla_pass_through(OpRegistry& registry) {
  registry.add({.signature = "XlaOptimizationBarrier(input: list(T)) -> (output: list(T))",
                .attrs = {type_list_attr("T")},
                .shape = infer_xla_pass_through,
                .kernel = run_xla_pass_through});
  registry.add({.signature = "XlaSharding(input: T) -> (output: T)",
                .attrs = {type_attr("T"), string_attr("sharding", ""),
                          int_list_attr("unspecified_dims", {})},
                .shape = infer_xla_pass_through,
                .kernel = run_xla_pass_through,
                .gradient = xla_pass_through_gradient});
}

}  // namespace rill
