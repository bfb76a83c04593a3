// The ops the executor itself needs: arguments and results of functions, reads of ref variables.
#include "op/kernel_context.h"
#include "op/registry.h"
#include "op/shape_context.h"
#include "op/variable.h"

namespace rill {

void register_control_flow_ops(OpRegistry& registry);
void register_control_flow_v1_ops(OpRegistry& registry);

namespace {

void arg_shape(ShapeContext& ctx) {
  if (!ctx.has_attr("_output_shapes")) return;
  const auto shapes = ctx.attr_or<std::vector<Shape>>("_output_shapes", {});
  if (!shapes.empty()) ctx.set_output(0, shapes[0]);
}

void read_ref(KernelContext& ctx) {
  const Tensor& ref = ctx.input(0);
  const auto variable = std::dynamic_pointer_cast<VariableState>(
      ref.size() == 1 && ref.dtype() == DType::resource ? ref.opaque_at(0) : nullptr);
  // References to queues, arrays and the like are handles: what is read is the handle.
  ctx.set_output(0, variable ? variable->read() : ref);
}

void read_ref_shape(ShapeContext& ctx) { ctx.set_output(0, ctx.input(0)); }

}  // namespace

void register_exec_ops(OpRegistry& registry) {
  registry.add({.signature = "_Arg() -> (output: T)",
                .attrs = {type_attr("T"), int_attr("index")},
                .shape = arg_shape,
                .stateful = true});
  registry.add({.signature = "_Retval(input: T) -> ()",
                .attrs = {type_attr("T"), int_attr("index")},
                .shape = shapes::none,
                .stateful = true});
  registry.add({.signature = "_RefRead(ref: Ref(T)) -> (value: T)",
                .attrs = {type_attr("T")},
                .shape = read_ref_shape,
                .kernel = read_ref,
                .stateful = true});
  register_control_flow_ops(registry);
  register_control_flow_v1_ops(registry);
}

}  // namespace rill
