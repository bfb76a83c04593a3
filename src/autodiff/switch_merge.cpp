// Conditionals of TensorFlow 1, outside of loops: the gradient of Switch is a Merge and the other
// way round (tensorflow/python/ops/control_flow_grad.py).
#include "autodiff/branch_conditions.h"
#include "autodiff/structural.h"
#include "base/fail.h"

namespace rill::autodiff {
namespace {

// Zeros that live exactly when the Switch of `ctx` sends its value to `side`. The forward values do
// not tell: the body of a loop keeps a stand-in for those that were dead.
Value zeros_on(const GradContext& ctx, int side) {
  const Value& value = ctx.input(0);
  Value zeros = emit("ZerosLike", {value});
  if (!value.is_symbolic()) return zeros;
  const std::shared_ptr<GraphImpl> graph = current_graph();
  const auto outer = branch_conditions(*graph, {value.rep()->node, value.rep()->output});
  for (auto c = outer.rbegin(); c != outer.rend(); ++c) {
    zeros = emit_all("Switch", {zeros, graph->tensor(c->predicate)})[static_cast<size_t>(c->side)];
  }
  return emit_all("Switch", {zeros, ctx.input(1)})[static_cast<size_t>(side)];
}

}  // namespace

Values gradient_of_switch(const GradContext& ctx) {
  Values sides;
  for (int i = 0; i < 2; ++i) {
    const Value& g = ctx.output_gradient(i);
    // Dead when the side is not taken, like any gradient that flows on it.
    sides.push_back(g ? g : zeros_on(ctx, i));
  }
  return {emit_all("Merge", sides)[0], Value()};
}

Values gradient_of_merge(const GradContext& ctx) {
  Values out(static_cast<size_t>(ctx.num_inputs()));
  const Value& g = ctx.output_gradient(0);
  if (!g) return out;
  for (int i = 0; i < ctx.num_inputs(); ++i) {
    const Value taken = emit("Equal", {ctx.output(1), Tensor::scalar<int32_t>(i)});
    out[static_cast<size_t>(i)] = emit_all("Switch", {g, taken})[1];
  }
  return out;
}

}  // namespace rill::autodiff
