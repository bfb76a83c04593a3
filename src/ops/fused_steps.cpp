#include "ops/fused_steps.h"

#include "op/op_def.h"
#include "ops/type_sets.h"

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
  steps.bias = take("BiasAdd");
  steps.residual = take("Add");
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
  const int64_t wanted = (steps.bias ? 1 : 0) + (steps.residual ? 1 : 0);
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

std::vector<AttrDef> fused_attrs(std::vector<AttrDef> more) {
  const AttrDef shared[] = {type_attr("T", kFloat32Only), int_attr("num_args", 0, 0),
                            string_list_attr("fused_ops"), float_attr("epsilon", 0.0001f),
                            float_attr("leakyrelu_alpha", 0.2f)};
  more.insert(more.begin(), std::begin(shared), std::end(shared));
  return more;
}

}  // namespace rill
