#include "kernels/strided_copy.h"
#include "op/emit.h"
#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"
#include "ops/gradient_tools.h"
#include "rill/ops/array.hpp"

namespace rill {
namespace {

void check_ranges(const NodeAccess& node, const Shape& in, int i, int64_t begin, int64_t size) {
  node.require(begin >= 0 && begin <= in[i], "Expected begin[", i, "] in [0, ", in[i],
               "], but got ", begin);
  node.require(size >= 0 && size <= in[i] - begin, "Expected size[", i, "] in [0, ", in[i] - begin,
               "], but got ", size);
}

void infer_slice(ShapeContext& ctx) {
  const Shape& in = ctx.input(0);
  ctx.require_rank_exactly(1, 1);
  ctx.require_rank_exactly(2, 1);
  const auto begin = ctx.partial(1);
  const auto size = ctx.partial(2);
  if (!in.has_rank()) {
    if (begin) ctx.set_output(0, Shape::unknown_dims(static_cast<int>(begin->items.size())));
    return;
  }
  const auto rank = static_cast<size_t>(in.rank());
  ctx.require((!begin || begin->items.size() == rank) && (!size || size->items.size() == rank),
              "Expected begin and size arguments to be 1-D tensors of size ", rank,
              ", but got shapes ", ctx.input(1), " and ", ctx.input(2), " instead.");
  Shape out = Shape::unknown_dims(in.rank());
  PartialValue all;
  for (int i = 0; begin && size && i < in.rank(); ++i) {
    const int64_t b = begin->items[static_cast<size_t>(i)];
    int64_t s = size->items[static_cast<size_t>(i)];
    if (s == PartialValue::kUnknown) continue;
    if (s == -1) {
      if (b == PartialValue::kUnknown || in[i] < 0) continue;
      s = in[i] - b;
    }
    if (in[i] >= 0 && b != PartialValue::kUnknown) check_ranges(ctx, in, i, b, s);
    ctx.require(s >= 0, "Expected size[", i, "] to be -1 or not negative, but got ", s);
    out[i] = s;
  }
  ctx.set_output(0, out);
  const auto items = ctx.partial(0);
  if (items && in.rank() == 1 && in[0] >= 0 && out[0] >= 0 &&
      begin->items[0] != PartialValue::kUnknown) {
    const auto from = items->items.begin() + begin->items[0];
    ctx.set_partial(0, {false, {from, from + out[0]}});
  }
}

Prepared prepare_slice(const PrepareContext& ctx) {
  const Tensor* begin = ctx.constant(1);
  if (begin == nullptr) return {};
  const Shape& in = ctx.input(0);
  const Shape& out = ctx.output(0);
  const auto strides = kernels::dense_strides(in);
  int64_t offset = 0;
  const auto first = begin->to_vector<int64_t>();
  for (int i = 0; i < in.rank(); ++i) {
    check_ranges(ctx, in, i, first[static_cast<size_t>(i)], out[i]);
    offset += first[static_cast<size_t>(i)] * strides[static_cast<size_t>(i)];
  }
  return prepared([copy = kernels::StridedCopy(ctx.output_dtype(0), out.dims(), strides,
                                               kernels::dense_strides(out), offset)](
                      const RunArgs& args) { copy.run(args.in[0], args.out[0]); });
}

// Zeros around the gradient.
Values slice_gradient(const GradContext& ctx) {
  const Value &x = ctx.input(0), &begin = ctx.input(1), &dy = ctx.output_gradient(0);
  const Value rest =
      grads::shape_of(x, begin.dtype()) - grads::shape_of(ctx.output(0), begin.dtype()) - begin;
  const Value paddings = emit("Pack", {begin, rest}, {{"axis", int64_t{1}}});
  return {emit("Pad", {dy, paddings}), {}, {}};
}

}  // namespace

Value ops::slice(const Value& x, const Value& begin, const Value& size) {
  return emit("Slice", {x, begin, size});
}

void register_slice(OpRegistry& registry) {
  registry.add({.signature = "Slice(input: T, begin: Index, size: Index) -> (output: T)",
                .attrs = {type_attr("T"), type_attr("Index", kIndexTypes)},
                .shape = infer_slice,
                .prepare = prepare_slice,
                .gradient = slice_gradient});
}

}  // namespace rill
