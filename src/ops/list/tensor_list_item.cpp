#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"
#include "ops/gradient_tools.h"
#include "ops/list/blank_list.h"
#include "ops/tensor_list.h"

namespace rill {
namespace {

// An element that was never set reads as zero once its shape is known.
Tensor item_or_zero(const KernelContext& ctx, const TensorList& list, size_t i,
                    const Shape& wanted) {
  if (const Tensor& item = list.items[i]) {
    const Shape shape = merge_element_shapes(ctx, wanted, list.shape);
    ctx.require(shape.is_compatible_with(item.shape()), "the element has shape ", item.shape(),
                ", expected ", shape);
    return item;
  }
  const Shape shape = common_shape(ctx, list, wanted);
  ctx.require(shape.is_fully_defined(),
              "Trying to read an uninitialized tensor but element_shape "
              "is not fully defined: ",
              shape);
  return Tensor::zeros(list.dtype, shape);
}

void get_shape(ShapeContext& ctx) {
  const Shape wanted = infer_element_shape(ctx, 2);
  const Shape& every = ctx.handle_shape(0);
  const bool known = every.is_fully_defined() && wanted.is_compatible_with(every);
  ctx.set_output(0, known ? every : wanted);
}

void get(KernelContext& ctx) {
  const TensorList& list = list_input(ctx, 0, ctx.output_dtype(0));
  const int64_t i = ctx.input(1).item<int64_t>();
  ctx.require(i >= 0 && i < static_cast<int64_t>(list.items.size()), "Trying to access element ", i,
              " in a list with ", list.items.size(), " elements.");
  ctx.set_output(
      0, item_or_zero(ctx, list, static_cast<size_t>(i), read_element_shape(ctx, ctx.input(2))));
}

void set(KernelContext& ctx) {
  const Tensor& item = ctx.input(2);
  const int64_t i = ctx.input(1).item<int64_t>();
  auto list = take_list(ctx, 0, item.dtype());
  ctx.require(list->shape.is_compatible_with(item.shape()),
              "Tried to set a tensor with "
              "incompatible shape at a list index. Item element shape: ",
              item.shape(), " list shape: ", list->shape);
  const auto n = static_cast<int64_t>(list->items.size());
  if (i >= n && ctx.attr<bool>("resize_if_index_out_of_bounds") && i < kMaxListLength) {
    list->items.resize(static_cast<size_t>(i + 1));
  }
  ctx.require(i >= 0 && i < static_cast<int64_t>(list->items.size()), "Trying to modify element ",
              i, " in a list with ", n, " elements.");
  list->items[static_cast<size_t>(i)] = item.owned();
  ctx.set_output(0, list_handle(std::move(list)));
}

void list_push(KernelContext& ctx) {
  const Tensor& item = ctx.input(1);
  auto list = take_list(ctx, 0, item.dtype());
  ctx.require(list->shape.is_compatible_with(item.shape()),
              "Tried to append a tensor with "
              "incompatible shape to a list. Op element shape: ",
              item.shape(), " list shape: ", list->shape);
  ctx.require(list->max_length < 0 || static_cast<int64_t>(list->items.size()) < list->max_length,
              "Tried to push item into a full list list size: ", list->items.size(),
              " max_num_elements: ", list->max_length);
  list->items.push_back(item.owned());
  ctx.set_output(0, list_handle(std::move(list)));
}

void pop_shape(ShapeContext& ctx) {
  ctx.set_output(0, Shape{});
  ctx.set_output(1, infer_element_shape(ctx, 1));
}

void list_pop(KernelContext& ctx) {
  const TensorList& before = list_input(ctx, 0, ctx.output_dtype(1));
  ctx.require(!before.items.empty(), "Trying to pop from an empty list.");
  Tensor item =
      item_or_zero(ctx, before, before.items.size() - 1, read_element_shape(ctx, ctx.input(1)));
  auto list = take_list(ctx, 0);
  list->items.pop_back();
  ctx.set_output(0, list_handle(std::move(list)));
  ctx.set_output(1, std::move(item));
}

void push_batch(KernelContext& ctx) {
  const Tensor& handles = ctx.input(0);
  const Tensor& tensor = ctx.input(1);
  ctx.require(tensor.rank() >= 1 && handles.rank() == 1 && handles.size() == tensor.shape()[0],
              "Invalid number of lists: handles ", handles.shape(), ", tensor ", tensor.shape());
  Tensor out(DType::variant, handles.shape());
  const auto rows = unstack_rows(tensor);
  for (size_t i = 0; i < rows.size(); ++i) {
    const auto* list =
        dynamic_cast<const TensorList*>(handles.opaque_at(static_cast<int64_t>(i)).get());
    ctx.require(list != nullptr, "Input handle ", i, " is not a list");
    ctx.require(list->dtype == tensor.dtype() && list->shape.is_compatible_with(rows[i].shape()),
                "Tried to append a tensor with incompatible shape to a list");
    auto grown = list->clone();
    grown->items.push_back(rows[i]);
    out.opaque_data()[i] = std::move(grown);
  }
  ctx.set_output(0, std::move(out));
}

// Formulas of the gradients: tensorflow/python/ops/list_ops.py.
Values get_gradient(const GradContext& ctx) {
  const Value &list = ctx.input(0), &index = ctx.input(1), &dy = ctx.output_gradient(0);
  return {emit("TensorListSetItem", {blank_list_like(list, dy.dtype()), index, dy}), {}, {}};
}

Values set_gradient(const GradContext& ctx) {
  const Value &list = ctx.input(0), &index = ctx.input(1), &item = ctx.input(2);
  const Value& flow = ctx.output_gradient(0);
  Value to_list = emit("TensorListSetItem", {flow, index, grads::zeros_like(item)});
  const Value to_item = emit("TensorListGetItem", {flow, index, grads::shape_of(item)},
                             {{"element_dtype", item.dtype()}});
  if (ctx.attr<bool>("resize_if_index_out_of_bounds")) {
    to_list = emit("TensorListResize", {to_list, emit("TensorListLength", {list})});
  }
  return {to_list, {}, to_item};
}

Values push_gradient(const GradContext& ctx) {
  const Value& item = ctx.input(1);
  return emit_all("TensorListPopBack", {ctx.output_gradient(0), grads::shape_of(item)},
                  {{"element_dtype", item.dtype()}});
}

Values pop_gradient(const GradContext& ctx) {
  const DType dtype = ctx.output(1).dtype();
  Value list = ctx.output_gradient(0);
  if (!list) list = blank_list_like(ctx.output(0), dtype);
  return {emit("TensorListPushBack", {list, grads::output_gradient(ctx, 1)}), {}};
}

}  // namespace

void register_tensor_list_item(OpRegistry& registry) {
  registry.add(
      {.signature = "TensorListGetItem(input_handle: variant, index: int32, element_shape: Tshape) "
                    "-> (item: element_dtype)",
       .attrs = {type_attr("element_dtype"), type_attr("Tshape", kIndexTypes, DType::int32)},
       .shape = get_shape,
       .kernel = get,
       .gradient = get_gradient});
  registry.add(
      {.signature = "TensorListSetItem(input_handle: variant, index: int32, item: element_dtype) "
                    "-> (output_handle: variant)",
       .attrs = {type_attr("element_dtype"), bool_attr("resize_if_index_out_of_bounds", false)},
       .shape = shapes::scalar,
       .kernel = set,
       .gradient = set_gradient});
  registry.add({.signature = "TensorListPushBack(input_handle: variant, tensor: element_dtype) -> "
                             "(output_handle: variant)",
                .attrs = {type_attr("element_dtype")},
                .shape = shapes::scalar,
                .kernel = list_push,
                .gradient = push_gradient});
  registry.add({.signature = "TensorListPopBack(input_handle: variant, element_shape: int32) -> "
                             "(output_handle: variant, tensor: element_dtype)",
                .attrs = {type_attr("element_dtype")},
                .shape = pop_shape,
                .kernel = list_pop,
                .gradient = pop_gradient});
  registry.add({.signature = "TensorListPushBackBatch(input_handles: variant, tensor: "
                             "element_dtype) -> (output_handles: variant)",
                .attrs = {type_attr("element_dtype")},
                .shape =
                    [](ShapeContext& ctx) {
                      ctx.require_rank_exactly(0, 1);
                      ctx.set_output(0, ctx.input(0));
                    },
                .kernel = push_batch,
                .not_differentiable = true});
}

}  // namespace rill
