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

// No element is after the next one, nor NaN.
template <typename T>
bool in_order(const T* row, int64_t n) {
  bool ordered = true;
  for (int64_t i = 1; i < n; ++i) ordered &= row[i - 1] <= row[i];
  return ordered;
}

// Without branches that nobody can foresee, and for several values at once, whose steps do not wait
// for each other. Rows that are not in order end where the standard's steps lead.
template <bool upper, typename T, typename Out>
void search_row(const T* sorted, int64_t n, const T* values, int64_t count, Out* out) {
  constexpr int64_t kLanes = 16;
  int64_t i = 0;
  if (sizeof(T) >= 4 && n > 1 && n <= INT32_MAX && count >= n / 8 && in_order(sorted, n)) {
    for (; i + kLanes <= count; i += kLanes) {
      int32_t first[kLanes] = {};
      for (auto left = static_cast<int32_t>(n); left > 1;) {
        const int32_t half = left / 2;
        for (int64_t k = 0; k < kLanes; ++k) {
          const T at = sorted[first[k] + half - 1], value = values[i + k];
          const int32_t after = upper ? !(value < at) : at < value;
          first[k] += -after & half;  // a mask: compilers make branches of conditions
        }
        left -= half;
      }
      for (int64_t k = 0; k < kLanes; ++k) {
        const T at = sorted[first[k]], value = values[i + k];
        const bool after = upper ? !(value < at) : at < value;
        out[i + k] = static_cast<Out>(first[k] + after);
      }
    }
  }
  for (; i < count; ++i) {
    const T* at = upper ? std::upper_bound(sorted, sorted + n, values[i])
                        : std::lower_bound(sorted, sorted + n, values[i]);
    out[i] = static_cast<Out>(at - sorted);
  }
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
      while (begin < end) {
        const int64_t row = begin / m, stop = std::min(end, (row + 1) * m);
        search_row<upper>(sorted + row * n, n, values + begin, stop - begin, out + begin);
        begin = stop;
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
