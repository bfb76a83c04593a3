#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"
#include "ops/gradient_tools.h"
#include "ops/tensor_list.h"

namespace rill {
namespace {

int64_t scalar_int(const KernelContext& ctx, int i) {
  ctx.require(ctx.input(i).rank() == 0, "input ", i, " must be a scalar, but has shape ",
              ctx.input(i).shape());
  return *ctx.input(i).data<int32_t>();
}

void require_length(const NodeAccess& node, int64_t n) {
  if (n > kMaxListLength) {
    node.fail(Code::resource_exhausted, "a list of ", n, " elements is too long; at most ",
              kMaxListLength);
  }
}

void list_empty(KernelContext& ctx) {
  auto list = std::make_shared<TensorList>(ctx.attr<DType>("element_dtype"),
                                           read_element_shape(ctx, ctx.input(0)));
  list->max_length = scalar_int(ctx, 1);
  ctx.set_output(0, list_handle(std::move(list)));
}

void reserve(KernelContext& ctx) {
  const int64_t n = scalar_int(ctx, 1);
  ctx.require(n >= 0, "The num_elements to reserve must be a non negative number, but got ", n);
  require_length(ctx, n);
  auto list = std::make_shared<TensorList>(ctx.attr<DType>("element_dtype"),
                                           read_element_shape(ctx, ctx.input(0)));
  list->items.resize(static_cast<size_t>(n));
  ctx.set_output(0, list_handle(std::move(list)));
}

void from_tensor(KernelContext& ctx) {
  const Tensor& tensor = ctx.input(0);
  ctx.require(tensor.rank() >= 1,
              "Tensor must be at least a vector, but saw shape: ", tensor.shape());
  const Shape wanted = read_element_shape(ctx, ctx.input(1));
  const Shape row = sub_shape(tensor.shape(), 1, tensor.rank());
  ctx.require(wanted.is_compatible_with(row), "Specified a list with shape ", wanted,
              " from a tensor with shape ", row);
  auto list = std::make_shared<TensorList>(tensor.dtype(), wanted);
  list->items = unstack_rows(tensor);
  list->every = row;
  ctx.set_output(0, list_handle(std::move(list)));
}

void put_rows(KernelContext& ctx, TensorList& list, const Tensor& tensor, const Tensor& indices) {
  ctx.require(tensor.rank() >= 1,
              "Tensor must be at least a vector, but saw shape: ", tensor.shape());
  ctx.require(indices.rank() == 1 && indices.size() == tensor.shape()[0], "Specified ",
              indices.shape(), " indices for a tensor of shape ", tensor.shape());
  const Shape row = sub_shape(tensor.shape(), 1, tensor.rank());
  ctx.require(list.shape.is_compatible_with(row), "Specified a list with shape ", list.shape,
              " from a tensor with shape ", row);
  int64_t highest = -1;
  for (const int32_t i : indices.flat<int32_t>()) {
    ctx.require(i >= 0, "Indices in TensorListScatter must all be non-negative.");
    highest = std::max<int64_t>(highest, i);
  }
  require_length(ctx, highest + 1);
  if (highest >= static_cast<int64_t>(list.items.size())) {
    list.items.resize(static_cast<size_t>(highest + 1));
  }
  const auto rows = unstack_rows(tensor);
  for (size_t k = 0; k < rows.size(); ++k) {
    list.items[static_cast<size_t>(indices.data<int32_t>()[k])] = rows[k];
  }
}

void list_scatter(KernelContext& ctx) {
  auto list =
      std::make_shared<TensorList>(ctx.input(0).dtype(), read_element_shape(ctx, ctx.input(2)));
  if (ctx.num_inputs() > 3) {
    const int64_t n = scalar_int(ctx, 3);
    ctx.require(n >= -1, "TensorListScatter expects num_elements >= -1, found: ", n);
    require_length(ctx, n);
    if (n > 0) list->items.resize(static_cast<size_t>(n));
    for (const int32_t i : ctx.input(1).flat<int32_t>()) {
      ctx.require(n < 0 || i < n, "TensorListScatter: Trying to scatter at index ", i,
                  " in list with size ", n);
    }
  }
  put_rows(ctx, *list, ctx.input(0), ctx.input(1));
  ctx.set_output(0, list_handle(std::move(list)));
}

void scatter_into(KernelContext& ctx) {
  auto list = take_list(ctx, 0, ctx.input(1).dtype());
  put_rows(ctx, *list, ctx.input(1), ctx.input(2));
  ctx.set_output(0, list_handle(std::move(list)));
}

void list_split(KernelContext& ctx) {
  const Shape wanted = read_element_shape(ctx, ctx.input(1));
  ctx.require(!wanted.has_rank() || wanted.rank() >= 1,
              "TensorListSplit requires element_shape "
              "to be at least of rank 1, but saw: ",
              wanted);
  auto list = std::make_shared<TensorList>(ctx.input(0).dtype(), wanted);
  list->items = split_rows(ctx, ctx.input(0), ctx.input(2));
  for (const Tensor& item : list->items) {
    ctx.require(
        !wanted.has_rank() || sub_shape(wanted, 1, wanted.rank())
                                  .is_compatible_with(sub_shape(item.shape(), 1, item.rank())),
        "tensor shape ", item.shape(), " is not compatible with element_shape ", wanted);
  }
  ctx.set_output(0, list_handle(std::move(list)));
}

// Formulas of the gradients: tensorflow/python/ops/list_ops.py.
Values from_tensor_gradient(const GradContext& ctx) {
  const Value& tensor = ctx.input(0);
  const Shape& shape = tensor.shape();
  const int64_t rows = shape.has_rank() && shape.rank() > 0 ? shape[0] : -1;
  return {emit("TensorListStack",
               {ctx.output_gradient(0), grads::sub_vector(grads::shape_of(tensor), 1)},
               {{"element_dtype", tensor.dtype()}, {"num_elements", rows < 0 ? -1 : rows}}),
          {}};
}

Value gather_rows(const GradContext& ctx, const Value& tensor, const Value& indices) {
  return emit("TensorListGather",
              {ctx.output_gradient(0), indices, grads::sub_vector(grads::shape_of(tensor), 1)},
              {{"element_dtype", tensor.dtype()}});
}

Values list_scatter_gradient(const GradContext& ctx) {
  return grads::only(ctx, 0, gather_rows(ctx, ctx.input(0), ctx.input(1)));
}

Values scatter_into_gradient(const GradContext& ctx) {
  const Value &tensor = ctx.input(1), &indices = ctx.input(2);
  return {emit("TensorListScatterIntoExistingList",
               {ctx.output_gradient(0), grads::zeros_like(tensor), indices}),
          gather_rows(ctx, tensor, indices),
          {}};
}

Values list_split_gradient(const GradContext& ctx) {
  const Value &tensor = ctx.input(0), &lengths = ctx.input(2);
  const Value row = grads::sub_vector(grads::shape_of(tensor), 1);
  const Value shape = grads::join({grads::int_vector({-1}), row});
  return {emit("TensorListConcatV2", {ctx.output_gradient(0), shape, lengths},
               {{"element_dtype", tensor.dtype()}}),
          {},
          {}};
}

}  // namespace

void register_tensor_list_create(OpRegistry& registry) {
  registry.add({.signature = "EmptyTensorList(element_shape: shape_type, max_num_elements: int32) "
                             "-> (handle: variant)",
                .attrs = {type_attr("element_dtype"), type_attr("shape_type", kIndexTypes)},
                .shape = shapes::scalar,
                .kernel = list_empty});
  registry.add(
      {.signature =
           "TensorListReserve(element_shape: shape_type, num_elements: int32) -> (handle: variant)",
       .attrs = {type_attr("element_dtype"), type_attr("shape_type", kIndexTypes)},
       .shape = shapes::scalar,
       .kernel = reserve});
  registry.add({.signature = "TensorListFromTensor(tensor: element_dtype, element_shape: "
                             "shape_type) -> (output_handle: variant)",
                .attrs = {type_attr("element_dtype"), type_attr("shape_type", kIndexTypes)},
                .shape = shapes::scalar,
                .kernel = from_tensor,
                .gradient = from_tensor_gradient});
  registry.add({.signature = "TensorListScatter(tensor: element_dtype, indices: int32, "
                             "element_shape: shape_type) -> (output_handle: variant)",
                .attrs = {type_attr("element_dtype"), type_attr("shape_type", kIndexTypes)},
                .shape = shapes::scalar,
                .kernel = list_scatter,
                .gradient = list_scatter_gradient});
  registry.add({.signature =
                    "TensorListScatterV2(tensor: element_dtype, indices: int32, element_shape: "
                    "shape_type, num_elements: int32) -> (output_handle: variant)",
                .attrs = {type_attr("element_dtype"), type_attr("shape_type", kIndexTypes)},
                .shape = shapes::scalar,
                .kernel = list_scatter,
                .gradient = list_scatter_gradient});
  registry.add({.signature = "TensorListScatterIntoExistingList(input_handle: variant, tensor: "
                             "element_dtype, indices: int32) -> (output_handle: variant)",
                .attrs = {type_attr("element_dtype")},
                .shape = shapes::scalar,
                .kernel = scatter_into,
                .gradient = scatter_into_gradient});
  registry.add({.signature = "TensorListSplit(tensor: element_dtype, element_shape: shape_type, "
                             "lengths: int64) -> (output_handle: variant)",
                .attrs = {type_attr("element_dtype"), type_attr("shape_type", kIndexTypes)},
                .shape = shapes::scalar,
                .kernel = list_split,
                .gradient = list_split_gradient});
}

}  // namespace rill
