// XlaDynamicSlice and XlaDynamicUpdateSlice: a block that begins anywhere; where it would stick out
// it is moved inside.
#include <algorithm>

#include "op/registry.h"
#include "ops/xla.h"

namespace rill {
namespace {

// The walk of a block of these sizes, and where it begins.
xla::Walk block_at(const KernelContext& ctx, const Shape& shape, const xla::Ints& starts,
                   const xla::Ints& sizes) {
  xla::Walk out = xla::walk_of(shape);
  for (int d = 0; d < shape.rank(); ++d) {
    const auto i = static_cast<size_t>(d);
    ctx.require(sizes[i] >= 0 && sizes[i] <= shape[d], "a block of ", sizes, " does not fit into ",
                shape);
    out.begin += std::clamp<int64_t>(starts[i], 0, shape[d] - sizes[i]) * out.steps[i];
  }
  return out;
}

void infer_xla_dynamic_slice(ShapeContext& ctx) {
  if (const auto sizes = ctx.ints(2)) {
    for (const int64_t n : *sizes) ctx.require(n >= 0, "size_indices must not be negative");
    ctx.set_output(0, Shape(*sizes));
  } else if (ctx.input(0).has_rank()) {
    ctx.set_output(0, Shape::unknown_dims(ctx.input(0).rank()));
  }
}

void run_xla_dynamic_slice(KernelContext& ctx) {
  const Tensor& t = ctx.input(0);
  const xla::Ints starts = xla::int_input(ctx, 1, t.rank()),
                  sizes = xla::int_input(ctx, 2, t.rank());
  const xla::Walk block = block_at(ctx, t.shape(), starts, sizes);
  const Shape shape = xla::shape_of(ctx, sizes);
  xla::copy(sizes, t, block, ctx.output(0, shape), xla::walk_of(shape));
}

void run_xla_dynamic_update_slice(KernelContext& ctx) {
  const Tensor &t = ctx.input(0), &update = ctx.input(1);
  ctx.require(update.rank() == t.rank(), "update of shape ", update.shape(),
              " must have the rank of input, ", t.shape());
  const xla::Ints starts = xla::int_input(ctx, 2, t.rank());
  xla::Ints sizes;
  for (int d = 0; d < update.rank(); ++d) sizes.push_back(update.dim(d));
  const xla::Walk block = block_at(ctx, t.shape(), starts, sizes);
  Tensor out = t.clone();
  xla::copy(sizes, update, xla::walk_of(update.shape()), out, block);
  ctx.set_output(0, std::move(out));
}

}  // namespace

void register_xla_dynamic_slice(OpRegistry& registry) {
  registry.add({.signature = "XlaDynamicSlice(input: T, start_indices: Tindices, "
                             "size_indices: Tindices) -> (output: T)",
                .attrs = {xla::type(), xla::index_type()},
                .shape = infer_xla_dynamic_slice,
                .kernel = run_xla_dynamic_slice});
  registry.add({.signature = "XlaDynamicUpdateSlice(input: T, update: T, indices: Tindices) "
                             "-> (output: T)",
                .attrs = {xla::type(), xla::index_type()},
                .shape = shapes::unchanged,
                .kernel = run_xla_dynamic_update_slice});
}

}  // namespace rill
