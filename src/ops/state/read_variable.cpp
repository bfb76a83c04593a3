#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"
#include "ops/gradient_tools.h"
#include "ops/variable_access.h"

namespace rill {
namespace {

Tensor read(const KernelContext& ctx, int i, DType dtype) {
  const auto variable = ctx.resource<VariableState>(i);
  Tensor value = variable->read();
  if (value.dtype() != dtype) {
    ctx.fail(Code::invalid_argument, "Trying to read variable ", quoted(variable->name()),
             " with wrong dtype. Expected ", variable->dtype(), " got ", dtype);
  }
  return value;
}

void infer_shape(ShapeContext& ctx) {
  ctx.require(ctx.num_inputs() == ctx.num_outputs(), ctx.num_inputs(), " resources, but ",
              ctx.num_outputs(), " dtypes");
  for (int i = 0; i < ctx.num_outputs(); ++i) ctx.set_output(i, ctx.handle_shape(i));
}

void run(KernelContext& ctx) {
  ctx.require(ctx.num_inputs() == ctx.num_outputs(), ctx.num_inputs(), " resources, but ",
              ctx.num_outputs(), " dtypes");
  for (int i = 0; i < ctx.num_outputs(); ++i) ctx.set_output(i, read(ctx, i, ctx.output_dtype(i)));
}

void variable_shape_shape(ShapeContext& ctx) {
  const Shape shape = variable_shape(ctx);
  ctx.set_output(0, Shape{shape.rank()});
  if (!shape.has_rank()) return;
  PartialValue dims;
  for (const int64_t d : shape) dims.items.push_back(d < 0 ? PartialValue::kUnknown : d);
  ctx.set_partial(0, dims);
}

void run_variable_shape(KernelContext& ctx) {
  const Shape shape = ctx.resource<VariableState>(0)->read().shape();
  Tensor& out = ctx.output(0, Shape{shape.rank()});
  for (int i = 0; i < shape.rank(); ++i) {
    if (out.dtype() == DType::int64) {
      out.data<int64_t>()[i] = shape[i];
    } else {
      ctx.require(shape[i] <= INT32_MAX, "dimension ", shape[i], " does not fit int32");
      out.data<int32_t>()[i] = static_cast<int32_t>(shape[i]);
    }
  }
}

void is_initialized(KernelContext& ctx) {
  const auto variable = std::dynamic_pointer_cast<VariableState>(ctx.input(0).opaque_at(0));
  *ctx.output(0, Shape{}).data<bool>() = variable && variable->initialized();
}

}  // namespace

void register_read_variable(OpRegistry& registry) {
  registry.add({.signature = "ReadVariableOp(resource: resource) -> (value: dtype)",
                .attrs = {type_attr("dtype")},
                .shape = infer_shape,
                .kernel = run,
                .gradient = grads::pass,
                .stateful = true});
  registry.add({.signature = "_ReadVariablesOp(resources: N*resource) -> (values: list(dtypes))",
                .attrs = {at_least(0, int_attr("N")), type_list_attr("dtypes", 1)},
                .shape = infer_shape,
                .kernel = run,
                .stateful = true});
  registry.add({.signature = "VariableShape(input: resource) -> (output: out_type)",
                .attrs = {type_attr("out_type", kIndexTypes, DType::int32)},
                .shape = variable_shape_shape,
                .kernel = run_variable_shape,
                .stateful = true,
                .not_differentiable = true});
  registry.add({.signature = "VarIsInitializedOp(resource: resource) -> (is_initialized: bool)",
                .shape = shapes::scalar,
                .kernel = is_initialized,
                .stateful = true,
                .not_differentiable = true});
  registry.add({.signature = "IsVariableInitialized(ref: Ref(dtype)) -> (is_initialized: bool)",
                .attrs = {type_attr("dtype")},
                .shape = shapes::scalar,
                .kernel = is_initialized,
                .stateful = true});
}

}  // namespace rill
