// Activations of one tensor, and their gradients.
#include "op/emit.h"
#include "ops/gradient_attrs.h"
#include "ops/math/elementwise.h"
#include "rill/ops/nn.hpp"

namespace rill {
namespace {

constexpr DType kReluTypes[] = {DType::float32, DType::float64, DType::int32,  DType::uint8,
                                DType::int16,   DType::int8,    DType::int64,  DType::bfloat16,
                                DType::uint16,  DType::float16, DType::uint32, DType::uint64,
                                DType::qint8};

Prepared prepare_leaky_relu(const PrepareContext& ctx) {
  return elementwise::bind_unary(ctx, kernels::UnaryOp::leaky_relu, ctx.attr<float>("alpha"));
}
Prepared prepare_elu(const PrepareContext& ctx) {
  return elementwise::bind_unary(ctx, kernels::UnaryOp::elu, 1.0);
}
Prepared prepare_leaky_relu_grad(const PrepareContext& ctx) {
  return elementwise::bind_binary(ctx, kernels::BinaryOp::leaky_relu_grad,
                                  ctx.attr<float>("alpha"));
}

// The gradients do not broadcast.
void infer_activation_grad(ShapeContext& ctx) {
  ctx.set_output(0, ctx.merge(ctx.input(0), ctx.input(1)));
}

template <kernels::BinaryOp op>
OpDef grad_def(std::string signature, std::vector<AttrDef> attrs) {
  OpDef def = elementwise::binary_def<op>(std::move(signature), std::move(attrs));
  def.shape = infer_activation_grad;
  return def;
}

// Gradients: tensorflow/python/ops/nn_grad.py.

// dx = grad_op(dy, output or input)
template <bool of_output>
Values through(const GradContext& ctx, const char* grad_op, AttrMap attrs = {}) {
  const Value& at = of_output ? ctx.output(0) : ctx.input(0);
  return {emit(grad_op, {ctx.output_gradient(0), at}, std::move(attrs))};
}
Values relu_gradient(const GradContext& ctx) { return through<true>(ctx, "ReluGrad"); }
Values relu6_gradient(const GradContext& ctx) { return through<true>(ctx, "Relu6Grad"); }
Values elu_gradient(const GradContext& ctx) { return through<true>(ctx, "EluGrad"); }
Values selu_gradient(const GradContext& ctx) { return through<true>(ctx, "SeluGrad"); }
Values softsign_gradient(const GradContext& ctx) { return through<false>(ctx, "SoftsignGrad"); }
Values leaky_relu_gradient(const GradContext& ctx) {
  return through<false>(ctx, "LeakyReluGrad", grads::same_attrs(ctx, {"alpha"}));
}
Values softplus_gradient(const GradContext& ctx) {
  return {grads::mul(ctx.output_gradient(0), emit("Sigmoid", {ctx.input(0)}))};
}

// The gradient ops are linear in dy: what flows back to it is the op itself. Their second input
// has a slope only where the activation is curved.
Value again(const GradContext& ctx) {
  return emit(ctx.def().name, {ctx.output_gradient(0), ctx.input(1)},
              grads::same_attrs(ctx, {"alpha"}));
}
Values straight_second(const GradContext& ctx) {
  return {again(ctx), grads::zeros_like(ctx.input(1))};
}
// Below zero the slope of elu and selu is y plus a constant.
Values elu_second(const GradContext& ctx) {
  const Value& y = ctx.input(1);
  const Value zeros = grads::zeros_like(y);
  return {again(ctx), emit("SelectV2", {emit("Less", {y, zeros}),
                                        grads::mul(ctx.output_gradient(0), ctx.input(0)), zeros})};
}
// d/dx sigmoid(x) = 1 / (exp(-x) + 2 + exp(x))
Values softplus_second(const GradContext& ctx) {
  const Value& x = ctx.input(1);
  const Value width = grads::add(grads::add(emit("Exp", {grads::neg(x)}), grads::scalar_like(x, 2)),
                                 emit("Exp", {x}));
  return {again(ctx), grads::div(grads::mul(ctx.output_gradient(0), ctx.input(0)), width)};
}
// d/dx 1 / (1 + |x|)^2 = -2 sign(x) / (1 + |x|)^3
Values softsign_second(const GradContext& ctx) {
  const Value& x = ctx.input(1);
  const Value one_more = grads::add(emit("Abs", {x}), grads::scalar_like(x, 1));
  const Value slope = grads::mul(emit("Sign", {x}), grads::scalar_like(x, -2));
  const Value product = grads::mul(ctx.output_gradient(0), ctx.input(0));
  return {again(ctx),
          grads::div(grads::mul(product, slope), grads::mul(one_more, grads::square(one_more)))};
}

OpDef with_gradient(OpDef def, GradientFn gradient) {
  def.gradient = gradient;
  return def;
}

}  // namespace

Value ops::relu(const Value& x, std::string_view name) { return emit("Relu", {x}, {}, name); }
Value ops::relu6(const Value& x, std::string_view name) { return emit("Relu6", {x}, {}, name); }
Value ops::elu(const Value& x, std::string_view name) { return emit("Elu", {x}, {}, name); }
Value ops::selu(const Value& x, std::string_view name) { return emit("Selu", {x}, {}, name); }
Value ops::softplus(const Value& x, std::string_view name) {
  return emit("Softplus", {x}, {}, name);
}
Value ops::softsign(const Value& x, std::string_view name) {
  return emit("Softsign", {x}, {}, name);
}
Value ops::leaky_relu(const Value& x, float alpha, std::string_view name) {
  return emit("LeakyRelu", {x}, {{"alpha", alpha}}, name);
}

void register_activation(OpRegistry& registry) {
  using elementwise::unary_def;
  using K = kernels::UnaryOp;
  const std::vector<AttrDef> floats = {type_attr("T", kFloatTypes)};
  const std::vector<AttrDef> reals = {type_attr("T", kRealTypes)};
  const std::vector<AttrDef> leaky = {float_attr("alpha", 0.2f),
                                      type_attr("T", kFloatTypes, DType::float32)};
  const auto add = [&](OpDef def, GradientFn gradient) {
    registry.add(with_gradient(std::move(def), gradient));
  };
  add(unary_def<K::relu>("Relu(features: T) -> (activations: T)", {type_attr("T", kReluTypes)}),
      relu_gradient);
  add(unary_def<K::relu6>("Relu6(features: T) -> (activations: T)", reals), relu6_gradient);
  add(unary_def<K::selu>("Selu(features: T) -> (activations: T)", floats), selu_gradient);
  add(unary_def<K::softplus>("Softplus(features: T) -> (activations: T)", floats),
      softplus_gradient);
  add(unary_def<K::softsign>("Softsign(features: T) -> (activations: T)", floats),
      softsign_gradient);
  OpDef elu = unary_def<K::elu>("Elu(features: T) -> (activations: T)", floats);
  elu.prepare = prepare_elu;
  add(std::move(elu), elu_gradient);
  OpDef leaky_relu = unary_def<K::leaky_relu>("LeakyRelu(features: T) -> (activations: T)", leaky);
  leaky_relu.prepare = prepare_leaky_relu;
  add(std::move(leaky_relu), leaky_relu_gradient);

  using G = kernels::BinaryOp;
  add(grad_def<G::relu_grad>("ReluGrad(gradients: T, features: T) -> (backprops: T)", reals),
      straight_second);
  add(grad_def<G::relu6_grad>("Relu6Grad(gradients: T, features: T) -> (backprops: T)", reals),
      straight_second);
  add(grad_def<G::elu_grad>("EluGrad(gradients: T, outputs: T) -> (backprops: T)", floats),
      elu_second);
  add(grad_def<G::selu_grad>("SeluGrad(gradients: T, outputs: T) -> (backprops: T)", floats),
      elu_second);
  add(grad_def<G::softplus_grad>("SoftplusGrad(gradients: T, features: T) -> (backprops: T)",
                                 floats),
      softplus_second);
  add(grad_def<G::softsign_grad>("SoftsignGrad(gradients: T, features: T) -> (backprops: T)",
                                 floats),
      softsign_second);
  OpDef leaky_grad = grad_def<G::leaky_relu_grad>(
      "LeakyReluGrad(gradients: T, features: T) -> (backprops: T)", leaky);
  leaky_grad.prepare = prepare_leaky_relu_grad;
  add(std::move(leaky_grad), straight_second);
}

}  // namespace rill
