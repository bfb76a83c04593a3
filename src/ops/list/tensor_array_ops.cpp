#include "graph/graph.h"
#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"
#include "ops/gradient_tools.h"
#include "ops/tensor_array.h"
#include "ops/tensor_list.h"

namespace rill {
namespace {

void flow(KernelContext& ctx, int o) { *ctx.output(o, Shape{}).data<float>() = 0.0f; }

std::shared_ptr<TensorArray> array(const KernelContext& ctx, DType dtype) {
  auto found = ctx.resource<TensorArray>(0);
  ctx.require(found->dtype() == dtype, "TensorArray dtype is ", found->dtype(),
              " but Op requested dtype ", dtype, ".");
  return found;
}

// Handles are a pair of numbers in TensorFlow; here a scalar that holds the array.
void make(KernelContext& ctx) {
  const int64_t size = ctx.input(0).item<int64_t>();
  ctx.require(size >= 0, "Size should be >= 0.");
  if (size > kMaxListLength) ctx.fail(Code::resource_exhausted, "size ", size, " is too large");
  auto made = std::make_shared<TensorArray>(
      TensorArray::Options{.dtype = ctx.attr<DType>("dtype"),
                           .element_shape = ctx.attr<Shape>("element_shape"),
                           .dynamic_size = ctx.attr<bool>("dynamic_size"),
                           .clear_after_read = ctx.attr<bool>("clear_after_read"),
                           .identical_element_shapes = ctx.attr<bool>("identical_element_shapes")},
      size);
  ctx.set_output(0, Tensor::opaque(DType::resource, std::move(made)));
  flow(ctx, 1);
}

void write(KernelContext& ctx) {
  array(ctx, ctx.input(2).dtype())->write(ctx, ctx.input(1).item<int64_t>(), ctx.input(2));
  flow(ctx, 0);
}

void read(KernelContext& ctx) {
  ctx.set_output(0, array(ctx, ctx.output_dtype(0))->read(ctx, ctx.input(1).item<int64_t>()));
}

std::vector<Tensor> read_all(const KernelContext& ctx, TensorArray& from,
                             const std::vector<int64_t>& indices) {
  std::vector<Tensor> items;
  for (const int64_t i : indices) items.push_back(from.read(ctx, i));
  return items;
}

void gather(KernelContext& ctx) {
  const auto from = array(ctx, ctx.output_dtype(0));
  ctx.require(ctx.input(1).rank() == 1,
              "Expected indices to be a vector, but received shape: ", ctx.input(1).shape());
  const auto items = read_all(ctx, *from, ctx.input(1).to_vector<int64_t>());
  Shape shape = merge_element_shapes(ctx, ctx.attr<Shape>("element_shape"), from->element_shape());
  if (!items.empty()) shape = items[0].shape();
  ctx.require(shape.is_fully_defined(), "TensorArray has size zero, but element shape ", shape,
              " is not fully defined. Currently only static shapes are supported when packing "
              "zero-size TensorArrays.");
  for (size_t i = 0; i < items.size(); ++i) {
    ctx.require(items[i].shape() == shape,
                "TensorArray has inconsistent shapes.  Index 0 has "
                "shape: ",
                shape, " but index ", i, " has shape: ", items[i].shape());
  }
  stack_items(ctx, 0, items, from->dtype(), shape);
}

void gather_shape(ShapeContext& ctx) {
  const Shape& indices = ctx.input(1);
  ctx.set_output(0,
                 join(indices.has_rank() ? indices : Shape{-1}, ctx.attr<Shape>("element_shape")));
}

void scatter(KernelContext& ctx) {
  const Tensor& value = ctx.input(2);
  const auto to = array(ctx, value.dtype());
  const auto indices = ctx.input(1).to_vector<int64_t>();
  ctx.require(ctx.input(1).rank() == 1 && value.rank() >= 1 &&
                  static_cast<int64_t>(indices.size()) == value.shape()[0],
              "Expected len(indices) == values.shape[0], but saw: ", indices.size(), " vs. ",
              value.shape());
  const auto rows = unstack_rows(value);
  for (size_t i = 0; i < rows.size(); ++i) to->write(ctx, indices[i], rows[i]);
  flow(ctx, 0);
}

void concat(KernelContext& ctx) {
  const auto from = array(ctx, ctx.output_dtype(0));
  std::vector<int64_t> all;
  for (int64_t i = 0; i < from->size(); ++i) all.push_back(i);
  const auto items = read_all(ctx, *from, all);
  Shape rest = ctx.attr<Shape>("element_shape_except0");
  if (!items.empty()) {
    const Shape& first = items[0].shape();
    ctx.require(first.rank() >= 1,
                "Concat saw a scalar shape at index 0 but requires at least "
                "vectors.");
    rest = sub_shape(first, 1, first.rank());
  }
  ctx.require(rest.is_fully_defined(), "TensorArray has size zero, but element_shape_except0 ",
              rest, " is not fully defined.");
  concat_items(ctx, items, from->dtype(), rest);
}

void concat_shape(ShapeContext& ctx) {
  ctx.set_output(0, join(Shape{-1}, ctx.attr<Shape>("element_shape_except0")));
  ctx.set_output(1, Shape{-1});
}

void split(KernelContext& ctx) {
  const auto to = array(ctx, ctx.input(1).dtype());
  const auto parts = split_rows(ctx, ctx.input(1), ctx.input(2));
  to->require_size(ctx, static_cast<int64_t>(parts.size()));
  for (size_t i = 0; i < parts.size(); ++i) to->write(ctx, static_cast<int64_t>(i), parts[i]);
  flow(ctx, 0);
}

void size(KernelContext& ctx) {
  *ctx.output(0, Shape{}).data<int32_t>() =
      static_cast<int32_t>(ctx.resource<TensorArray>(0)->size());
}

void close(KernelContext& ctx) { ctx.resource<TensorArray>(0)->close(); }

void gradient(KernelContext& ctx) {
  ctx.set_output(0, Tensor::opaque(DType::resource, ctx.resource<TensorArray>(0)->gradient(
                                                        ctx.attr<std::string>("source"))));
  flow(ctx, 1);
}

// Formulas of the gradients: tensorflow/python/ops/tensor_array_grad.py. Each array has a twin per
// call of gradients(), where what flows back adds up. Flows carry the order, their values are 0.

// Names the call: the last scope "gradients..." of what flows back.
std::string gradient_source(const Value& flowing) {
  if (!flowing.is_symbolic()) return "gradients";
  const auto& graph = flowing.rep()->graph;
  std::lock_guard lock(graph->mutex());
  const std::string& name = graph->node(flowing.rep()->node).name;
  constexpr std::string_view kScope = "gradients";
  for (size_t at = name.rfind(kScope); at != std::string::npos; at = name.rfind(kScope, at - 1)) {
    if (at == 0 || name[at - 1] == '/') return name.substr(0, name.find('/', at));
    if (at == 0) break;
  }
  return std::string(kScope);
}

struct Twin {
  Value handle;
  Value flow;
};

Twin twin_of(const GradContext& ctx, const Value& flow, const Value& flowing) {
  const Values made =
      emit_all("TensorArrayGradV3", {ctx.input(0), flow}, {{"source", gradient_source(flowing)}});
  return {made[0], made[1]};
}

// The flow that comes back to an op that wrote, once the writing is done.
Value after_write(const GradContext& ctx) {
  return emit("AddN", {ctx.output_gradient(0), ctx.output(0)});
}

Values read_gradient(const GradContext& ctx) {
  const Value& dy = ctx.output_gradient(0);
  const Twin twin = twin_of(ctx, ctx.input(2), dy);
  return {{}, {}, emit("TensorArrayWriteV3", {twin.handle, ctx.input(1), dy, twin.flow})};
}

Values write_gradient(const GradContext& ctx) {
  const Value& flow = ctx.output_gradient(0);
  const Twin twin = twin_of(ctx, after_write(ctx), flow);
  const Value dy = emit("TensorArrayReadV3", {twin.handle, ctx.input(1), twin.flow},
                        {{"dtype", ctx.input(2).dtype()}});
  return {{}, {}, dy, flow};
}

Values gather_gradient(const GradContext& ctx) {
  const Value& dy = ctx.output_gradient(0);
  const Twin twin = twin_of(ctx, ctx.input(2), dy);
  return {{}, {}, emit("TensorArrayScatterV3", {twin.handle, ctx.input(1), dy, twin.flow})};
}

Values scatter_gradient(const GradContext& ctx) {
  const Value& flow = ctx.output_gradient(0);
  const Twin twin = twin_of(ctx, after_write(ctx), flow);
  const Shape& value = ctx.input(2).shape();
  const Shape rows = value.has_rank() && value.rank() > 0 ? sub_shape(value, 1, value.rank())
                                                          : Shape::unknown_rank();
  const Value dy = emit("TensorArrayGatherV3", {twin.handle, ctx.input(1), twin.flow},
                        {{"dtype", ctx.input(2).dtype()}, {"element_shape", rows}});
  return {{}, {}, dy, flow};
}

Values concat_gradient(const GradContext& ctx) {
  const Value& dy = ctx.output_gradient(0);
  const Twin twin = twin_of(ctx, ctx.input(1), dy);
  return {{}, emit("TensorArraySplitV3", {twin.handle, dy, ctx.output(1), twin.flow})};
}

Values split_gradient(const GradContext& ctx) {
  const Value& flow = ctx.output_gradient(0);
  const Twin twin = twin_of(ctx, after_write(ctx), flow);
  const Value dy =
      emit("TensorArrayConcatV3", {twin.handle, twin.flow}, {{"dtype", ctx.input(1).dtype()}});
  return {{}, dy, {}, flow};
}

}  // namespace

void register_tensor_array_ops(OpRegistry& registry) {
  registry.add({.signature = "TensorArrayV3(size: int32) -> (handle: resource, flow: float32)",
                .attrs = {type_attr("dtype"), shape_attr("element_shape", Shape::unknown_rank()),
                          bool_attr("dynamic_size", false), bool_attr("clear_after_read", true),
                          bool_attr("identical_element_shapes", false),
                          string_attr("tensor_array_name", "")},
                .shape = shapes::scalar,
                .kernel = make,
                .stateful = true,
                .not_differentiable = true});
  registry.add({.signature = "TensorArrayGradV3(handle: resource, flow_in: float32) -> "
                             "(grad_handle: resource, flow_out: float32)",
                .attrs = {string_attr("source")},
                .shape = shapes::scalar,
                .kernel = gradient,
                .stateful = true,
                .not_differentiable = true});
  registry.add({.signature = "TensorArrayWriteV3(handle: resource, index: int32, value: T, "
                             "flow_in: float32) -> (flow_out: float32)",
                .attrs = {type_attr("T")},
                .shape = shapes::scalar,
                .kernel = write,
                .gradient = write_gradient,
                .stateful = true});
  registry.add(
      {.signature =
           "TensorArrayReadV3(handle: resource, index: int32, flow_in: float32) -> (value: dtype)",
       .attrs = {type_attr("dtype")},
       .shape = shapes::unknown,
       .kernel = read,
       .gradient = read_gradient,
       .stateful = true});
  registry.add({.signature = "TensorArrayGatherV3(handle: resource, indices: int32, flow_in: "
                             "float32) -> (value: dtype)",
                .attrs = {type_attr("dtype"), shape_attr("element_shape", Shape::unknown_rank())},
                .shape = gather_shape,
                .kernel = gather,
                .gradient = gather_gradient,
                .stateful = true});
  registry.add({.signature = "TensorArrayScatterV3(handle: resource, indices: int32, value: T, "
                             "flow_in: float32) -> (flow_out: float32)",
                .attrs = {type_attr("T")},
                .shape = shapes::scalar,
                .kernel = scatter,
                .gradient = scatter_gradient,
                .stateful = true});
  registry.add(
      {.signature = "TensorArrayConcatV3(handle: resource, flow_in: float32) -> (value: dtype, "
                    "lengths: int64)",
       .attrs = {type_attr("dtype"), shape_attr("element_shape_except0", Shape::unknown_rank())},
       .shape = concat_shape,
       .kernel = concat,
       .gradient = concat_gradient,
       .stateful = true});
  registry.add({.signature = "TensorArraySplitV3(handle: resource, value: T, lengths: int64, "
                             "flow_in: float32) -> (flow_out: float32)",
                .attrs = {type_attr("T")},
                .shape = shapes::scalar,
                .kernel = split,
                .gradient = split_gradient,
                .stateful = true});
  registry.add(
      {.signature = "TensorArraySizeV3(handle: resource, flow_in: float32) -> (size: int32)",
       .shape = shapes::scalar,
       .kernel = size,
       .stateful = true,
       .not_differentiable = true});
  registry.add({.signature = "TensorArrayCloseV3(handle: resource) -> ()",
                .shape = shapes::none,
                .kernel = close,
                .stateful = true,
                .not_differentiable = true});
}

}  // namespace rill
