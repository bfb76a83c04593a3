#include "kernels/mover.h"
#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"

namespace rill {
namespace {

// Window arithmetic along rows (1) or columns (2) of an NHWC image.
shapes::Window window(const NodeAccess& node, const Shape& in, int d) {
  const auto at = static_cast<size_t>(d);
  const auto& sizes = node.attr<std::vector<int64_t>>("ksizes");
  const auto& strides = node.attr<std::vector<int64_t>>("strides");
  const auto& rates = node.attr<std::vector<int64_t>>("rates");
  for (const auto* list : {&sizes, &strides, &rates}) {
    node.require(
        list->size() == 4 && (*list)[0] == 1 && (*list)[3] == 1 && (*list)[1] > 0 && (*list)[2] > 0,
        "ksizes, strides and rates must be [1, rows, cols, 1]");
  }
  return shapes::window(node, in[d], sizes[at], rates[at], strides[at],
                        node.attr<std::string>("padding"));
}

void infer_shape(ShapeContext& ctx) {
  ctx.require_rank_exactly(0, 4);
  const Shape& in = ctx.input(0);
  if (!in.has_rank()) {
    ctx.set_output(0, Shape::unknown_dims(4));
    return;
  }
  const auto rows = window(ctx, in, 1), columns = window(ctx, in, 2);
  const auto& sizes = ctx.attr<std::vector<int64_t>>("ksizes");
  int64_t depth = -1;
  ctx.require(in[3] < 0 || (!__builtin_mul_overflow(in[3], sizes[1], &depth) &&
                            !__builtin_mul_overflow(depth, sizes[2], &depth)),
              "ksizes are too large");
  ctx.set_output(0, Shape{in[0], rows.output, columns.output, depth});
}

// Each output pixel is its window, pixel after pixel; what lies outside the image is zero.
Prepared prepare(const PrepareContext& ctx) {
  const Shape in = ctx.input(0), out = ctx.output(0);
  const auto rows = window(ctx, in, 1), columns = window(ctx, in, 2);
  const auto sizes = ctx.attr<std::vector<int64_t>>("ksizes");
  const auto strides = ctx.attr<std::vector<int64_t>>("strides");
  const auto rates = ctx.attr<std::vector<int64_t>>("rates");
  return prepared([=, mover = kernels::Mover(ctx.output_dtype(0))](const RunArgs& args) {
    const int64_t depth = in[3];
    int64_t to = 0;
    for (int64_t b = 0; b < out[0]; ++b) {
      for (int64_t y = 0; y < out[1]; ++y) {
        for (int64_t x = 0; x < out[2]; ++x) {
          for (int64_t i = 0; i < sizes[1]; ++i) {
            const int64_t row = y * strides[1] + i * rates[1] - rows.before;
            for (int64_t j = 0; j < sizes[2]; ++j, to += depth) {
              const int64_t column = x * strides[2] + j * rates[2] - columns.before;
              if (row < 0 || row >= in[1] || column < 0 || column >= in[2]) {
                mover.clear(mover.at(args.out[0], to), depth);
              } else {
                mover.copy(mover.at(args.in[0], ((b * in[1] + row) * in[2] + column) * depth),
                           mover.at(args.out[0], to), depth);
              }
            }
          }
        }
      }
    }
  });
}

}  // namespace

void register_extract_patches(OpRegistry& registry) {
  registry.add(
      {.signature = "ExtractImagePatches(images: T) -> (patches: T)",
       .attrs = {at_least(4, int_list_attr("ksizes")), at_least(4, int_list_attr("strides")),
                 at_least(4, int_list_attr("rates")),
                 type_attr("T",
                           type_set<DType::float32, DType::float64, DType::int32, DType::uint8,
                                    DType::int16, DType::int8, DType::complex64, DType::int64,
                                    DType::bool_, DType::bfloat16, DType::uint16, DType::complex128,
                                    DType::float16, DType::uint32, DType::uint64>),
                 choice_attr("padding", {"SAME", "VALID"})},
       .shape = infer_shape,
       .prepare = prepare});
}

}  // namespace rill
