#include "ops/fused_steps.h"

#include "op/op_def.h"
#include "ops/composed.h"

namespace rill {
namespace {

using kernels::Act;

struct Name {
  std::string_view op;
  Act act;
  float alpha;
};
constexpr float kFromAttribute = -1.0f;
constexpr Name kActivations[] = {{"Relu", Act::relu, 0},
                                 {"Relu6", Act::relu6, 0},
                                 {"Elu", Act::elu, 1},
                                 {"LeakyRelu", Act::leaky_relu, kFromAttribute},
                                 {"Selu", Act::selu, 0},
                                 {"Sigmoid", Act::sigmoid, 0},
                                 {"Tanh", Act::tanh, 0},
                                 {"Softplus", Act::softplus, 0},
                                 {"Softsign", Act::softsign, 0},
                                 {"Exp", Act::exp, 0},
                                 {"GeluExact", Act::gelu_erf, 0},
                                 {"GeluApproximate", Act::gelu_tanh, 0},
                                 {"_Gelu", Act::gelu_erf, 0},
                                 {"_GeluApproximate", Act::gelu_tanh, 0},
                                 {"_Swish", Act::swish, 0},
                                 {"_MklSwish", Act::swish, 0},
                                 {"_HardSwish", Act::hard_swish, 0},
                                 {"_FusedHardSwish", Act::hard_swish, 0},
                                 {"_HardSigmoid", Act::hard_sigmoid, 0},
                                 {"_HardSigmoidKeras2", Act::hard_sigmoid_keras2, 0}};

}  // namespace

FusedSteps read_fused_steps(const NodeAccess& node) {
  const auto& names = node.attr<std::vector<std::string>>("fused_ops");
  FusedSteps steps;
  size_t at = 0;
  const auto take = [&](std::string_view name) {
    const bool found = at < names.size() && names[at] == name;
    if (found) ++at;
    return found;
  };
  steps.batch_norm = take("FusedBatchNorm");
  steps.bias = !steps.batch_norm && take("BiasAdd");
  steps.residual = !steps.batch_norm && take("Add");
  for (const Name& known : kActivations) {
    if (!take(known.op)) continue;
    const float alpha =
        known.alpha == kFromAttribute ? node.attr<float>("leakyrelu_alpha") : known.alpha;
    steps.activation = {known.act, alpha};
    break;
  }
  if (at != names.size()) {
    node.fail(Code::unimplemented, "fused_ops has ", quoted(names[at]),
              " where only BiasAdd, Add and an activation, in this order, are known");
  }
  const int64_t wanted = steps.batch_norm ? 4 : (steps.bias ? 1 : 0) + (steps.residual ? 1 : 0);
  node.require(node.attr<int64_t>("num_args") == wanted, "fused_ops needs ", wanted,
               " args, but num_args is ", node.attr<int64_t>("num_args"));
  return steps;
}

kernels::Activation activation_of(const NodeAccess& node, std::string_view name, float alpha) {
  if (name == "Identity") return {};
  for (const Name& known : kActivations) {
    if (known.op == name) return {known.act, known.alpha == kFromAttribute ? alpha : known.alpha};
  }
  node.fail(Code::unimplemented, quoted(name), " is not an activation that can be fused");
}

void require_fused_args(const ShapeContext& ctx, const FusedSteps& steps, int channel_axis) {
  const Shape& y = ctx.output(0);
  int arg = 2;
  for (int i = 2; steps.batch_norm && i < ctx.num_inputs(); ++i) {
    ctx.require(!y.has_rank() || ctx.input(i).is_compatible_with(Shape{y[channel_axis]}),
                "argument ", i - 2, " has shape ", ctx.input(i), ", but the result ", y);
  }
  if (steps.bias) {
    const Shape& bias = ctx.input(arg);
    ctx.require(!y.has_rank() || bias.is_compatible_with(Shape{y[channel_axis]}),
                "the bias has shape ", bias, ", but the result ", y);
    ++arg;
  }
  if (steps.residual) {
    ctx.require(ctx.input(arg).is_compatible_with(y), "what is added has shape ", ctx.input(arg),
                ", but the result ", y);
  }
}

Tensor in_dtype(const Tensor& t, DType dtype) {
  if (t.dtype() == dtype) return t;
  return run_op_now("Cast", {t}, {{"SrcT", t.dtype()}, {"DstT", dtype}})[0];
}

void run_steps(KernelContext& ctx, Tensor product) {
  const FusedSteps steps = read_fused_steps(ctx);
  const DType dtype = product.dtype();
  const AttrMap typed{{"T", dtype}};
  const auto arg = [&](int i) { return in_dtype(ctx.input(2 + i), dtype); };
  Tensor y = std::move(product);
  const auto apply = [&](const char* op, const Tensor& with) {
    y = run_op_now(op, {y, with}, typed)[0];
  };
  if (steps.bias) apply("BiasAdd", arg(0));
  if (steps.residual) apply("AddV2", arg(steps.bias ? 1 : 0));
  if (steps.batch_norm) {
    const Tensor epsilon = in_dtype(Tensor::scalar(ctx.attr<float>("epsilon")), dtype);
    const Tensor variance = run_op_now("AddV2", {arg(3), epsilon}, typed)[0];
    const Tensor inverse = run_op_now("Rsqrt", {variance}, typed)[0];
    apply("Sub", arg(2));
    apply("Mul", run_op_now("Mul", {inverse, arg(0)}, typed)[0]);
    apply("AddV2", arg(1));
  }
  if (steps.activation.kind != Act::none) {
    const std::string& name = ctx.attr<std::vector<std::string>>("fused_ops").back();
    AttrMap attrs = typed;
    if (name == "LeakyRelu") attrs.set("alpha", ctx.attr<float>("leakyrelu_alpha"));
    y = run_op_now(name, {y}, std::move(attrs))[0];
  }
  ctx.set_output(0, in_dtype(y, ctx.output_dtype(0)));
}

std::vector<AttrDef> fused_attrs(std::vector<AttrDef> more, std::span<const DType> types) {
  const AttrDef shared[] = {type_attr("T", types), int_attr("num_args", 0, 0),
                            string_list_attr("fused_ops"), float_attr("epsilon", 0.0001f),
                            float_attr("leakyrelu_alpha", 0.2f)};
  more.insert(more.begin(), std::begin(shared), std::end(shared));
  return more;
}

}  // namespace rill
