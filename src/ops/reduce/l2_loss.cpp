#include "kernels/elementwise.h"
#include "kernels/reduce.h"
#include "op/emit.h"
#include "op/prepared.h"
#include "op/registry.h"
#include "op/shape_context.h"
#include "ops/gradient_tools.h"
#include "rill/ops/nn.hpp"

namespace rill {
namespace {

size_t aligned(size_t bytes) { return (bytes + 63) / 64 * 64; }

// sum(t * t) / 2
struct L2LossRun {
  kernels::Unary square;
  kernels::Reduce sum;
  kernels::Binary half;
  Tensor factor;
  void operator()(const RunArgs& args) const {
    square.run(args.in[0], args.scratch);
    sum.run(args.scratch, args.out[0]);
    half.run(args.out[0], factor.raw(), args.out[0]);
  }
};

Prepared prepare_l2_loss(const PrepareContext& ctx) {
  const Shape& shape = ctx.input(0);
  const DType dtype = ctx.input_dtype(0);
  std::vector<int> axes;
  for (int d = 0; d < shape.rank(); ++d) axes.push_back(d);
  Tensor factor(dtype, Shape{});
  switch (dtype) {
    case DType::float64:
      *factor.data<double>() = 0.5;
      break;
    case DType::float16:
      *factor.data<float16>() = float16(0.5f);
      break;
    case DType::bfloat16:
      *factor.data<bfloat16>() = bfloat16(0.5f);
      break;
    default:
      *factor.data<float>() = 0.5f;
  }
  L2LossRun run{kernels::prepare_unary(kernels::UnaryOp::square, dtype, shape.num_elements()),
                kernels::prepare_reduce(kernels::ReduceOp::sum, dtype, shape, axes),
                kernels::prepare_binary(kernels::BinaryOp::mul, dtype, Shape{}, Shape{}), factor};
  return prepared(std::move(run),
                  aligned(static_cast<size_t>(shape.num_elements()) * dtype_size(dtype)));
}

Values gradient(const GradContext& ctx) { return {ctx.input(0) * ctx.output_gradient(0)}; }

}  // namespace

Value ops::l2_loss(const Value& t, std::string_view name) { return emit("L2Loss", {t}, {}, name); }

void register_l2_loss(OpRegistry& registry) {
  registry.add({.signature = "L2Loss(t: T) -> (output: T)",
                .attrs = {type_attr("T", kFloatTypes)},
                .shape = shapes::scalar,
                .prepare = prepare_l2_loss,
                .gradient = gradient});
}

}  // namespace rill
