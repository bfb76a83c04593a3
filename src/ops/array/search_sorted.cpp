// LowerBound and UpperBound: where values would stand in sorted rows.
#include <algorithm>

#include "base/thread_pool.h"
#include "op/emit.h"
#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"
#include "rill/ops/array.hpp"
#include "tensor/dispatch.h"

namespace rill {
namespace {

void infer_search_sorted(ShapeContext& ctx) {
  ctx.require_rank_exactly(0, 2);
  ctx.require_rank_exactly(1, 2);
  ctx.set_output(0, ctx.input(1));
}

template <bool upper, typename T, typename Out>
Prepared prepare_as(const PrepareContext& ctx) {
  const int64_t rows = ctx.input(0)[0], n = ctx.input(0)[1], m = ctx.input(1)[1];
  ctx.require(ctx.input(1)[0] == rows, "Leading dim_size of both tensors must match.");
  return prepared([=](const RunArgs& args) {
    const T* sorted = static_cast<const T*>(args.in[0]);
    const T* values = static_cast<const T*>(args.in[1]);
    Out* out = static_cast<Out*>(args.out[0]);
    parallel_for(rows * m, grain_of(32), [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; ++i) {
        const T* first = sorted + i / m * n;
        const T* at = upper ? std::upper_bound(first, first + n, values[i])
                            : std::lower_bound(first, first + n, values[i]);
        out[i] = static_cast<Out>(at - first);
      }
    });
  });
}

template <bool upper>
Prepared prepare_search_sorted(const PrepareContext& ctx) {
  Prepared result;
  dispatch_number(ctx.input_dtype(0), ctx.op().c_str(), [&]<typename T>() {
    result = ctx.output_dtype(0) == DType::int64 ? prepare_as<upper, T, int64_t>(ctx)
                                                 : prepare_as<upper, T, int32_t>(ctx);
  });
  return result;
}

}  // namespace

void register_search_sorted(OpRegistry& registry) {
  registry.add({.signature = "LowerBound(sorted_inputs: T, values: T) -> (output: out_type)",
                .attrs = {type_attr("T"), type_attr("out_type", kIndexTypes, DType::int32)},
                .shape = infer_search_sorted,
                .prepare = prepare_search_sorted<false>});
  registry.add({.signature = "UpperBound(sorted_inputs: T, values: T) -> (output: out_type)",
                .attrs = {type_attr("T"), type_attr("out_type", kIndexTypes, DType::int32)},
                .shape = infer_search_sorted,
                .prepare = prepare_search_sorted<true>});
}

}  // namespace rill
