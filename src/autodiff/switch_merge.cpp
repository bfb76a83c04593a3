// Conditionals of TensorFlow 1, outside of loops: the gradient of Switch is a Merge and the other
// way round (tensorflow/python/ops/control_flow_grad.py).
#include "autodiff/structural.h"
#include "base/fail.h"

namespace rill::autodiff {

Values gradient_of_switch(const GradContext& ctx) {
  Values sides;
  for (int i = 0; i < 2; ++i) {
    const Value& g = ctx.output_gradient(i);
    // Dead when the side is not taken, like any gradient that flows on it.
    sides.push_back(g ? g : emit("ZerosLike", {ctx.output(i)}));
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
