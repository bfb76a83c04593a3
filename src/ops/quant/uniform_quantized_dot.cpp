// UniformQuantizedDot: a product of matrices of levels, whose sums are brought to the output's
// scale by a fixed-point factor. Source: tensorflow/core/kernels/uniform_quant_ops/.
#include <algorithm>

#include "base/thread_pool.h"
#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"
#include "ops/quant/uniform_grid.h"

namespace rill {
namespace {

void run(KernelContext& ctx) {
  const Tensor& left = ctx.input(0);
  const Tensor& right = ctx.input(1);
  ctx.require(left.rank() == 2 && right.rank() == 2 && left.dim(1) == right.dim(0),
              "lhs and rhs must be matrices that fit, got shapes ", left.shape(), " and ",
              right.shape());
  const auto right_axis = ctx.attr<int64_t>("rhs_quantization_axis"),
             out_axis = ctx.attr<int64_t>("output_quantization_axis");
  ctx.require(ctx.attr<int64_t>("lhs_quantization_axis") == -1,
              "lhs_quantization_axis must be -1: of all of lhs");
  ctx.require(right_axis == -1 || right_axis == 1, "rhs_quantization_axis must be -1 or 1, is ",
              right_axis);
  ctx.require(out_axis == -1 || (out_axis == 1 && right_axis == 1),
              "output_quantization_axis must be -1, or 1 as that of rhs, is ", out_axis);
  const int64_t rows = left.dim(0), depth = left.dim(1), columns = right.dim(1);
  const UniformGrid of_left(ctx, 2, "lhs_quantization_axis", 1);
  const UniformGrid of_right(ctx, 4, "rhs_quantization_axis", columns);
  const UniformGrid of_out(ctx, 6, "output_quantization_axis", columns);
  const std::vector<FixedFactor> factors = product_factors(ctx, of_left, of_right, of_out, columns);
  const LevelRange range(ctx, "output");
  auto* out = static_cast<int32_t*>(ctx.output(0, Shape{rows, columns}).raw());
  const auto* a = static_cast<const int8_t*>(left.raw());
  const auto* b = static_cast<const int8_t*>(right.raw());
  const int64_t grain = std::max<int64_t>(1, 65536 / std::max<int64_t>(1, depth * columns));
  parallel_for(rows, grain, [&](int64_t begin, int64_t end) {
    std::vector<int64_t> sums(static_cast<size_t>(columns));
    for (int64_t r = begin; r < end; ++r) {
      std::fill(sums.begin(), sums.end(), 0);
      for (int64_t k = 0; k < depth; ++k) {
        const int64_t x = a[r * depth + k] - of_left.zero(0);
        for (int64_t c = 0; c < columns; ++c) {
          sums[static_cast<size_t>(c)] += x * (b[k * columns + c] - of_right.zero(c));
        }
      }
      for (int64_t c = 0; c < columns; ++c) {
        const auto j = static_cast<size_t>(c);
        out[r * columns + c] = range(factors[j](sums[j]) + of_out.zero(c));
      }
    }
  });
}

void infer(ShapeContext& ctx) {
  ctx.require_rank_exactly(0, 2);
  ctx.require_rank_exactly(1, 2);
  const Shape &a = ctx.input(0), &b = ctx.input(1);
  if (a.has_rank() && b.has_rank()) ctx.merge_dim(a[1], b[0]);
  ctx.set_output(0, Shape{a.has_rank() ? a[0] : -1, b.has_rank() ? b[1] : -1});
}

}  // namespace

void register_uniform_quantized_dot(OpRegistry& registry) {
  registry.add({.signature = "UniformQuantizedDot(lhs: Tin, rhs: Tin, lhs_scales: float32, "
                             "lhs_zero_points: int32, rhs_scales: float32, rhs_zero_points: int32, "
                             "output_scales: float32, output_zero_points: int32) -> (output: Tout)",
                .attrs = uniform_attrs({type_attr("Tin", type_set<DType::qint8>),
                                        type_attr("Tout", type_set<DType::qint32>)},
                                       {"lhs", "rhs", "output"}),
                .shape = infer,
                .kernel = run,
                .not_differentiable = true});
}

}  // namespace rill
