#include "ops/variable_access.h"

namespace rill {

std::shared_ptr<VariableState> find_or_make_variable(const NodeAccess& node, ResourceStore& store,
                                                     DType dtype, const Shape& shape) {
  const std::string& shared = node.attr<std::string>("shared_name");
  const std::string name = shared.empty() ? std::string(node.node_name()) : shared;
  const auto make = [&]() -> std::shared_ptr<Opaque> {
    return std::make_shared<VariableState>(name, dtype, shape);
  };
  const std::string& container = node.attr<std::string>("container");
  auto found = std::dynamic_pointer_cast<VariableState>(store.find_or_make(container, name, make));
  if (found == nullptr) {
    node.fail(Code::invalid_argument, "the resource ", quoted(name), " is not a variable");
  }
  if (found->dtype() != dtype) {
    node.fail(Code::invalid_argument, "the variable ", quoted(name), " is ", found->dtype(),
              ", not ", dtype);
  }
  return found;
}

std::shared_ptr<VariableState> variable_input(const KernelContext& ctx, DType dtype) {
  auto variable = ctx.resource<VariableState>(0);
  if (variable->dtype() != dtype) {
    ctx.fail(Code::invalid_argument, "Trying to access variable ", quoted(variable->name()),
             " with wrong dtype. Expected ", variable->dtype(), " got ", dtype);
  }
  return variable;
}

Shape variable_shape(const ShapeContext& ctx) {
  return ctx.input_dtype(0) == DType::resource ? ctx.handle_shape(0) : ctx.input(0);
}

void pass_ref(KernelContext& ctx) {
  if (ctx.num_outputs() > 0) ctx.set_output(0, ctx.input(0));
}

void ref_shape(ShapeContext& ctx) {
  if (ctx.num_outputs() > 0) ctx.set_output(0, ctx.input(0));
}

void assign_combined(KernelContext& ctx, ScatterMode mode) {
  const Tensor& value = ctx.input(1);
  const auto variable = variable_input(ctx, value.dtype());
  const CombineFn combine = combine_fn(mode, value.dtype(), ctx.op().c_str());
  variable->update([&](Tensor& current) {
    ctx.require(current.shape() == value.shape(),
                "shape of the variable and of the value must "
                "match: ",
                current.shape(), " vs. ", value.shape());
    combine(current.raw(), value.raw(), value.size(), 1);
  });
  pass_ref(ctx);
}

}  // namespace rill
