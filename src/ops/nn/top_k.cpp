// TopK, TopKV2, InTopK, InTopKV2.
#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "base/thread_pool.h"
#include "kernels/top_k.h"
#include "op/emit.h"
#include "op/registry.h"
#include "ops/args.h"
#include "ops/gradient_attrs.h"
#include "ops/type_sets.h"
#include "rill/ops/nn.hpp"

namespace rill {
namespace {

void infer_for(ShapeContext& ctx, std::optional<int64_t> k) {
  ctx.require_rank(0, 1);
  Shape out = ctx.input(0);
  if (out.has_rank()) {
    if (k) {
      ctx.require(*k >= 0, "Need k >= 0, got ", *k);
      ctx.require(out.back() < 0 || out.back() >= *k, "input must have at least k columns. Had ",
                  out.back(), ", needed ", *k);
    }
    out[out.rank() - 1] = k ? *k : Shape::kUnknownDim;
  }
  ctx.set_output(0, out);
  ctx.set_output(1, out);
}

void infer_top_k(ShapeContext& ctx) { infer_for(ctx, ctx.attr<int64_t>("k")); }

void infer_top_k_v2(ShapeContext& ctx) {
  ctx.require_rank_exactly(1, 0);
  infer_for(ctx, ctx.int_scalar(1));
}

struct TopKRun {
  kernels::TopK kernel;
  void operator()(const RunArgs& args) const {
    kernel.run(args.in[0], args.out[0], args.out[1], args.scratch);
  }
};

Prepared prepare_top_k(const PrepareContext& ctx) {
  const Shape& in = ctx.input(0);
  const int64_t columns = in.back();
  const int64_t k = ctx.output(0).back();
  ctx.require(columns <= INT32_MAX, "rows of ", columns, " elements are too long");
  const int64_t rows = k == 0 ? 0 : in.num_elements() / columns;
  const TopKRun run{kernels::prepare_top_k(ctx.input_dtype(0), ctx.output_dtype(1), rows, columns,
                                           k, ctx.attr<bool>("sorted"), max_threads())};
  return prepared(run, run.kernel.scratch_bytes());
}

// What flows back goes where each value came from (tensorflow/python/ops/nn_grad.py): rows are laid
// end to end, and the indices moved on by the length of the rows before them.
Values top_k_gradient(const GradContext& ctx) {
  const Value& x = ctx.input(0);
  Values result(static_cast<size_t>(ctx.num_inputs()));
  if (!ctx.output_gradient(0)) return result;
  const Value dims = grads::shape_of(x, DType::int64);
  const Value all = emit("Prod", {dims, grads::int_vector({0})}, {{"keep_dims", true}});
  const Value columns = grads::item(dims, -1);
  const Value indices = grads::cast(ctx.output(1), DType::int64);
  const Value picked_dims = grads::shape_of(ctx.output(1), DType::int64);
  const Value rows = grads::reshape(
      indices, emit("Pack", {Tensor::scalar(int64_t{-1}), grads::item(picked_dims, -1)}));
  const Value begins = emit("Range", {Tensor::scalar(int64_t{0}), grads::item(all, 0), columns});
  const Value at = grads::add(rows, emit("ExpandDims", {begins, Tensor::scalar(int32_t{1})}));
  const Value flat =
      emit("ScatterNd", {grads::reshape(at, grads::int_vector({-1, 1})),
                         grads::reshape(ctx.output_gradient(0), grads::int_vector({-1})), all});
  result[0] = grads::reshape(flat, dims);
  return result;
}

void infer_in_top_k(ShapeContext& ctx) {
  ctx.require_rank_exactly(0, 2);
  ctx.require_rank_exactly(1, 1);
  if (ctx.num_inputs() > 2) ctx.require_rank_exactly(2, 0);
  int64_t rows = Shape::kUnknownDim;
  for (int i = 0; i < 2; ++i) {
    if (ctx.input(i).has_rank()) rows = ctx.merge_dim(rows, ctx.input(i)[0]);
  }
  ctx.set_output(0, Shape{rows});
}

struct InTopK {
  int64_t rows;
  int64_t classes;
  DType index;
  std::optional<int64_t> k;  // an attribute; else input 2

  // Whether fewer than k predictions are larger than that of the target. A target out of range, or
  // a prediction that is not finite, is never in.
  void operator()(const RunArgs& args) const {
    const int64_t limit = k ? *k : index_at(args.in[2], index, 0);
    parallel_for(rows, grain_of(classes), [&](int64_t begin, int64_t end) {
      for (int64_t r = begin; r < end; ++r) {
        const float* row = static_cast<const float*>(args.in[0]) + r * classes;
        const int64_t target = index_at(args.in[1], index, r);
        static_cast<bool*>(args.out[0])[r] =
            target >= 0 && target < classes && is_in(row, row[target], limit);
      }
    });
  }

 private:
  // Ends where the answer is no.
  bool is_in(const float* row, float target, int64_t limit) const {
    constexpr int64_t kBlock = 64;
    int64_t larger = 0;
    for (int64_t c = 0; c < classes && larger < limit; c += kBlock) {
      const int64_t end = std::min(classes, c + kBlock);
      int32_t more = 0, odd = 0;
      for (int64_t i = c; i < end; ++i) {
        more += row[i] > target;
        odd |= !(std::abs(row[i]) <= std::numeric_limits<float>::max());
      }
      if (odd != 0) return false;
      larger += more;
    }
    return larger < limit;
  }
};

Prepared prepare_in_top_k(const PrepareContext& ctx) {
  std::optional<int64_t> k;
  if (ctx.num_inputs() == 2) k = ctx.attr<int64_t>("k");
  return prepared(InTopK{ctx.input(0)[0], ctx.input(0)[1], ctx.input_dtype(1), k});
}

}  // namespace

ops::TopK ops::top_k(const Value& x, const Value& k, bool sorted, std::string_view name) {
  const Values all = emit_all("TopKV2", {x, k}, {{"sorted", sorted}}, name);
  return {all[0], all[1]};
}
Value ops::in_top_k(const Value& targets, const Value& predictions, const Value& k,
                    std::string_view name) {
  return emit("InTopKV2", {predictions, targets, k}, {}, name);
}

void register_top_k(OpRegistry& registry) {
  registry.add({.signature = "TopK(input: T) -> (values: T, indices: int32)",
                .attrs = {attr("k", AttrKind::int_, false, {}), bool_attr("sorted", true),
                          type_attr("T", kRealTypes)},
                .shape = infer_top_k,
                .prepare = prepare_top_k,
                .gradient = top_k_gradient});
  registry.add({.signature = "TopKV2(input: T, k: Tk) -> (values: T, indices: index_type)",
                .attrs = {bool_attr("sorted", true), type_attr("T", kRealTypes),
                          type_attr("Tk", kSmallIndexTypes, DType::int32),
                          type_attr("index_type", kSmallIndexTypes, DType::int32)},
                .shape = infer_top_k_v2,
                .prepare = prepare_top_k,
                .gradient = top_k_gradient});
  registry.add({.signature = "InTopK(predictions: float32, targets: T) -> (precision: bool)",
                .attrs = {int_attr("k"), type_attr("T", kIndexTypes, DType::int32)},
                .shape = infer_in_top_k,
                .prepare = prepare_in_top_k});
  registry.add(
      {.signature = "InTopKV2(predictions: float32, targets: T, k: T) -> (precision: bool)",
       .attrs = {type_attr("T", kIndexTypes, DType::int32)},
       .shape = infer_in_top_k,
       .prepare = prepare_in_top_k});
}

}  // namespace rill
