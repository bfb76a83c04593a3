// Ref variables of TensorFlow 1: the output of these ops is the variable itself.
#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"
#include "ops/type_sets.h"
#include "ops/variable_access.h"

namespace rill {
namespace {

// The old op "Variable" could not tell a scalar from "shape not known".
template <bool scalar_is_unknown>
Shape declared(const NodeAccess& node) {
  const Shape& shape = node.attr<Shape>("shape");
  return scalar_is_unknown && shape.rank() == 0 ? Shape::unknown_rank() : shape;
}

template <bool scalar_is_unknown>
void variable_shape_of(ShapeContext& ctx) {
  ctx.set_output(0, declared<scalar_is_unknown>(ctx));
}

template <bool scalar_is_unknown>
void variable(KernelContext& ctx) {
  ctx.set_output(
      0, Tensor::opaque(DType::resource, find_or_make_variable(ctx, ctx.runtime().resources(),
                                                               ctx.attr<DType>("dtype"),
                                                               declared<scalar_is_unknown>(ctx))));
}

void assign_shape(ShapeContext& ctx) {
  ctx.set_output(
      0, ctx.attr<bool>("validate_shape") ? ctx.merge(ctx.input(0), ctx.input(1)) : ctx.input(1));
}

void assign_ref(KernelContext& ctx) {
  variable_input(ctx, ctx.input(1).dtype())->assign(ctx.input(1), ctx.attr<bool>("validate_shape"));
  pass_ref(ctx);
}

// Lives from its node to the DestroyTemporaryVariable of the same name, within one step.
std::string temporary_name(const NodeAccess& node) {
  const std::string& name = node.attr<std::string>("var_name");
  return str("temporary variable ", name.empty() ? std::string(node.node_name()) : name);
}

void temporary(KernelContext& ctx) {
  const Shape& shape = ctx.attr<Shape>("shape");
  const DType dtype = ctx.attr<DType>("dtype");
  const std::string name = temporary_name(ctx);
  auto state = std::make_shared<VariableState>(name, dtype, shape);
  state->assign(Tensor::zeros(dtype, shape));
  ctx.runtime().step_resources().put("", name, state);
  ctx.set_output(0, Tensor::opaque(DType::resource, state));
}

void destroy_temporary(KernelContext& ctx) {
  Tensor value = variable_input(ctx, ctx.output_dtype(0))->read();
  ctx.runtime().step_resources().erase("", temporary_name(ctx));
  ctx.set_output(0, std::move(value));
}

}  // namespace

void register_ref_variable(OpRegistry& registry) {
  registry.add({.signature = "VariableV2() -> (ref: Ref(dtype))",
                .attrs = {shape_attr("shape"), type_attr("dtype"), string_attr("container", ""),
                          string_attr("shared_name", "")},
                .shape = variable_shape_of<false>,
                .kernel = variable<false>,
                .stateful = true});
  registry.add({.signature = "Variable() -> (ref: Ref(dtype))",
                .attrs = {shape_attr("shape"), type_attr("dtype"), string_attr("container", ""),
                          string_attr("shared_name", "")},
                .shape = variable_shape_of<true>,
                .kernel = variable<true>,
                .stateful = true});
  registry.add(
      {.signature = "Assign(ref: Ref(T), value: T) -> (output_ref: Ref(T))",
       .attrs = {type_attr("T"), bool_attr("validate_shape", true), bool_attr("use_locking", true)},
       .shape = assign_shape,
       .kernel = assign_ref,
       .stateful = true,
       .not_differentiable = true});
  registry.add({.signature = "AssignAdd(ref: Ref(T), value: T) -> (output_ref: Ref(T))",
                .attrs = {type_attr("T", kNumericTypes), bool_attr("use_locking", false)},
                .shape = ref_shape,
                .kernel = [](KernelContext& ctx) { assign_combined(ctx, ScatterMode::add); },
                .stateful = true,
                .not_differentiable = true});
  registry.add({.signature = "AssignSub(ref: Ref(T), value: T) -> (output_ref: Ref(T))",
                .attrs = {type_attr("T", kNumericTypes), bool_attr("use_locking", false)},
                .shape = ref_shape,
                .kernel = [](KernelContext& ctx) { assign_combined(ctx, ScatterMode::sub); },
                .stateful = true,
                .not_differentiable = true});
  registry.add({.signature = "TemporaryVariable() -> (ref: Ref(dtype))",
                .attrs = {shape_attr("shape"), type_attr("dtype"), string_attr("var_name", "")},
                .shape = shapes::from_shape_attr,
                .kernel = temporary,
                .stateful = true});
  registry.add({.signature = "DestroyTemporaryVariable(ref: Ref(T)) -> (value: T)",
                .attrs = {type_attr("T"), string_attr("var_name")},
                .shape = ref_shape,
                .kernel = destroy_temporary,
                .stateful = true});
}

}  // namespace rill
