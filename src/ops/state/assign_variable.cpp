#include "op/emit.h"
#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"
#include "ops/variable_access.h"
#include "rill/ops/state.hpp"

namespace rill {
namespace {

void check_shape(ShapeContext& ctx) { ctx.merge(ctx.handle_shape(0), ctx.input(1)); }

void assign(KernelContext& ctx) { variable_input(ctx, ctx.input(1).dtype())->assign(ctx.input(1)); }

}  // namespace

void ops::assign(const Value& variable_handle, const Value& value) {
  emit_all("AssignVariableOp", {variable_handle, value});
}
void ops::assign_add(const Value& variable_handle, const Value& value) {
  emit_all("AssignAddVariableOp", {variable_handle, value});
}
void ops::assign_sub(const Value& variable_handle, const Value& value) {
  emit_all("AssignSubVariableOp", {variable_handle, value});
}
Value ops::read_variable(const Value& variable_handle, DType dtype) {
  return emit("ReadVariableOp", {variable_handle}, {{"dtype", dtype}});
}

void register_assign_variable(OpRegistry& registry) {
  registry.add({.signature = "AssignVariableOp(resource: resource, value: dtype) -> ()",
                .attrs = {type_attr("dtype"), bool_attr("validate_shape", false)},
                .shape = check_shape,
                .kernel = assign,
                .stateful = true});
  registry.add({.signature = "AssignAddVariableOp(resource: resource, value: dtype) -> ()",
                .attrs = {type_attr("dtype")},
                .shape = check_shape,
                .kernel = [](KernelContext& ctx) { assign_combined(ctx, ScatterMode::add); },
                .stateful = true});
  registry.add({.signature = "AssignSubVariableOp(resource: resource, value: dtype) -> ()",
                .attrs = {type_attr("dtype")},
                .shape = check_shape,
                .kernel = [](KernelContext& ctx) { assign_combined(ctx, ScatterMode::sub); },
                .stateful = true});
}

}  // namespace rill
