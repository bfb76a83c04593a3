#include <utility>

#include "kernels/mover.h"
#include "op/emit.h"
#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"
#include "ops/gradient_tools.h"
#include "ops/strips.h"
#include "rill/ops/array.hpp"

namespace rill {
namespace {

int checked_axis(const NodeAccess& node, int64_t axis, int rank) {
  node.require(axis >= -rank && axis < rank, "-input rank(-", rank, ") <= split_dim < input rank (",
               rank, "), but got ", axis);
  return static_cast<int>(axis < 0 ? axis + rank : axis);
}

void split_shape(ShapeContext& ctx) {
  const Shape& in = ctx.input(1);
  if (!in.has_rank()) return;
  const auto wanted = ctx.int_scalar(0);
  Shape out = Shape::unknown_dims(in.rank());
  if (wanted) {
    const int axis = checked_axis(ctx, *wanted, in.rank());
    const int n = ctx.num_outputs();
    out = in;
    if (in[axis] >= 0) {
      ctx.require(in[axis] % n == 0,
                  "Number of ways to split should evenly divide the split "
                  "dimension, but got split_dim ",
                  axis, " (size = ", in[axis], ") and num_split ", n);
      out[axis] = in[axis] / n;
    }
  }
  for (int i = 0; i < ctx.num_outputs(); ++i) ctx.set_output(i, out);
}

// size_splits with its one -1 worked out. Throws as TensorFlow's SplitV does.
std::vector<int64_t> resolve_sizes(const NodeAccess& node, std::vector<int64_t> sizes,
                                   int64_t total, int n) {
  node.require(sizes.size() == static_cast<size_t>(n), "size of the split_tensor must be ", n,
               ", got ", sizes.size());
  int64_t sum = 0;
  int hole = -1;
  for (size_t i = 0; i < sizes.size(); ++i) {
    if (sizes[i] == -1) {
      node.require(hole < 0, "There can only be one -1 in the input.");
      hole = static_cast<int>(i);
      continue;
    }
    node.require(sizes[i] >= 0, "Split size at index ", i, " must be >= 0, Got: ", sizes[i]);
    node.require(!__builtin_add_overflow(sum, sizes[i], &sum), "the split sizes are too large");
  }
  node.require(hole < 0 ? sum == total : sum <= total,
               "Determined shape must either match input "
               "shape along split_dim exactly if fully specified, or be less than the size of the "
               "input along split_dim if not fully specified.  Got: ",
               sum, " of ", total);
  if (hole >= 0) sizes[static_cast<size_t>(hole)] = total - sum;
  return sizes;
}

void split_v_shape(ShapeContext& ctx) {
  const Shape& in = ctx.input(0);
  ctx.require_rank_exactly(1, 1);
  if (!in.has_rank()) return;
  const auto wanted = ctx.int_scalar(2);
  const int n = ctx.num_outputs();
  if (!wanted) {
    for (int i = 0; i < n; ++i) ctx.set_output(i, Shape::unknown_dims(in.rank()));
    return;
  }
  const int axis = checked_axis(ctx, *wanted, in.rank());
  auto sizes = ctx.ints(1);
  if (sizes && in[axis] >= 0) sizes = resolve_sizes(ctx, *sizes, in[axis], n);
  for (int i = 0; i < n; ++i) {
    Shape out = in;
    out[axis] =
        sizes && static_cast<size_t>(i) < sizes->size() ? (*sizes)[static_cast<size_t>(i)] : -1;
    ctx.set_output(i, out);
  }
}

Prepared prepare_split(const PrepareContext& ctx, int value, const Tensor* axis_value) {
  if (axis_value == nullptr) return {};
  const Shape& in = ctx.input(value);
  ctx.require(axis_value->rank() == 0, "split_dim must be a scalar but has rank ",
              axis_value->rank());
  const int axis = checked_axis(ctx, axis_value->item<int64_t>(), in.rank());
  const int64_t outer = product(in, 0, axis);
  std::vector<int64_t> widths;
  for (int i = 0; i < ctx.num_outputs(); ++i) {
    widths.push_back(product(ctx.output(i), axis, in.rank()));
  }
  return prepared([value, strips = Strips(outer, std::move(widths)),
                   mover = kernels::Mover(ctx.input_dtype(value))](const RunArgs& args) {
    strips.for_each([&](size_t i, int64_t to, int64_t from, int64_t n) {
      mover.copy(mover.at(args.in[value], from), mover.at(args.out[i], to), n);
    });
  });
}

// Joins the gradients of the pieces.
Value join_pieces(const GradContext& ctx, const Value& axis) {
  if (ctx.num_outputs() == 1) return ctx.raw_output_gradient(0);
  Values pieces;
  for (int i = 0; i < ctx.num_outputs(); ++i) pieces.push_back(grads::output_gradient(ctx, i));
  pieces.push_back(axis);
  return emit("ConcatV2", pieces);
}

Values split_gradient(const GradContext& ctx) { return {{}, join_pieces(ctx, ctx.input(0))}; }
Values split_v_gradient(const GradContext& ctx) { return {join_pieces(ctx, ctx.input(2)), {}, {}}; }

}  // namespace

Values ops::split(const Value& x, int64_t num, int64_t axis) {
  return emit_all("Split", {Tensor::scalar(static_cast<int32_t>(axis)), x}, {{"num_split", num}});
}
Values ops::split(const Value& x, const std::vector<int64_t>& sizes, int64_t axis) {
  return emit_all("SplitV", {x, Tensor::vector(sizes), Tensor::scalar(static_cast<int32_t>(axis))},
                  {{"num_split", static_cast<int64_t>(sizes.size())}});
}

void register_split(OpRegistry& registry) {
  registry.add(
      {.signature = "Split(split_dim: int32, value: T) -> (output: num_split*T)",
       .attrs = {at_least(1, int_attr("num_split")), type_attr("T")},
       .shape = split_shape,
       .prepare = [](const PrepareContext& ctx) { return prepare_split(ctx, 1, ctx.constant(0)); },
       .gradient = split_gradient});
  registry.add(
      {.signature =
           "SplitV(value: T, size_splits: Tlen, split_dim: int32) -> (output: num_split*T)",
       .attrs = {at_least(1, int_attr("num_split")), type_attr("T"),
                 type_attr("Tlen", type_set<DType::int32, DType::int8, DType::int64>,
                           DType::int64)},
       .shape = split_v_shape,
       .prepare = [](const PrepareContext& ctx) { return prepare_split(ctx, 0, ctx.constant(2)); },
       .gradient = split_v_gradient,
       .one_for_scalar = 0b100});
}

}  // namespace rill
