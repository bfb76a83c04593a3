#include "kernels/strided_copy.h"
#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"
#include "ops/gradient_tools.h"
#include "ops/padding.h"

namespace rill {
namespace {

// SpaceToBatchND and BatchToSpaceND have inputs (x, block_shape, paddings or crops); the older
// SpaceToBatch and BatchToSpace (x, paddings) and an attribute for two dimensions.
struct Blocks {
  std::vector<int64_t> block;
  std::vector<Padding> edges;  // paddings or crops
};

std::optional<Blocks> read_blocks(const NodeAccess& node, const Tensor* block, const Tensor* edges,
                                  const Shape& in) {
  if (edges == nullptr) return std::nullopt;
  Blocks b;
  if (node.has_attr("block_size")) {
    b.block.assign(2, node.attr<int64_t>("block_size"));
    node.require(in.rank() == 4, "rank should be 4 instead of ", in.rank());
  } else {
    if (block == nullptr) return std::nullopt;
    node.require(block->rank() == 1, "block_shape must have rank 1, but has shape ",
                 block->shape());
    b.block = block->to_vector<int64_t>();
  }
  for (const int64_t size : b.block) {
    node.require(size >= 1 && size <= INT32_MAX,
                 "All values in block_shape must be positive, got "
                 "value ",
                 size);
  }
  node.require(in.rank() >= 1 + static_cast<int>(b.block.size()),
               "input rank should be >= ", 1 + b.block.size(), " instead of ", in.rank());
  b.edges = read_paddings(node, *edges, static_cast<int>(b.block.size()));
  return b;
}

template <bool to_batch>
void infer_space_to_batch(ShapeContext& ctx) {
  const Shape& in = ctx.input(0);
  if (!in.has_rank()) return;
  const bool nd = ctx.num_inputs() == 3;
  const auto blocks = read_blocks(ctx, nd ? ctx.value(1) : nullptr, ctx.value(nd ? 2 : 1), in);
  if (!blocks) {
    ctx.set_output(0, Shape::unknown_dims(in.rank()));
    return;
  }
  Shape out = in;
  for (size_t i = 0; i < blocks->block.size(); ++i) {
    const auto d = static_cast<int>(i) + 1;
    const int64_t block = blocks->block[i];
    const Padding& edge = blocks->edges[i];
    ctx.require(edge.before < INT64_MAX / 4 && edge.after < INT64_MAX / 4, "padding is too large");
    if constexpr (to_batch) {
      if (out[0] >= 0) {
        ctx.require(!__builtin_mul_overflow(out[0], block, &out[0]), "block_shape is too large");
      }
      if (in[d] < 0) continue;
      const int64_t padded = in[d] + edge.before + edge.after;
      ctx.require(padded % block == 0, "padded_shape[", i, "]=", padded,
                  " is not divisible by block_shape[", i, "]=", block);
      out[d] = padded / block;
    } else {
      if (out[0] >= 0) {
        ctx.require(out[0] % block == 0, "Input batch dimension (", in[0],
                    ") is not divisible by product of block sizes");
        out[0] /= block;
      }
      if (in[d] < 0) continue;
      int64_t grown = 0;
      ctx.require(!__builtin_mul_overflow(in[d], block, &grown), "block_shape is too large");
      out[d] = grown - edge.before - edge.after;
      ctx.require(out[d] >= 0, "cropped_shape[", i, "]=", out[d], " must be non-negative");
    }
  }
  ctx.set_output(0, out);
}

// For each position within a block, one strided move between the image and its batch.
template <bool to_batch>
Prepared prepare_space_to_batch(const PrepareContext& ctx) {
  const bool nd = ctx.num_inputs() == 3;
  const auto blocks =
      read_blocks(ctx, nd ? ctx.constant(1) : nullptr, ctx.constant(nd ? 2 : 1), ctx.input(0));
  if (!blocks) return {};
  const Shape& image = to_batch ? ctx.input(0) : ctx.output(0);
  const Shape& batch = to_batch ? ctx.output(0) : ctx.input(0);
  const auto image_strides = kernels::dense_strides(image);
  const auto batch_strides = kernels::dense_strides(batch);
  const size_t dims = blocks->block.size();
  std::vector<kernels::StridedCopy> moves;
  int64_t total = 1;
  for (const int64_t b : blocks->block) total *= b;
  if (image.num_elements() == 0 || batch.num_elements() == 0) total = 0;
  for (int64_t position = 0; position < total; ++position) {
    std::vector<int64_t> sizes(image.begin(), image.end());
    std::vector<int64_t> in_image = image_strides;
    int64_t image_offset = 0;
    int64_t batch_offset = position * image[0] * batch_strides[0];
    int64_t rest = position;
    for (size_t i = dims; i-- > 0;) {
      const int64_t block = blocks->block[i];
      const int64_t within = rest % block;
      rest /= block;
      // Image index = k * block + within - before for batch index k.
      const int64_t shift = within - blocks->edges[i].before;
      const int64_t first = shift >= 0 ? 0 : (-shift + block - 1) / block;
      const int64_t n = image[static_cast<int>(i) + 1];
      const int64_t last = n - 1 - shift < 0 ? -1 : (n - 1 - shift) / block;
      sizes[i + 1] =
          std::max<int64_t>(0, std::min(last + 1, batch[static_cast<int>(i) + 1]) - first);
      image_offset += (first * block + shift) * image_strides[i + 1];
      batch_offset += first * batch_strides[i + 1];
      in_image[i + 1] *= block;
    }
    moves.emplace_back(ctx.output_dtype(0), sizes, to_batch ? in_image : batch_strides,
                       to_batch ? batch_strides : in_image, to_batch ? image_offset : batch_offset,
                       to_batch ? batch_offset : image_offset);
  }
  const int64_t n = ctx.output(0).num_elements();
  return prepared([=, mover = kernels::Mover(ctx.output_dtype(0))](const RunArgs& args) {
    if (to_batch) mover.clear(args.out[0], n);
    for (const kernels::StridedCopy& move : moves) move.run(args.in[0], args.out[0]);
  });
}

// The opposite op with the same blocks and borders.
Values space_to_batch_gradient(const GradContext& ctx) {
  const std::string& op = ctx.def().name;
  const bool blocks_given = ctx.num_inputs() == 3;
  const bool forward = op.starts_with("Space");
  if (blocks_given) {
    return {emit(forward ? "BatchToSpaceND" : "SpaceToBatchND",
                 {ctx.output_gradient(0), ctx.input(1), ctx.input(2)}),
            {},
            {}};
  }
  return {emit(forward ? "BatchToSpace" : "SpaceToBatch", {ctx.output_gradient(0), ctx.input(1)},
               {{"block_size", ctx.attr<int64_t>("block_size")}}),
          {}};
}

}  // namespace

void register_space_to_batch(OpRegistry& registry) {
  registry.add({.signature = "SpaceToBatch(input: T, paddings: Tpaddings) -> (output: T)",
                .attrs = {type_attr("T"), type_attr("Tpaddings", kIndexTypes, DType::int32),
                          at_least(2, int_attr("block_size"))},
                .shape = infer_space_to_batch<true>,
                .prepare = prepare_space_to_batch<true>,
                .gradient = space_to_batch_gradient});
  registry.add({.signature = "SpaceToBatchND(input: T, block_shape: Tblock_shape, paddings: "
                             "Tpaddings) -> (output: T)",
                .attrs = {type_attr("T"), type_attr("Tblock_shape", kIndexTypes, DType::int32),
                          type_attr("Tpaddings", kIndexTypes, DType::int32)},
                .shape = infer_space_to_batch<true>,
                .prepare = prepare_space_to_batch<true>,
                .gradient = space_to_batch_gradient});
  registry.add({.signature = "BatchToSpace(input: T, crops: Tidx) -> (output: T)",
                .attrs = {type_attr("T"), at_least(2, int_attr("block_size")),
                          type_attr("Tidx", kIndexTypes, DType::int32)},
                .shape = infer_space_to_batch<false>,
                .prepare = prepare_space_to_batch<false>,
                .gradient = space_to_batch_gradient});
  registry.add(
      {.signature =
           "BatchToSpaceND(input: T, block_shape: Tblock_shape, crops: Tcrops) -> (output: T)",
       .attrs = {type_attr("T"), type_attr("Tblock_shape", kIndexTypes, DType::int32),
                 type_attr("Tcrops", kIndexTypes, DType::int32)},
       .shape = infer_space_to_batch<false>,
       .prepare = prepare_space_to_batch<false>,
       .gradient = space_to_batch_gradient});
}

}  // namespace rill
