#include <algorithm>

#include "base/thread_pool.h"
#include "kernels/mover.h"
#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"
#include "ops/gradient_tools.h"
#include "ops/sparse_tensor.h"

namespace rill {
namespace {

void infer_sparse_to_dense(ShapeContext& ctx) {
  ctx.require_rank_exactly(1, 1);
  ctx.set_output(0, ctx.shape_from_value(1));
}

// Indices may also be a scalar or a vector (positions of a vector), values a scalar for all.
void run_sparse_to_dense(KernelContext& ctx) {
  const Tensor& indices = ctx.input(0);
  const Tensor& values = ctx.input(2);
  ctx.require(indices.rank() <= 2,
              "sparse_indices should be a scalar, vector, or matrix, got shape ", indices.shape());
  ctx.require(ctx.input(1).rank() == 1, "output_shape must be rank 1, got shape ",
              ctx.input(1).shape());
  SparseInput sparse;
  sparse.shape = ints_of(ctx.input(1));
  require_valid_shape(ctx, sparse.shape);
  sparse.count = indices.rank() > 0 ? indices.dim(0) : 1;
  sparse.rank = indices.rank() > 1 ? static_cast<int>(indices.dim(1)) : 1;
  ctx.require(static_cast<size_t>(sparse.rank) == sparse.shape.size(),
              "output_shape has incorrect number of elements: ", sparse.shape.size(),
              " should be: ", sparse.rank);
  ctx.require(values.rank() == 0 || (values.rank() == 1 && values.dim(0) == sparse.count),
              "sparse_values has incorrect shape ", values.shape(), ", should be [] or [",
              sparse.count, "]");
  ctx.require(ctx.input(3).rank() == 0, "default_value should be a scalar, got shape ",
              ctx.input(3).shape());
  sparse.take_coordinates(indices);
  require_in_bounds(ctx, sparse);
  if (ctx.attr<bool>("validate_indices")) require_in_order(ctx, sparse);
  Tensor& out = ctx.output(0, Shape(sparse.shape));
  dispatch_by_size(values.dtype(), "SparseToDense", [&]<typename T>() {
    T* to = static_cast<T*>(out.raw());
    const T* from = static_cast<const T*>(values.raw());
    const kernels::Mover mover(values.dtype());
    parallel_for(out.size(), grain_of(1), [&](int64_t begin, int64_t end) {
      mover.fill(ctx.input(3).raw(), to + begin, end - begin);
    });
    for (int64_t i = 0; i < sparse.count; ++i) {
      to[dense_offset(sparse, i)] = from[values.rank() == 0 ? 0 : i];
    }
  });
}

// What is not from the values is from the default (tensorflow/python/ops/sparse_grad.py).
Values sparse_to_dense_gradient(const GradContext& ctx) {
  const Value& dy = ctx.output_gradient(0);
  Value indices = ctx.input(0);
  if (!indices.shape().has_rank() || indices.rank() < 2) {  // one row an entry
    const Value rank = emit("Shape", {ctx.input(1)});
    indices = grads::reshape(indices, grads::join({grads::int_vector({-1}), rank}));
  }
  Value values = grads::gather_nd(dy, indices);
  const Value rest = grads::sum_all(dy) - grads::sum_all(values);
  const Value& given = ctx.input(2);
  return {{}, {}, grads::sum_to_shape_of(values, given), rest};
}

}  // namespace

void register_sparse_to_dense(OpRegistry& registry) {
  registry.add({.signature = "SparseToDense(sparse_indices: Tindices, output_shape: Tindices, "
                             "sparse_values: T, default_value: T) -> (dense: T)",
                .attrs = {bool_attr("validate_indices", true), type_attr("T"),
                          type_attr("Tindices", kIndexTypes)},
                .shape = infer_sparse_to_dense,
                .kernel = run_sparse_to_dense,
                .gradient = sparse_to_dense_gradient});
}

}  // namespace rill
