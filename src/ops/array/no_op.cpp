#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"

namespace rill {
namespace {

void nothing(KernelContext&) {}

}  // namespace

void register_no_op(OpRegistry& registry) {
  registry.add({.signature = "NoOp() -> ()", .shape = shapes::none, .kernel = nothing});
  registry.add({.signature = "ControlTrigger() -> ()", .shape = shapes::none, .kernel = nothing});
}

}  // namespace rill
