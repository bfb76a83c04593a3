#include <chrono>
#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"

namespace rill {
namespace {

void run(KernelContext& ctx) {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  *ctx.output(0, Shape{}).data<double>() = std::chrono::duration<double>(now).count();
}

}  // namespace

void register_timestamp(OpRegistry& registry) {
  registry.add({.signature = "Timestamp() -> (ts: float64)",
                .shape = shapes::scalar,
                .kernel = run,
                .stateful = true,
                .not_differentiable = true});
}

}  // namespace rill
