#include "kernels/strided_copy.h"
#include "op/emit.h"
#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"
#include "ops/gradient_tools.h"
#include "rill/ops/array.hpp"

namespace rill {
namespace {

void infer_tile(ShapeContext& ctx) {
  const Shape& in = ctx.input(0);
  ctx.require_rank_exactly(1, 1);
  const auto multiples = ctx.partial(1);
  if (!in.has_rank()) {
    if (multiples) {
      ctx.set_output(0, Shape::unknown_dims(static_cast<int>(multiples->items.size())));
    }
    return;
  }
  ctx.require(!multiples || multiples->items.size() == static_cast<size_t>(in.rank()),
              "Expected multiples argument to be a vector of length ", in.rank(),
              " but got length ", multiples ? multiples->items.size() : 0);
  Shape out = in;
  for (int i = 0; i < in.rank(); ++i) {
    const int64_t m = multiples ? multiples->items[static_cast<size_t>(i)] : PartialValue::kUnknown;
    ctx.require(m == PartialValue::kUnknown || m >= 0, "Expected multiples[", i, "] >= 0, but got ",
                m);
    if (m == PartialValue::kUnknown || in[i] < 0) {
      out[i] = -1;
    } else {
      ctx.require(!__builtin_mul_overflow(in[i], m, &out[i]), "multiples[", i, "] = ", m,
                  " is too large");
    }
  }
  ctx.set_output(0, out);
}

// Each dimension becomes (repetition, index): the input does not move along the repetition.
Prepared prepare_tile(const PrepareContext& ctx) {
  const Shape& in = ctx.input(0);
  const Shape& out = ctx.output(0);
  const auto in_strides = kernels::dense_strides(in);
  const auto out_strides = kernels::dense_strides(out);
  std::vector<int64_t> sizes, from, to;
  for (int i = 0; i < in.rank(); ++i) {
    const auto d = static_cast<size_t>(i);
    sizes.insert(sizes.end(), {in[i] == 0 ? 0 : out[i] / in[i], in[i]});
    from.insert(from.end(), {0, in_strides[d]});
    to.insert(to.end(), {in[i] * out_strides[d], out_strides[d]});
  }
  return prepared([copy = kernels::StridedCopy(ctx.output_dtype(0), sizes, from, to)](
                      const RunArgs& args) { copy.run(args.in[0], args.out[0]); });
}

// Sums the copies: [m0 * n0, m1 * n1, ...] seen as [m0, n0, m1, n1, ...]
// (tensorflow/python/ops/array_grad.py).
Values tile_gradient(const GradContext& ctx) {
  const Value &x = ctx.input(0), &multiples = ctx.input(1), &dy = ctx.output_gradient(0);
  if (x.shape().has_rank() && x.rank() == 0) return {dy, {}};
  const Value sizes = grads::shape_of(x, multiples.dtype());
  const Value pairs = grads::reshape(emit("Pack", {multiples, sizes}, {{"axis", int64_t{1}}}),
                                     grads::int_vector({-1}));
  Value axes;
  if (x.shape().has_rank()) {
    std::vector<int64_t> even;
    for (int d = 0; d < x.rank(); ++d) even.push_back(2 * d);
    axes = grads::int_vector(even);
  } else {
    axes = grads::range(Value(0), grads::size_of(pairs), Value(2));
  }
  return {grads::sum(grads::reshape(dy, pairs), axes), {}};
}

}  // namespace

Value ops::tile(const Value& x, const Value& multiples) { return emit("Tile", {x, multiples}); }

void register_tile(OpRegistry& registry) {
  registry.add({.signature = "Tile(input: T, multiples: Tmultiples) -> (output: T)",
                .attrs = {type_attr("T"), type_attr("Tmultiples", kIndexTypes, DType::int32)},
                .shape = infer_tile,
                .prepare = prepare_tile,
                .gradient = tile_gradient});
}

}  // namespace rill
