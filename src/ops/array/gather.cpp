#include "base/thread_pool.h"
#include "kernels/mover.h"
#include "op/emit.h"
#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"
#include "rill/ops/array.hpp"

namespace rill {
namespace {

struct Where {
  int axis;
  int batch_dims;
};

Where resolve(const NodeAccess& node, const Shape& params, const Shape& indices, int64_t axis,
              int64_t batch_dims) {
  node.require(axis >= -params.rank() && axis < params.rank(), "Expected axis in the range [",
               -params.rank(), ", ", params.rank(), "), but got ", axis);
  if (axis < 0) axis += params.rank();
  node.require(batch_dims >= -indices.rank() && batch_dims <= indices.rank(),
               "Expected batch_dims in the range [", -indices.rank(), ", ", indices.rank(),
               "], but got ", batch_dims);
  if (batch_dims < 0) batch_dims += indices.rank();
  node.require(batch_dims < params.rank(), "batch_dims (", batch_dims,
               ") must be less than rank(params) (", params.rank(), ").");
  node.require(batch_dims <= axis, "batch_dims (", batch_dims,
               ") must be less than or equal to axis (", axis, ").");
  for (int i = 0; i < batch_dims; ++i) {
    node.require(params[i] < 0 || indices[i] < 0 || params[i] == indices[i], "params.shape[", i,
                 "]: ", params[i], " should be equal to indices.shape[", i, "]: ", indices[i]);
  }
  return {static_cast<int>(axis), static_cast<int>(batch_dims)};
}

// Where no axis input is: Gather, which gathers rows.
int64_t batch_dims_of(const NodeAccess& node) { return node.attr_or<int64_t>("batch_dims", 0); }

void infer_shape(ShapeContext& ctx) {
  const Shape& params = ctx.input(0);
  const Shape& indices = ctx.input(1);
  ctx.require_rank(0, 1);
  const bool v2 = ctx.num_inputs() > 2;
  const auto axis = v2 ? ctx.int_scalar(2) : std::optional<int64_t>(0);
  if (!params.has_rank() || !indices.has_rank()) return;
  if (!axis) {
    const int64_t batch = batch_dims_of(ctx);
    ctx.require(batch >= -indices.rank() && batch <= indices.rank(),
                "Expected batch_dims in the range [", -indices.rank(), ", ", indices.rank(),
                "], but got ", batch);
    const int64_t rank =
        params.rank() - 1 + indices.rank() - (batch < 0 ? batch + indices.rank() : batch);
    if (rank >= 0) ctx.set_output(0, Shape::unknown_dims(static_cast<int>(rank)));
    return;
  }
  const Where where = resolve(ctx, params, indices, *axis, batch_dims_of(ctx));
  Shape out = join(
      join(sub_shape(params, 0, where.axis), sub_shape(indices, where.batch_dims, indices.rank())),
      sub_shape(params, where.axis + 1, params.rank()));
  for (int i = 0; i < where.batch_dims; ++i) out[i] = ctx.merge_dim(params[i], indices[i]);
  ctx.set_output(0, out);
  const auto items = ctx.partial(0);
  const auto picks = ctx.ints(1);
  if (!items || items->is_scalar || !picks || out.rank() > 1) return;
  PartialValue chosen{out.rank() == 0, {}};
  const auto n = static_cast<int64_t>(items->items.size());
  for (const int64_t i : *picks) {
    if (i < 0 || i >= n) return;  // the kernel complains
    chosen.items.push_back(items->items[static_cast<size_t>(i)]);
  }
  ctx.set_partial(0, chosen);
}

struct Run {
  kernels::Mover mover;
  DType index_dtype;
  int64_t batch, outer, limit, per_batch, inner;
  Shape indices;
  std::string name;

  void operator()(const RunArgs& args) const {
    const void* index = args.in[1];
    for (int64_t i = 0; i < batch * per_batch; ++i) {
      const int64_t v = index_at(index, index_dtype, i);
      if (v < 0 || v >= limit) {
        fail(Code::invalid_argument, name, "indices", position_text(i, indices), " = ", v,
             " is not in [0, ", limit, ")");
      }
    }
    const int64_t bytes = std::max<int64_t>(1, inner * static_cast<int64_t>(mover.size()));
    constexpr int64_t kGrainBytes = 64 * 1024;
    // One step: one index of one (batch, outer) pair.
    parallel_for(batch * outer * per_batch, std::max<int64_t>(1, kGrainBytes / bytes),
                 [&](int64_t begin, int64_t end) {
                   for (int64_t step = begin; step < end; ++step) {
                     const int64_t row = step / per_batch;
                     const int64_t i = row / outer * per_batch + step % per_batch;
                     const int64_t from = row * limit + index_at(index, index_dtype, i);
                     mover.copy(mover.at(args.in[0], from * inner),
                                mover.at(args.out[0], step * inner), inner);
                   }
                 });
  }
};

Prepared prepare(const PrepareContext& ctx) {
  const Shape& params = ctx.input(0);
  const Shape& indices = ctx.input(1);
  int64_t axis = 0;
  if (ctx.num_inputs() > 2) {
    if (ctx.constant(2) == nullptr) return {};
    axis = ctx.constant(2)->item<int64_t>();
  }
  const Where where = resolve(ctx, params, indices, axis, batch_dims_of(ctx));
  return prepared(Run{kernels::Mover(ctx.output_dtype(0)), ctx.input_dtype(1),
                      product(params, 0, where.batch_dims),
                      product(params, where.batch_dims, where.axis), params[where.axis],
                      product(indices, where.batch_dims, indices.rank()),
                      product(params, where.axis + 1, params.rank()), indices, who(ctx)});
}

}  // namespace

Value ops::gather(const Value& params, const Value& indices, int64_t axis, int64_t batch_dims) {
  return emit("GatherV2", {params, indices, Tensor::scalar(static_cast<int32_t>(axis))},
              {{"batch_dims", batch_dims}});
}

void register_gather(OpRegistry& registry) {
  registry.add({.signature = "Gather(params: Tparams, indices: Tindices) -> (output: Tparams)",
                .attrs = {bool_attr("validate_indices", true), type_attr("Tparams"),
                          type_attr("Tindices", kIndexTypes)},
                .shape = infer_shape,
                .prepare = prepare});
  registry.add(
      {.signature =
           "GatherV2(params: Tparams, indices: Tindices, axis: Taxis) -> (output: Tparams)",
       .attrs = {int_attr("batch_dims", 0), type_attr("Tparams"),
                 type_attr("Tindices", type_set<DType::int32, DType::int16, DType::int64>),
                 type_attr("Taxis", kIndexTypes)},
       .shape = infer_shape,
       .prepare = prepare});
}

}  // namespace rill
