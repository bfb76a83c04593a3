// XlaGather: blocks of `slice_sizes` out of the operand, each beginning where a vector of
// start_indices says. https://openxla.org/xla/operation_semantics#gather
#include <algorithm>

#include "op/registry.h"
#include "ops/xla.h"
#include "ops/xla_index.h"

namespace rill {
namespace {

// Fields of GatherDimensionNumbers.
constexpr uint32_t kOffsetDims = 1, kCollapsed = 2, kStartIndexMap = 3, kIndexVectorDim = 4,
                   kOperandBatching = 5, kStartIndicesBatching = 6;

xla::IndexNumbers gather_numbers(const NodeAccess& node) {
  const xla::Numbers n(node);
  return {n.list(kOffsetDims),    n.list(kCollapsed),       n.list(kStartIndexMap),
          n.one(kIndexVectorDim), n.list(kOperandBatching), n.list(kStartIndicesBatching)};
}

// The result has the batch dimensions of the indices in order, with those of a block between them
// at the places `offset_dims` names.
Shape gather_shape(const NodeAccess& node, const xla::IndexNumbers& numbers, const Shape& indices,
                   const xla::Ints& block) {
  xla::Ints dims;
  const xla::Ints batch = numbers.batch_dims(indices.rank());
  const size_t rank = batch.size() + block.size();
  node.require(numbers.window_dims.size() == block.size(), "offset_dims must name a dimension for ",
               "each of a block that is not collapsed: ", numbers.window_dims);
  xla::require_dims(node, "offset_dims", numbers.window_dims, static_cast<int>(rank));
  size_t next_batch = 0, next_block = 0;
  for (int64_t d = 0; d < static_cast<int64_t>(rank); ++d) {
    const bool is_block = std::find(numbers.window_dims.begin(), numbers.window_dims.end(), d) !=
                          numbers.window_dims.end();
    dims.push_back(is_block ? block[next_block++] : indices[static_cast<int>(batch[next_batch++])]);
  }
  return Shape(dims);
}

void infer_xla_gather(ShapeContext& ctx) {
  const auto sizes = ctx.ints(2);
  if (!ctx.input(0).has_rank() || !ctx.input(1).has_rank() || !sizes) return;
  const xla::IndexNumbers numbers = gather_numbers(ctx);
  numbers.check(ctx, ctx.input(0), ctx.input(1));
  ctx.require(sizes->size() == static_cast<size_t>(ctx.input(0).rank()),
              "slice_sizes must have an element for each dimension of operand");
  for (const int64_t n : *sizes) ctx.require(n >= 0, "slice_sizes must not be negative");
  ctx.set_output(0, gather_shape(ctx, numbers, ctx.input(1), numbers.kept(*sizes)));
}

void run_xla_gather(KernelContext& ctx) {
  const Tensor &operand = ctx.input(0), &indices = ctx.input(1);
  const xla::Ints sizes = xla::int_input(ctx, 2, operand.rank());
  const xla::IndexNumbers numbers = gather_numbers(ctx);
  numbers.check(ctx, operand.shape(), indices.shape());
  for (int d = 0; d < operand.rank(); ++d) {
    const int64_t n = sizes[static_cast<size_t>(d)];
    ctx.require(n >= 0 && n <= operand.dim(d), "slice_sizes ", sizes, " do not fit into ",
                operand.shape());
    ctx.require(n == 1 || !numbers.is_inserted(d), "a collapsed dimension must have slice size 1");
  }
  const xla::Ints block = numbers.kept(sizes);
  const Shape shape = gather_shape(ctx, numbers, indices.shape(), block);
  Tensor& out = ctx.output(0, shape);
  if (shape.num_elements() == 0) return;
  const xla::Walk rows = xla::walk_of(operand.shape()), all = xla::walk_of(shape);
  xla::Walk source, target;
  source.steps = numbers.kept(rows.steps);
  for (const int64_t d : numbers.sorted_window_dims()) {
    target.steps.push_back(all.steps[static_cast<size_t>(d)]);
  }
  numbers.each_index(operand.rank(), indices, [&](const xla::Ints& batch, const xla::Ints& start) {
    source.begin = 0;
    for (size_t d = 0; d < start.size(); ++d) {
      const int64_t most = operand.dim(static_cast<int>(d)) - sizes[d];
      source.begin += std::clamp<int64_t>(start[d], 0, most) * rows.steps[d];
    }
    target.begin = numbers.batch_offset(batch, all);
    xla::copy(block, operand, source, out, target);
  });
}

}  // namespace

void register_xla_gather(OpRegistry& registry) {
  registry.add({.signature = "XlaGather(operand: T, start_indices: Tindices, slice_sizes: Tindices)"
                             " -> (output: T)",
                .attrs = {string_attr("dimension_numbers"), bool_attr("indices_are_sorted"),
                          xla::type(), xla::index_type()},
                .shape = infer_xla_gather,
                .kernel = run_xla_gather});
}

}  // namespace rill
