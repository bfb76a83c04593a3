#include "op/emit.h"
#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"
#include "ops/gradient_tools.h"
#include "rill/ops/array.hpp"

namespace rill {
namespace {

Shape squeezed(const NodeAccess& node, const Shape& in) {
  if (!in.has_rank()) return in;
  const auto& axes = node.attr<std::vector<int64_t>>("squeeze_dims");
  std::vector<bool> drop(static_cast<size_t>(in.rank()), false);
  for (const int64_t axis : axes) {
    node.require(axis >= -in.rank() && axis < in.rank(), "Tried to squeeze dim index ", axis,
                 " for tensor with ", in.rank(), " dimensions.");
    const auto i = static_cast<int>(axis < 0 ? axis + in.rank() : axis);
    node.require(in[i] == 1 || in[i] < 0, "Can not squeeze dim[", i,
                 "], expected a dimension of 1, got ", in[i]);
    drop[static_cast<size_t>(i)] = true;
  }
  Shape out;
  for (int i = 0; i < in.rank(); ++i) {
    if (axes.empty()) {
      if (in[i] < 0) return Shape::unknown_rank();
      if (in[i] == 1) continue;
    }
    if (!drop[static_cast<size_t>(i)]) out.push_back(in[i]);
  }
  return out;
}

Shape expanded(const NodeAccess& node, const Shape& in, int64_t axis) {
  node.require(axis >= -in.rank() - 1 && axis <= in.rank(), "Tried to expand dim index ", axis,
               " for tensor with ", in.rank(), " dimensions.");
  Shape out = in;
  out.insert(static_cast<int>(axis < 0 ? axis + in.rank() + 1 : axis), 1);
  return out;
}

void pass_items(ShapeContext& ctx) {
  const auto known = ctx.partial(0);
  const Shape& out = ctx.output(0);
  if (known && out.has_rank() && out.rank() <= 1)
    ctx.set_partial(0, {out.rank() == 0, known->items});
}

void squeeze_shape(ShapeContext& ctx) {
  ctx.set_output(0, squeezed(ctx, ctx.input(0)));
  pass_items(ctx);
}

void squeeze(KernelContext& ctx) {
  ctx.set_output(0, ctx.input(0).reshaped(squeezed(ctx, ctx.input(0).shape())));
}

void expand_shape(ShapeContext& ctx) {
  ctx.require(!ctx.input(1).is_fully_defined() || ctx.input(1).num_elements() == 1,
              "'dim' input must be a tensor with a single value");
  const auto axis = ctx.int_scalar(1);
  const Shape& in = ctx.input(0);
  if (!in.has_rank()) return;
  if (!axis || *axis == PartialValue::kUnknown) {
    ctx.set_output(0, Shape::unknown_dims(in.rank() + 1));
    return;
  }
  ctx.set_output(0, expanded(ctx, in, *axis));
  pass_items(ctx);
}

void expand(KernelContext& ctx) {
  ctx.require(ctx.input(1).size() == 1, "'dim' input must be a tensor with a single value");
  const Tensor& x = ctx.input(0);
  ctx.set_output(0, x.reshaped(expanded(ctx, x.shape(), ctx.input(1).item<int64_t>())));
}

Values squeeze_gradient(const GradContext& ctx) {
  return grads::only(ctx, 0, grads::reshape_like(ctx.output_gradient(0), ctx.input(0)));
}

}  // namespace

Value ops::squeeze(const Value& x, const std::vector<int64_t>& axes) {
  return emit("Squeeze", {x}, {{"squeeze_dims", axes}});
}
Value ops::expand_dims(const Value& x, int64_t axis) {
  return emit("ExpandDims", {x, Tensor::scalar(static_cast<int32_t>(axis))});
}

void register_squeeze(OpRegistry& registry) {
  registry.add({.signature = "Squeeze(input: T) -> (output: T)",
                .attrs = {type_attr("T"), int_list_attr("squeeze_dims", std::vector<int64_t>{})},
                .shape = squeeze_shape,
                .kernel = squeeze,
                .gradient = squeeze_gradient,
                .view = true});
  registry.add({.signature = "ExpandDims(input: T, dim: Tdim) -> (output: T)",
                .attrs = {type_attr("T"), type_attr("Tdim", kIndexTypes, DType::int32)},
                .shape = expand_shape,
                .kernel = expand,
                .gradient = squeeze_gradient,
                .view = true});
}

}  // namespace rill
