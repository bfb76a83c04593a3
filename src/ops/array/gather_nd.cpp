#include "base/thread_pool.h"
#include "kernels/mover.h"
#include "op/emit.h"
#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"
#include "ops/gradient_tools.h"
#include "ops/nd_index.h"
#include "rill/ops/array.hpp"

namespace rill {
namespace {

void infer_gather_nd(ShapeContext& ctx) {
  ctx.require_rank(0, 1);
  ctx.set_output(0, nd_updates_shape(ctx, ctx.input(0), ctx.input(1)));
}

Prepared prepare_gather_nd(const PrepareContext& ctx) {
  const NdIndex index(ctx, ctx.input(0), ctx.input(1), ctx.input_dtype(1));
  ctx.require(index.count() == 0 || ctx.input(0).num_elements() > 0,
              "Requested more than 0 entries, but params is empty.  Params shape: ", ctx.input(0));
  return prepared([index, mover = kernels::Mover(ctx.output_dtype(0))](const RunArgs& args) {
    const auto gather = [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; ++i) {
        const int64_t at = index.offset(args.in[1], i);
        void* to = mover.at(args.out[0], i * index.slice());
        if (at == NdIndex::kIgnored) {
          mover.clear(to, index.slice());
        } else {
          mover.copy(mover.at(args.in[0], at), to, index.slice());
        }
      }
    };
    try {
      parallel_for(index.count(), grain_of(8 + index.slice()), gather);
    } catch (const Error&) {
      gather(0, index.count());  // names the first index that is wrong, not the first one found
      throw;
    }
  });
}

// Sparse when whole rows were taken (tensorflow/python/ops/array_grad.py).
Values gather_nd_gradient(const GradContext& ctx) {
  const Value &params = ctx.input(0), &indices = ctx.input(1), &dy = ctx.output_gradient(0);
  const Value shape = grads::shape_of(params, indices.dtype());
  const Shape& at = indices.shape();
  if (at.has_rank() && at.rank() == 2 && at[1] == 1) {
    const Value rows = emit("Squeeze", {indices}, {{"squeeze_dims", std::vector<int64_t>{-1}}});
    return {make_indexed_slices({dy, rows, shape}, params.shape()), {}};
  }
  return {emit("ScatterNd", {indices, dy, shape},
               {{"bad_indices_policy", ctx.attr<std::string>("bad_indices_policy")}}),
          {}};
}

}  // namespace

Value ops::gather_nd(const Value& params, const Value& indices) {
  return emit("GatherNd", {params, indices});
}

void register_gather_nd(OpRegistry& registry) {
  registry.add({.signature = "GatherNd(params: Tparams, indices: Tindices) -> (output: Tparams)",
                .attrs = {type_attr("Tparams"),
                          type_attr("Tindices", type_set<DType::int32, DType::int16, DType::int64>),
                          string_attr("bad_indices_policy", "")},
                .shape = infer_gather_nd,
                .prepare = prepare_gather_nd,
                .gradient = gather_nd_gradient});
}

}  // namespace rill
