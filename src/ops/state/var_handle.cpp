#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"
#include "ops/variable_access.h"

namespace rill {
namespace {

void run_var_handle(KernelContext& ctx) {
  ctx.set_output(
      0, Tensor::opaque(DType::resource,
                        find_or_make_variable(ctx, ctx.runtime().resources(),
                                              ctx.attr<DType>("dtype"), ctx.attr<Shape>("shape"))));
}

void destroy(KernelContext& ctx) {
  const bool ignore = ctx.attr<bool>("ignore_lookup_error");
  const std::shared_ptr<Opaque>& resource = ctx.input(0).opaque_at(0);
  // Handles that somebody still holds see an uninitialized variable.
  auto* variable = dynamic_cast<VariableState*>(resource.get());
  if (!ignore && (!resource || (variable && !variable->initialized()))) {
    ctx.fail(Code::not_found, "the resource does not exist");
  }
  if (variable) variable->clear();
}

void nothing(KernelContext&) {}

}  // namespace

void register_var_handle(OpRegistry& registry) {
  registry.add({.signature = "VarHandleOp() -> (resource: resource)",
                .attrs = {string_attr("container", ""), string_attr("shared_name", ""),
                          string_attr("debug_name", ""), type_attr("dtype"), shape_attr("shape"),
                          string_list_attr("allowed_devices")},
                .shape = shapes::scalar,
                .kernel = run_var_handle,
                .stateful = true});
  registry.add({.signature = "DestroyResourceOp(resource: resource) -> ()",
                .attrs = {bool_attr("ignore_lookup_error", true)},
                .shape = shapes::none,
                .kernel = destroy,
                .stateful = true});
  registry.add({.signature = "DisableCopyOnRead(resource: resource) -> ()",
                .shape = shapes::none,
                .kernel = nothing,
                .stateful = true});
}

}  // namespace rill
