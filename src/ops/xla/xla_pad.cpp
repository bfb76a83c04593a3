// XlaPad: padding at both ends, which may cut, and between elements.
#include "op/registry.h"
#include "ops/xla.h"

namespace rill {
namespace {

void infer_xla_pad(ShapeContext& ctx) {
  ctx.require_rank_exactly(1, 0);
  const Shape& shape = ctx.input(0);
  if (!shape.has_rank()) return;
  Shape out = Shape::unknown_dims(shape.rank());
  const auto low = ctx.ints(2), high = ctx.ints(3), interior = ctx.ints(4);
  if (low && high && interior && shape.is_fully_defined()) {
    const auto rank = static_cast<size_t>(shape.rank());
    ctx.require(low->size() == rank && high->size() == rank && interior->size() == rank,
                "paddings must have an element for each of the ", rank, " dimensions");
    out = Shape(xla::padded_dims(ctx, shape, {*low, *high, *interior}));
  }
  ctx.set_output(0, out);
}

void run_xla_pad(KernelContext& ctx) {
  const Tensor &t = ctx.input(0), &value = ctx.input(1);
  ctx.require(value.rank() == 0, "padding_value must be a scalar, got shape ", value.shape());
  const xla::Pads pads{xla::int_input(ctx, 2, t.rank()), xla::int_input(ctx, 3, t.rank()),
                       xla::int_input(ctx, 4, t.rank())};
  ctx.set_output(0, xla::padded(ctx, t, value, pads));
}

}  // namespace

void register_xla_pad(OpRegistry& registry) {
  registry.add({.signature = "XlaPad(input: T, padding_value: T, padding_low: Tindices, "
                             "padding_high: Tindices, padding_interior: Tindices) -> (output: T)",
                .attrs = {xla::type(), xla::index_type()},
                .shape = infer_xla_pad,
                .kernel = run_xla_pad});
}

}  // namespace rill
