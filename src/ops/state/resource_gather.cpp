#include "graph/graph.h"
#include "kernels/mover.h"
#include "op/import.h"
#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"
#include "ops/gradient_tools.h"
#include "ops/nd_index.h"
#include "ops/variable_access.h"

namespace rill {
namespace {

int batch_dims(const NodeAccess& node, int index_rank) {
  const int64_t batch = node.attr<int64_t>("batch_dims");
  node.require(batch >= -index_rank && batch <= index_rank, "Expected batch_dims in the range [",
               -index_rank, ", ", index_rank, "], but got ", batch);
  return static_cast<int>(batch < 0 ? batch + index_rank : batch);
}

// params[:batch] + indices[batch:] + params[batch + 1:]
Shape gathered(const NodeAccess& node, const Shape& params, const Shape& indices, int batch) {
  node.require(params.rank() > batch, "params must be at least ", batch + 1, "-D, got shape ",
               params);
  return join(join(sub_shape(params, 0, batch), sub_shape(indices, batch, indices.rank())),
              sub_shape(params, batch + 1, params.rank()));
}

void gather_shape(ShapeContext& ctx) {
  const Shape& params = ctx.handle_shape(0);
  const Shape& indices = ctx.input(1);
  if (!params.has_rank() || !indices.has_rank()) return;
  ctx.set_output(0, gathered(ctx, params, indices, batch_dims(ctx, indices.rank())));
}

void gather(KernelContext& ctx) {
  const Tensor params = variable_input(ctx, ctx.output_dtype(0))->read();
  const Tensor& indices = ctx.input(1);
  const Shape& shape = params.shape();
  const int batch = batch_dims(ctx, indices.rank());
  const Shape wanted = gathered(ctx, shape, indices.shape(), batch);
  for (int i = 0; i < batch; ++i) {
    ctx.require(shape[i] == indices.shape()[i], "params.shape[", i, "]: ", shape[i],
                " should be equal to indices.shape[", i, "]: ", indices.shape()[i]);
  }
  const int64_t limit = shape[batch];
  const int64_t width = product(shape, batch + 1, shape.rank());
  const int64_t each = product(indices.shape(), batch, indices.rank());
  const int64_t n = indices.size();
  for (int64_t i = 0; i < n; ++i) {
    const int64_t row = index_at(indices.raw(), indices.dtype(), i);
    ctx.require(row >= 0 && row < limit, "indices", position_text(i, indices.shape()), " = ", row,
                " is not in [0, ", limit, ")");
  }
  Tensor& out = ctx.output(0, wanted);
  const kernels::Mover mover(params.dtype());
  for (int64_t i = 0; i < n; ++i) {
    const int64_t row = index_at(indices.raw(), indices.dtype(), i);
    mover.copy(mover.at(params.raw(), (i / each * limit + row) * width),
               mover.at(out.raw(), i * width), width);
  }
}

void gather_nd_shape(ShapeContext& ctx) {
  ctx.set_output(0, nd_updates_shape(ctx, ctx.handle_shape(0), ctx.input(1)));
}

void gather_nd(KernelContext& ctx) {
  const Tensor params = variable_input(ctx, ctx.output_dtype(0))->read();
  const Tensor& indices = ctx.input(1);
  const NdIndex index(ctx, params.shape(), indices.shape(), indices.dtype());
  Tensor& out = ctx.output(0, nd_updates_shape(ctx, params.shape(), indices.shape()));
  const kernels::Mover mover(params.dtype());
  for (int64_t i = 0; i < index.count(); ++i) {
    mover.copy(mover.at(params.raw(), index.offset(indices.raw(), i)),
               mover.at(out.raw(), i * index.slice()), index.slice());
  }
}

// The variable's shape as far as it is known before anything runs.
Shape known_shape(const Value& handle) {
  if (handle.is_variable()) return handle.shape();
  if (handle.is_symbolic()) {
    const auto& graph = handle.rep()->graph;
    std::lock_guard lock(graph->mutex());
    return handle_shape(*graph, {handle.rep()->node, handle.rep()->output});
  }
  const auto variable = std::dynamic_pointer_cast<VariableState>(handle.opaque_at());
  return variable ? variable->shape() : Shape::unknown_rank();
}

Value shape_of_variable(const Value& handle, DType dtype) {
  const Shape known = known_shape(handle);
  if (known.is_fully_defined()) return grads::int_vector({known.begin(), known.end()}, dtype);
  return emit("VariableShape", {handle}, {{"out_type", dtype}});
}

// Only the rows that were taken (tensorflow/python/ops/resource_variable_ops.py).
Values gather_gradient(const GradContext& ctx) {
  const Value &handle = ctx.input(0), &indices = ctx.input(1), &dy = ctx.output_gradient(0);
  if (ctx.attr<int64_t>("batch_dims") != 0) {
    fail(Code::unimplemented, "the gradient of ResourceGather with batch_dims is not defined");
  }
  const Value shape = shape_of_variable(handle, DType::int32);
  const Shape whole = known_shape(handle);
  if (indices.shape().has_rank() && indices.rank() == 1) {
    return {make_indexed_slices({dy, indices, shape}, whole), {}};
  }
  const Value count = grads::size_of(indices);
  const Value rows = count.is_dense() ? grads::int_vector({count.item<int64_t>()})
                                      : emit("ExpandDims", {count, Tensor::scalar<int32_t>(0)});
  const Value values = grads::reshape(dy, grads::join({rows, grads::sub_vector(shape, 1)}));
  return {
      make_indexed_slices({values, grads::reshape(indices, grads::int_vector({-1})), shape}, whole),
      {}};
}

Values gather_nd_gradient(const GradContext& ctx) {
  const Value &handle = ctx.input(0), &indices = ctx.input(1), &dy = ctx.output_gradient(0);
  const Value shape = shape_of_variable(handle, indices.dtype());
  const Shape& at = indices.shape();
  if (at.has_rank() && at.rank() == 2 && at[1] == 1) {
    const Value rows = emit("Squeeze", {indices}, {{"squeeze_dims", std::vector<int64_t>{-1}}});
    return {make_indexed_slices({dy, rows, shape}, known_shape(handle)), {}};
  }
  return {emit("ScatterNd", {indices, dy, shape}), {}};
}

}  // namespace

void register_resource_gather(OpRegistry& registry) {
  registry.add(
      {.signature = "ResourceGather(resource: resource, indices: Tindices) -> (output: dtype)",
       .attrs = {int_attr("batch_dims", 0), bool_attr("validate_indices", true), type_attr("dtype"),
                 type_attr("Tindices", kIndexTypes)},
       .shape = gather_shape,
       .kernel = gather,
       .gradient = gather_gradient,
       .stateful = true});
  registry.add(
      {.signature = "ResourceGatherNd(resource: resource, indices: Tindices) -> (output: dtype)",
       .attrs = {type_attr("dtype"), type_attr("Tindices", kIndexTypes)},
       .shape = gather_nd_shape,
       .kernel = gather_nd,
       .gradient = gather_nd_gradient,
       .stateful = true});
}

}  // namespace rill
