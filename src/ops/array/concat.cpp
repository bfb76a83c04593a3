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

// ConcatV2 has its axis last, Concat first.
template <bool v2>
struct ConcatLayout {
  static int axis(int inputs) { return v2 ? inputs - 1 : 0; }
  static int first() { return v2 ? 0 : 1; }
};

template <bool v2>
void infer_concat(ShapeContext& ctx) {
  const int n = ctx.num_inputs() - 1;
  const int first = ConcatLayout<v2>::first();
  const int axis_input = ConcatLayout<v2>::axis(ctx.num_inputs());
  ctx.require_rank_exactly(axis_input, 0);
  Shape all = Shape::unknown_rank();
  for (int i = 0; i < n; ++i) {
    if (!all.has_rank()) all = ctx.input(first + i);
  }
  if (!all.has_rank()) return;
  ctx.require(all.rank() > 0, "Can't concatenate scalars (use tf.stack instead)");
  const auto wanted = ctx.int_scalar(axis_input);
  if (!wanted) {
    ctx.set_output(0, Shape::unknown_dims(all.rank()));
    return;
  }
  ctx.require(*wanted >= -all.rank() && *wanted < all.rank(),
              "ConcatOp : Expected concatenating dimensions in the range [", -all.rank(), ", ",
              all.rank(), "), but got ", *wanted);
  const int axis = static_cast<int>(*wanted < 0 ? *wanted + all.rank() : *wanted);
  int64_t total = 0;
  all[axis] = -1;
  for (int i = 0; i < n; ++i) {
    const Shape& in = ctx.input(first + i);
    if (!in.has_rank()) {
      total = -1;
      continue;
    }
    ctx.require(in.rank() == all.rank(),
                "ConcatOp : Ranks of all input tensors should match: "
                "shape[0] = ",
                ctx.input(first), " vs. shape[", i, "] = ", in);
    for (int d = 0; d < all.rank(); ++d) {
      if (d == axis) continue;
      ctx.require(in[d] < 0 || all[d] < 0 || in[d] == all[d], "ConcatOp : Dimension ", d,
                  " in both shapes must be equal: shape[0] = ", ctx.input(first), " vs. shape[", i,
                  "] = ", in);
      if (all[d] < 0) all[d] = in[d];
    }
    if (in[axis] < 0) total = -1;
    if (total >= 0) {
      ctx.require(!__builtin_add_overflow(total, in[axis], &total), "the result is too large");
    }
  }
  all[axis] = total;
  ctx.set_output(0, all);
  if (all.rank() != 1) return;
  PartialValue items;
  for (int i = 0; i < n; ++i) {
    const auto part = ctx.partial(first + i);
    if (!part || part->is_scalar) return;
    items.items.insert(items.items.end(), part->items.begin(), part->items.end());
  }
  ctx.set_partial(0, items);
}

struct ConcatRun {
  kernels::Mover mover;
  int first;
  Strips strips;

  void operator()(const RunArgs& args) const {
    strips.for_each([&](size_t i, int64_t from, int64_t to, int64_t n) {
      mover.copy(mover.at(args.in[static_cast<size_t>(first) + i], from), mover.at(args.out[0], to),
                 n);
    });
  }
};

template <bool v2>
Prepared prepare_concat(const PrepareContext& ctx) {
  const Tensor* axis_value = ctx.constant(ConcatLayout<v2>::axis(ctx.num_inputs()));
  if (axis_value == nullptr) return {};
  const Shape& out = ctx.output(0);
  const int axis = canonical_axis(ctx.op(), axis_value->item<int64_t>(), out.rank());
  const int first = ConcatLayout<v2>::first();
  std::vector<int64_t> widths;
  for (int i = 0; i + 1 < ctx.num_inputs(); ++i) {
    const Shape& in = ctx.input(first + i);
    widths.push_back(product(in, axis, in.rank()));
  }
  return prepared(ConcatRun{kernels::Mover(ctx.output_dtype(0)), first,
                            Strips(product(out, 0, axis), std::move(widths))});
}

// Cuts the gradient into the pieces that were joined, which stand from `first` on.
Values concat_pieces_gradient(const GradContext& ctx, const Value& axis, int first) {
  const int pieces = ctx.num_inputs() - 1;
  if (pieces == 1) return grads::only(ctx, first, ctx.raw_output_gradient(0));
  const Value& dy = ctx.output_gradient(0);
  const auto known_axis = grads::known_ints(axis);
  std::vector<int64_t> known;
  for (int i = 0; i < pieces && known_axis; ++i) {
    const Value& x = ctx.input(first + i);
    if (!x.shape().has_rank()) break;
    const int64_t size = x.dim(canonical_axis("Concat", (*known_axis)[0], x.rank()));
    if (size >= 0) known.push_back(size);
  }
  Value sizes = grads::int_vector(known);
  if (known.size() != static_cast<size_t>(pieces)) {
    const Value at =
        emit("FloorMod", {grads::cast(axis, DType::int32), grads::rank_of(ctx.input(first))});
    Values list;
    for (int i = 0; i < pieces; ++i) {
      list.push_back(grads::gather(grads::shape_of(ctx.input(first + i)), at));
    }
    sizes = emit("Pack", list);
  }
  const Values cut = emit_all("SplitV", {dy, sizes, grads::cast(axis, DType::int32)},
                              {{"num_split", int64_t{pieces}}});
  Values out = grads::none(ctx);
  std::copy(cut.begin(), cut.end(), out.begin() + first);
  return out;
}

Values concat_gradient(const GradContext& ctx) {
  return concat_pieces_gradient(ctx, ctx.input(0), 1);
}
Values concat_v2_gradient(const GradContext& ctx) {
  return concat_pieces_gradient(ctx, ctx.input(ctx.num_inputs() - 1), 0);
}

}  // namespace

Value ops::concat(const Values& values, int64_t axis) {
  if (values.size() == 1) return ops::identity(values[0]);
  Values inputs = values;
  inputs.push_back(Tensor::scalar(static_cast<int32_t>(axis)));
  return emit("ConcatV2", std::span<const Value>(inputs));
}

void register_concat(OpRegistry& registry) {
  registry.add({.signature = "Concat(concat_dim: int32, values: N*T) -> (output: T)",
                .attrs = {at_least(2, int_attr("N")), type_attr("T")},
                .shape = infer_concat<false>,
                .prepare = prepare_concat<false>,
                .gradient = concat_gradient,
                .one_for_scalar = 0b01});
  registry.add({.signature = "ConcatV2(values: N*T, axis: Tidx) -> (output: T)",
                .attrs = {at_least(2, int_attr("N")), type_attr("T"),
                          type_attr("Tidx", kIndexTypes, DType::int32)},
                .shape = infer_concat<true>,
                .prepare = prepare_concat<true>,
                .gradient = concat_v2_gradient,
                .one_for_scalar = 0b10});
}

}  // namespace rill
