#include "kernels/strided_copy.h"
#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"
#include "ops/gradient_tools.h"

namespace rill {
namespace {

void diag_shape(ShapeContext& ctx) {
  ctx.require_rank(0, 1);
  ctx.set_output(0, join(ctx.input(0), ctx.input(0)));
}

Prepared prepare_diag(const PrepareContext& ctx) {
  const int64_t n = ctx.input(0).num_elements();
  return prepared([n, mover = kernels::Mover(ctx.output_dtype(0))](const RunArgs& args) {
    mover.clear(args.out[0], n * n);
    for (int64_t i = 0; i < n; ++i) {
      mover.copy(mover.at(args.in[0], i), mover.at(args.out[0], i * (n + 1)), 1);
    }
  });
}

void diag_part_shape(ShapeContext& ctx) {
  const Shape& in = ctx.input(0);
  if (!in.has_rank()) return;
  ctx.require(in.rank() % 2 == 0 && in.rank() > 0,
              "The rank of the tensor should be even and positive, got shape ", in);
  Shape out;
  for (int i = 0; i < in.rank() / 2; ++i) {
    const int64_t other = in[in.rank() / 2 + i];
    ctx.require(in[i] < 0 || other < 0 || in[i] == other, "Invalid shape ", in, ": dimensions ", i,
                " and ", i + in.rank() / 2, " do not match.");
    out.push_back(in[i] < 0 ? other : in[i]);
  }
  ctx.set_output(0, out);
}

Prepared prepare_diag_part(const PrepareContext& ctx) {
  const int64_t n = ctx.output(0).num_elements();
  return prepared([n, mover = kernels::Mover(ctx.output_dtype(0))](const RunArgs& args) {
    for (int64_t i = 0; i < n; ++i) {
      mover.copy(mover.at(args.in[0], i * (n + 1)), mover.at(args.out[0], i), 1);
    }
  });
}

Values diag_gradient(const GradContext& ctx) {
  return {emit("DiagPart", {ctx.output_gradient(0)})};
}
Values diag_part_gradient(const GradContext& ctx) {
  return {emit("Diag", {ctx.output_gradient(0)})};
}

}  // namespace

void register_diag(OpRegistry& registry) {
  registry.add(
      {.signature = "Diag(diagonal: T) -> (output: T)",
       .attrs = {type_attr(
           "T", type_set<DType::float32, DType::float64, DType::int32, DType::complex64,
                         DType::int64, DType::bfloat16, DType::complex128, DType::float16>)},
       .shape = diag_shape,
       .prepare = prepare_diag,
       .gradient = diag_gradient});
  registry.add(
      {.signature = "DiagPart(input: T) -> (diagonal: T)",
       .attrs = {type_attr(
           "T", type_set<DType::float32, DType::float64, DType::int32, DType::complex64,
                         DType::int64, DType::bfloat16, DType::complex128, DType::float16>)},
       .shape = diag_part_shape,
       .prepare = prepare_diag_part,
       .gradient = diag_part_gradient});
}

}  // namespace rill
