// The gradients of elementwise functions that TensorFlow has as ops: y is the function's result.
#include "ops/gradient_tools.h"
#include "ops/math/elementwise.h"
#include "rill/ops/math.hpp"

namespace rill {
namespace {

// Second derivatives (tensorflow/python/ops/math_grad.py): a is y, b is dy, g flows back.
Values sigmoid_second(const GradContext& ctx) {
  const Value a = grads::conj(ctx.input(0)), b = grads::conj(ctx.input(1));
  const Value g = ctx.output_gradient(0), gb = g * b;
  return {gb - 2.0 * gb * a, emit("SigmoidGrad", {a, g})};
}

Values tanh_second(const GradContext& ctx) {
  const Value a = grads::conj(ctx.input(0)), b = grads::conj(ctx.input(1));
  const Value g = ctx.output_gradient(0);
  return {g * -2.0 * b * a, emit("TanhGrad", {a, g})};
}

Values rsqrt_second(const GradContext& ctx) {
  const Value a = grads::conj(ctx.input(0)), g = ctx.output_gradient(0);
  return {-1.5 * grads::conj(g) * ctx.input(1) * ops::square(a), emit("RsqrtGrad", {a, g})};
}

Values sqrt_second(const GradContext& ctx) {
  const Value ga = ctx.output_gradient(0) / ctx.input(0);
  return {-grads::conj(ga) * ctx.output(0), 0.5 * ga};
}

Values reciprocal_second(const GradContext& ctx) {
  const Value a = grads::conj(ctx.input(0)), g = ctx.output_gradient(0);
  return {grads::conj(g) * -2.0 * ctx.input(1) * a, emit("ReciprocalGrad", {a, g})};
}

// Unlike other operations of two inputs these do not broadcast.
template <kernels::BinaryOp op>
OpDef same_shape_def(std::string signature, std::vector<AttrDef> attrs) {
  OpDef def = elementwise::binary_def<op>(std::move(signature), std::move(attrs));
  def.shape = [](ShapeContext& ctx) { ctx.set_output(0, ctx.merge(ctx.input(0), ctx.input(1))); };
  return def;
}

}  // namespace

void register_unary_grad(OpRegistry& registry) {
  using enum kernels::BinaryOp;
  const std::vector<AttrDef> attrs = {type_attr("T", kFloatComplexTypes)};
  registry.add(grads::with(
      same_shape_def<sigmoid_grad>("SigmoidGrad(y: T, dy: T) -> (z: T)", attrs), sigmoid_second));
  registry.add(grads::with(same_shape_def<tanh_grad>("TanhGrad(y: T, dy: T) -> (z: T)", attrs),
                           tanh_second));
  registry.add(grads::with(same_shape_def<rsqrt_grad>("RsqrtGrad(y: T, dy: T) -> (z: T)", attrs),
                           rsqrt_second));
  registry.add(grads::with(same_shape_def<sqrt_grad>("SqrtGrad(y: T, dy: T) -> (z: T)", attrs),
                           sqrt_second));
  registry.add(
      grads::with(same_shape_def<reciprocal_grad>("ReciprocalGrad(y: T, dy: T) -> (z: T)", attrs),
                  reciprocal_second));
  registry.add(grads::with(same_shape_def<reciprocal_grad>("InvGrad(y: T, dy: T) -> (z: T)", attrs),
                           reciprocal_second));
}

}  // namespace rill
