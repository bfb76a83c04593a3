// Gradients in the place of an op's own: by op name, or by the name in a node's _gradient_op_type.
#include <map>
#include <mutex>

#include "autodiff/backprop.h"
#include "autodiff/saved_gradient.h"
#include "autodiff/structural.h"
#include "base/fail.h"
#include "op/registry.h"
#include "rill/autodiff.hpp"

namespace rill {
namespace {

struct Registered {
  std::mutex mutex;
  std::map<std::string, std::shared_ptr<const autodiff::CustomGradient>, std::less<>> functions;
};

Registered& registered() {
  static auto* const all = new Registered;  // never destroyed: threads may outlive main
  return *all;
}

}  // namespace

namespace autodiff {

std::shared_ptr<const CustomGradient> custom(const GradientFunction& function) {
  return std::make_shared<const CustomGradient>([function](const GradContext& ctx) {
    Values inputs, outputs, flows;
    for (int i = 0; i < ctx.num_inputs(); ++i) inputs.push_back(ctx.input(i));
    for (int i = 0; i < ctx.num_outputs(); ++i) {
      outputs.push_back(ctx.output(i));
      flows.push_back(ctx.output_gradient(i) || !is_differentiable(ctx.output(i).dtype())
                          ? ctx.output_gradient(i)
                          : zeros_of(ctx.output(i)));
    }
    return function({ctx.attrs(), inputs, outputs, flows});
  });
}

namespace {

std::shared_ptr<const CustomGradient> registered_under(const std::string& name) {
  Registered& all = registered();
  std::lock_guard lock(all.mutex);
  const auto found = all.functions.find(name);
  return found == all.functions.end() ? nullptr : found->second;
}

// tf.Graph.gradient_override_map({"Floor": "Identity"}): the gradient of another op.
Values gradient_like(const std::string& name, const GradContext& ctx) {
  const OpDef* other = op_registry().find(name);
  if (other != nullptr && other->not_differentiable) {
    return Values(static_cast<size_t>(ctx.num_inputs()));
  }
  const GradientFn structural = structural_gradient(name);
  if (structural != nullptr) return structural(ctx);
  if (other == nullptr || other->gradient == nullptr) {
    fail(Code::unimplemented, "op ", ctx.def().name, " has the gradient ", quoted(name),
         ", which is neither in the file nor that of an op; give it with register_gradient");
  }
  return other->gradient(ctx);
}

}  // namespace

std::shared_ptr<const CustomGradient> replaced_gradient(const OpDef& def, const AttrMap& attrs) {
  const AttrValue* attr = attrs.find("_gradient_op_type");
  const auto* name = attr ? attr->get_if<std::string>() : nullptr;
  // On calls the name is TensorFlow's own, of the derivative that it would make itself.
  if (name == nullptr || def.name.ends_with("PartitionedCall")) return registered_under(def.name);
  if (auto given = registered_under(*name)) return given;
  if (auto saved = saved_gradient(attrs)) return saved;
  return std::make_shared<const CustomGradient>(
      [name = *name](const GradContext& ctx) { return gradient_like(name, ctx); });
}

}  // namespace autodiff

void register_gradient(const std::string& name, GradientFunction function) {
  auto made = autodiff::custom(function);
  Registered& all = registered();
  std::lock_guard lock(all.mutex);
  all.functions[name] = std::move(made);
}

}  // namespace rill
