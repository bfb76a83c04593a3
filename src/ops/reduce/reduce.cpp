// Reductions over axes given as a tensor: Sum, Mean, Prod, Max, Min, All, Any, EuclideanNorm.
#include "kernels/reduce.h"
#include "kernels/fold.h"
#include "op/emit.h"
#include "op/prepared.h"
#include "op/registry.h"
#include "op/shape_context.h"
#include "ops/type_sets.h"
#include "rill/ops/math.hpp"

namespace rill {
namespace {

using kernels::ReduceOp;

// Axes as TensorFlow checks them: in range, each once.
std::vector<int> canonical_axes(const NodeAccess& who, const std::vector<int64_t>& axes, int rank) {
  std::vector<int> result;
  std::vector<bool> seen(static_cast<size_t>(rank), false);
  for (int64_t axis : axes) {
    who.require(axis >= -rank && axis < rank, "Invalid reduction dimension (", axis,
                " for input with ", rank, " dimension(s))");
    const int d = static_cast<int>(axis < 0 ? axis + rank : axis);
    who.require(!seen[static_cast<size_t>(d)],
                "Invalid reduction arguments: Axes contains duplicate dimension: ", d);
    seen[static_cast<size_t>(d)] = true;
    result.push_back(d);
  }
  return result;
}

void infer(ShapeContext& ctx) {
  ctx.require_rank_at_most(1, 1);
  const bool keep_dims = ctx.attr<bool>("keep_dims");
  const Shape& in = ctx.input(0);
  const auto axes = ctx.ints(1);
  if (!in.has_rank()) return;
  if (!axes) {
    if (keep_dims) ctx.set_output(0, Shape::unknown_dims(in.rank()));
    return;
  }
  std::vector<bool> reduced(static_cast<size_t>(in.rank()), false);
  for (int d : canonical_axes(ctx, *axes, in.rank())) reduced[static_cast<size_t>(d)] = true;
  Shape out;
  for (int d = 0; d < in.rank(); ++d) {
    if (!reduced[static_cast<size_t>(d)]) {
      out.push_back(in[d]);
    } else if (keep_dims) {
      out.push_back(1);
    }
  }
  ctx.set_output(0, std::move(out));
}

struct FastRun {
  kernels::Reduce kernel;
  void operator()(const RunArgs& args) const { kernel.run(args.in[0], args.out[0]); }
};

struct FoldRun {
  kernels::Fold kernel;
  void operator()(const RunArgs& args) const { kernel.run(args.in[0], args.out[0]); }
};

template <ReduceOp op>
Prepared prepare(const PrepareContext& ctx) {
  const Tensor* given = ctx.constant(1);
  if (!given) return {};
  const std::vector<int> axes =
      canonical_axes(ctx, given->to_vector<int64_t>(), ctx.input(0).rank());
  const DType dtype = storage_dtype(ctx.input_dtype(0));
  if (kernels::reduce_result(op, dtype) == DType::invalid) {
    return prepared(FoldRun{kernels::prepare_fold(op, dtype, ctx.input(0), axes)});
  }
  return prepared(FastRun{kernels::prepare_reduce(op, dtype, ctx.input(0), axes)});
}

template <ReduceOp op>
OpDef numeric_def(std::string_view name, std::span<const DType> types) {
  return {.signature = str(name, "(input: T, reduction_indices: Tidx) -> (output: T)"),
          .attrs = {bool_attr("keep_dims", false), type_attr("T", types),
                    type_attr("Tidx", kIndexTypes, DType::int32)},
          .shape = infer,
          .prepare = prepare<op>};
}

template <ReduceOp op>
OpDef logical_def(std::string_view name) {
  return {.signature = str(name, "(input: bool, reduction_indices: Tidx) -> (output: bool)"),
          .attrs = {bool_attr("keep_dims", false), type_attr("Tidx", kIndexTypes, DType::int32)},
          .shape = infer,
          .prepare = prepare<op>};
}

Value reduce(std::string_view op, const Value& x, const ops::Axes& axes, bool keep_dims,
             std::string_view name) {
  Value indices;
  if (!axes.all) {
    std::vector<int32_t> list;
    for (int64_t axis : axes.list) list.push_back(static_cast<int32_t>(axis));
    indices = Tensor::vector(list);
  } else if (x.shape().has_rank()) {
    std::vector<int32_t> list;
    for (int d = 0; d < x.rank(); ++d) list.push_back(d);
    indices = Tensor::vector(list);
  } else {
    const Value zero = Tensor::scalar<int32_t>(0), one = Tensor::scalar<int32_t>(1);
    indices = emit("Range", {zero, emit("Rank", {x}), one});
  }
  return emit(op, {x, indices}, {{"keep_dims", keep_dims}}, name);
}

}  // namespace

Value ops::reduce_sum(const Value& x, const Axes& axes, bool keep_dims, std::string_view name) {
  return reduce("Sum", x, axes, keep_dims, name);
}
Value ops::reduce_mean(const Value& x, const Axes& axes, bool keep_dims, std::string_view name) {
  return reduce("Mean", x, axes, keep_dims, name);
}
Value ops::reduce_prod(const Value& x, const Axes& axes, bool keep_dims, std::string_view name) {
  return reduce("Prod", x, axes, keep_dims, name);
}
Value ops::reduce_max(const Value& x, const Axes& axes, bool keep_dims, std::string_view name) {
  return reduce("Max", x, axes, keep_dims, name);
}
Value ops::reduce_min(const Value& x, const Axes& axes, bool keep_dims, std::string_view name) {
  return reduce("Min", x, axes, keep_dims, name);
}
Value ops::reduce_all(const Value& x, const Axes& axes, bool keep_dims, std::string_view name) {
  return reduce("All", x, axes, keep_dims, name);
}
Value ops::reduce_any(const Value& x, const Axes& axes, bool keep_dims, std::string_view name) {
  return reduce("Any", x, axes, keep_dims, name);
}
Value ops::reduce_euclidean_norm(const Value& x, const Axes& axes, bool keep_dims,
                                 std::string_view name) {
  return reduce("EuclideanNorm", x, axes, keep_dims, name);
}
void register_reduce(OpRegistry& registry) {
  registry.add(numeric_def<ReduceOp::sum>("Sum", kNumericTypes));
  registry.add(numeric_def<ReduceOp::mean>("Mean", kNumericTypes));
  registry.add(numeric_def<ReduceOp::prod>("Prod", kNumericTypes));
  registry.add(numeric_def<ReduceOp::max>("Max", kOrderedTypes));
  registry.add(numeric_def<ReduceOp::min>("Min", kOrderedTypes));
  registry.add(numeric_def<ReduceOp::euclidean_norm>("EuclideanNorm", kNumericTypes));
  registry.add(logical_def<ReduceOp::all>("All"));
  registry.add(logical_def<ReduceOp::any>("Any"));
}

}  // namespace rill
