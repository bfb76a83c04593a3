#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"
#include "ops/gradient_tools.h"
#include "ops/list/blank_list.h"
#include "ops/tensor_list.h"

namespace rill {
namespace {

void length(KernelContext& ctx) {
  *ctx.output(0, Shape{}).data<int32_t>() = static_cast<int32_t>(list_input(ctx, 0).items.size());
}

void element_shape(KernelContext& ctx) {
  const Shape& shape = list_input(ctx, 0).shape;
  Tensor& out = ctx.output(0, shape.has_rank() ? Shape{shape.rank()} : Shape{});
  const std::vector<int64_t> dims = shape.has_rank()
                                        ? std::vector<int64_t>(shape.begin(), shape.end())
                                        : std::vector<int64_t>{-1};
  for (size_t i = 0; i < dims.size(); ++i) {
    if (out.dtype() == DType::int64) {
      out.data<int64_t>()[i] = dims[i];
    } else {
      out.data<int32_t>()[i] = static_cast<int32_t>(dims[i]);
    }
  }
}

void resize(KernelContext& ctx) {
  const int64_t n = ctx.input(1).item<int64_t>();
  ctx.require(n >= 0, "TensorListSlice expects size to be non-negative. Got: ", n);
  if (n > kMaxListLength) ctx.fail(Code::resource_exhausted, "a list of ", n, " is too long");
  auto list = take_list(ctx, 0);
  list->items.resize(static_cast<size_t>(n));
  ctx.set_output(0, list_handle(std::move(list)));
}

void stack_shape(ShapeContext& ctx) {
  const int64_t n = ctx.attr<int64_t>("num_elements");
  ctx.set_output(0, join(Shape{n < 0 ? -1 : n}, infer_element_shape(ctx, 1)));
}

void stack(KernelContext& ctx) {
  const TensorList& list = list_input(ctx, 0, ctx.output_dtype(0));
  const int64_t n = ctx.attr<int64_t>("num_elements");
  ctx.require(n == -1 || n == static_cast<int64_t>(list.items.size()),
              "Operation expected a list with ", n, " elements but got a list with ",
              list.items.size(), " elements.");
  const Shape shape = common_shape(ctx, list, read_element_shape(ctx, ctx.input(1)));
  ctx.require(shape.is_fully_defined(),
              list.items.empty()
                  ? "Tried to stack elements of an empty list with non-fully-defined "
                    "element_shape: "
                  : "Tried to stack list which only contains uninitialized tensors and has a "
                    "non-fully-defined element_shape: ",
              shape);
  stack_items(ctx, 0, list.items, list.dtype, shape);
}

void list_gather_shape(ShapeContext& ctx) {
  const Shape& indices = ctx.input(1);
  ctx.set_output(0, join(indices.has_rank() ? indices : Shape{-1}, infer_element_shape(ctx, 2)));
}

void list_gather(KernelContext& ctx) {
  const TensorList& list = list_input(ctx, 0, ctx.output_dtype(0));
  const Shape shape = common_shape(ctx, list, read_element_shape(ctx, ctx.input(2)));
  ctx.require(ctx.input(1).rank() == 1, "indices must be a vector");
  ctx.require(shape.is_fully_defined(),
              "Tried to gather elements of a list with "
              "non-fully-defined element_shape: ",
              shape);
  std::vector<Tensor> picked;
  for (const int32_t i : ctx.input(1).flat<int32_t>()) {
    ctx.require(i >= 0 && static_cast<size_t>(i) < list.items.size(), "Index ", i,
                " out of range; list only has ", list.items.size(), " elements.");
    picked.push_back(list.items[static_cast<size_t>(i)]);
  }
  stack_items(ctx, 0, picked, list.dtype, shape);
}

void list_concat_shape(ShapeContext& ctx) {
  const Shape shape =
      ctx.num_inputs() > 1 ? infer_element_shape(ctx, 1) : ctx.attr<Shape>("element_shape");
  if (shape.has_rank() && shape.rank() >= 1) {
    ctx.set_output(0, join(Shape{-1}, sub_shape(shape, 1, shape.rank())));
  }
  ctx.set_output(1, Shape{-1});
}

// Elements that were not set have the length that leading_dims (V2) or the element shape tells.
void list_concat(KernelContext& ctx) {
  const TensorList& list = list_input(ctx, 0, ctx.output_dtype(0));
  const bool v2 = ctx.num_inputs() > 1;
  const Shape wanted =
      v2 ? read_element_shape(ctx, ctx.input(1)) : ctx.attr<Shape>("element_shape");
  const auto rest_of = [&](const Shape& s) {
    if (!s.has_rank()) return s;
    ctx.require(s.rank() >= 1,
                "Concat requires elements to be at least vectors, found scalars "
                "instead.");
    return sub_shape(s, 1, s.rank());
  };
  const Shape merged = merge_element_shapes(ctx, wanted, list.shape);
  Shape rest = rest_of(merged);
  for (const Tensor& item : list.items) {
    if (item) rest = merge_element_shapes(ctx, rest, rest_of(item.shape()));
  }
  ctx.require(rest.is_fully_defined(),
              "All except the first dimension must be fully defined when "
              "concating an empty tensor list. element_shape: ",
              merged);
  std::vector<Tensor> items = list.items;
  for (size_t i = 0; i < items.size(); ++i) {
    if (items[i]) continue;
    int64_t n = merged.has_rank() ? merged[0] : -1;
    if (v2 && n < 0) {
      const Tensor& leading = ctx.input(2);
      ctx.require(static_cast<int64_t>(i) < leading.size(), "leading_dims has ", leading.size(),
                  " items; the list has uninitialized element ", i);
      n = leading.data<int64_t>()[i];
    }
    ctx.require(n >= 0, "the length of uninitialized element ", i, " is not known");
    items[i] = Tensor::zeros(list.dtype, join(Shape{n}, rest));
  }
  concat_items(ctx, items, list.dtype, rest);
}

void concat_lists(KernelContext& ctx) {
  const Tensor& a = ctx.input(0);
  const Tensor& b = ctx.input(1);
  ctx.require(a.shape() == b.shape(), "the lists have shapes ", a.shape(), " and ", b.shape());
  const DType dtype = ctx.attr<DType>("element_dtype");
  Tensor out(DType::variant, a.shape());
  for (int64_t i = 0; i < a.size(); ++i) {
    const auto* x = dynamic_cast<const TensorList*>(a.opaque_at(i).get());
    const auto* y = dynamic_cast<const TensorList*>(b.opaque_at(i).get());
    ctx.require(x != nullptr && y != nullptr, "input handle ", i, " is not a list");
    ctx.require(x->dtype == dtype && y->dtype == dtype, "Invalid data types; op elements ", dtype,
                " but list elements ", x->dtype, " and ", y->dtype);
    auto both = x->clone();
    both->shape = merge_element_shapes(ctx, x->shape, y->shape);
    both->items.insert(both->items.end(), y->items.begin(), y->items.end());
    out.opaque_data()[i] = std::move(both);
  }
  ctx.set_output(0, std::move(out));
}

// Formulas of the gradients: tensorflow/python/ops/list_ops.py.
Values resize_gradient(const GradContext& ctx) {
  const Value length = emit("TensorListLength", {ctx.input(0)});
  return {emit("TensorListResize", {ctx.output_gradient(0), length}), {}};
}

Values stack_gradient(const GradContext& ctx) {
  const Value& dy = ctx.output_gradient(0);
  const Value shape = grads::sub_vector(grads::shape_of(dy), 1);
  return {emit("TensorListFromTensor", {dy, shape}), {}};
}

Values list_gather_gradient(const GradContext& ctx) {
  const Value &list = ctx.input(0), &dy = ctx.output_gradient(0);
  const Value blank = blank_list_like(list, dy.dtype());
  return {emit("TensorListScatterIntoExistingList", {blank, dy, ctx.input(1)}), {}, {}};
}

Values list_concat_gradient(const GradContext& ctx) {
  const Value& dy = ctx.output_gradient(0);
  const Value shape = element_shape_of_list(ctx.input(0));
  return grads::only(ctx, 0, emit("TensorListSplit", {dy, shape, ctx.output(1)}));
}

}  // namespace

void register_tensor_list_whole(OpRegistry& registry) {
  registry.add({.signature = "TensorListLength(input_handle: variant) -> (length: int32)",
                .shape = shapes::scalar,
                .kernel = length,
                .not_differentiable = true});
  registry.add(
      {.signature = "TensorListElementShape(input_handle: variant) -> (element_shape: shape_type)",
       .attrs = {type_attr("shape_type", kIndexTypes)},
       .shape = shapes::unknown,
       .kernel = element_shape,
       .not_differentiable = true});
  registry.add(
      {.signature =
           "TensorListResize(input_handle: variant, size: int32) -> (output_handle: variant)",
       .shape = shapes::scalar,
       .kernel = resize,
       .gradient = resize_gradient});
  registry.add({.signature = "TensorListStack(input_handle: variant, element_shape: int32) -> "
                             "(tensor: element_dtype)",
                .attrs = {type_attr("element_dtype"), int_attr("num_elements", -1)},
                .shape = stack_shape,
                .kernel = stack,
                .gradient = stack_gradient});
  registry.add({.signature = "TensorListGather(input_handle: variant, indices: int32, "
                             "element_shape: int32) -> (values: element_dtype)",
                .attrs = {type_attr("element_dtype")},
                .shape = list_gather_shape,
                .kernel = list_gather,
                .gradient = list_gather_gradient});
  registry.add(
      {.signature =
           "TensorListConcat(input_handle: variant) -> (tensor: element_dtype, lengths: int64)",
       .attrs = {type_attr("element_dtype"), shape_attr("element_shape", Shape::unknown_rank())},
       .shape = list_concat_shape,
       .kernel = list_concat,
       .gradient = list_concat_gradient});
  registry.add({.signature = "TensorListConcatV2(input_handle: variant, element_shape: shape_type, "
                             "leading_dims: int64) -> (tensor: element_dtype, lengths: int64)",
                .attrs = {type_attr("element_dtype"), type_attr("shape_type", kIndexTypes)},
                .shape = list_concat_shape,
                .kernel = list_concat,
                .gradient = list_concat_gradient});
  registry.add(
      {.signature =
           "TensorListConcatLists(input_a: variant, input_b: variant) -> (output: variant)",
       .attrs = {type_attr("element_dtype")},
       .shape = shapes::unchanged,
       .kernel = concat_lists,
       .not_differentiable = true});
}

}  // namespace rill
