// DeviceIndex: which of several implementations the device at hand takes.
#include <algorithm>

#include "op/registry.h"
#include "ops/args.h"

namespace rill {
namespace {

void run_device_index(KernelContext& ctx) {
  const auto& names = ctx.attr<std::vector<std::string>>("device_names");
  const auto found = std::find(names.begin(), names.end(), "CPU");
  *ctx.output(0, Shape{}).data<int32_t>() = static_cast<int32_t>(found - names.begin());
}

}  // namespace

void register_device_index(OpRegistry& registry) {
  registry.add({.signature = "DeviceIndex() -> (index: int32)",
                .attrs = {string_list_attr("device_names")},
                .shape = shapes::scalar,
                .kernel = run_device_index,
                .not_differentiable = true});
}

}  // namespace rill
