// Activations of one tensor, and their gradients.
#include "op/emit.h"
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
void infer_grad(ShapeContext& ctx) { ctx.set_output(0, ctx.merge(ctx.input(0), ctx.input(1))); }

template <kernels::BinaryOp op>
OpDef grad_def(std::string signature, std::vector<AttrDef> attrs) {
  OpDef def = elementwise::binary_def<op>(std::move(signature), std::move(attrs));
  def.shape = infer_grad;
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
  registry.add(
      unary_def<K::relu>("Relu(features: T) -> (activations: T)", {type_attr("T", kReluTypes)}));
  registry.add(unary_def<K::relu6>("Relu6(features: T) -> (activations: T)", reals));
  registry.add(unary_def<K::selu>("Selu(features: T) -> (activations: T)", floats));
  registry.add(unary_def<K::softplus>("Softplus(features: T) -> (activations: T)", floats));
  registry.add(unary_def<K::softsign>("Softsign(features: T) -> (activations: T)", floats));
  OpDef elu = unary_def<K::elu>("Elu(features: T) -> (activations: T)", floats);
  elu.prepare = prepare_elu;
  registry.add(std::move(elu));
  OpDef leaky_relu = unary_def<K::leaky_relu>("LeakyRelu(features: T) -> (activations: T)", leaky);
  leaky_relu.prepare = prepare_leaky_relu;
  registry.add(std::move(leaky_relu));

  using G = kernels::BinaryOp;
  registry.add(
      grad_def<G::relu_grad>("ReluGrad(gradients: T, features: T) -> (backprops: T)", reals));
  registry.add(
      grad_def<G::relu6_grad>("Relu6Grad(gradients: T, features: T) -> (backprops: T)", reals));
  registry.add(
      grad_def<G::elu_grad>("EluGrad(gradients: T, outputs: T) -> (backprops: T)", floats));
  registry.add(
      grad_def<G::selu_grad>("SeluGrad(gradients: T, outputs: T) -> (backprops: T)", floats));
  registry.add(grad_def<G::softplus_grad>(
      "SoftplusGrad(gradients: T, features: T) -> (backprops: T)", floats));
  registry.add(grad_def<G::softsign_grad>(
      "SoftsignGrad(gradients: T, features: T) -> (backprops: T)", floats));
  OpDef leaky_grad = grad_def<G::leaky_relu_grad>(
      "LeakyReluGrad(gradients: T, features: T) -> (backprops: T)", leaky);
  leaky_grad.prepare = prepare_leaky_relu_grad;
  registry.add(std::move(leaky_grad));
}

}  // namespace rill
