// Gradients that users registered: by op name, or by the name in a node's _gradient_op_type.
#include <map>
#include <mutex>

#include "autodiff/backprop.h"
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

std::shared_ptr<const CustomGradient> registered_gradient(const std::string& op,
                                                          const AttrMap& attrs) {
  Registered& all = registered();
  std::lock_guard lock(all.mutex);
  if (all.functions.empty()) return nullptr;
  const AttrValue* named = attrs.find("_gradient_op_type");
  const auto* name = named ? named->get_if<std::string>() : nullptr;
  const auto found = all.functions.find(name ? *name : op);
  return found == all.functions.end() ? nullptr : found->second;
}

}  // namespace autodiff

void register_gradient(const std::string& name, GradientFunction function) {
  auto made = autodiff::custom(function);
  Registered& all = registered();
  std::lock_guard lock(all.mutex);
  all.functions[name] = std::move(made);
}

}  // namespace rill
