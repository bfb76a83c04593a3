// _FusedMatMul: a product with what follows it. Made by the optimiser (float32), named as
// TensorFlow names its own, which come with graphs that it has optimised.
#include "base/thread_pool.h"
#include "kernels/gemm.h"
#include "op/prepared.h"
#include "op/registry.h"
#include "ops/composed.h"
#include "ops/fused_steps.h"
#include "ops/linalg/product.h"

namespace rill {
namespace {

void infer_fused_matmul(ShapeContext& ctx) {
  linalg::infer_matrix_product(ctx);
  require_fused_args(ctx, read_fused_steps(ctx), 1);
}

struct FusedMatmulRun {
  kernels::MatMul matmul;
  int bias, residual;  // inputs; -1: none
  void operator()(const RunArgs& args) const {
    const auto in = [&](int i) { return i < 0 ? nullptr : static_cast<const float*>(args.in[i]); };
    matmul.run(in(0), in(1), in(bias), in(residual), static_cast<float*>(args.out[0]),
               args.scratch);
  }
};

Prepared prepare_fused_matmul(const PrepareContext& ctx) {
  const FusedSteps steps = read_fused_steps(ctx);
  ctx.require(!steps.batch_norm, "FusedBatchNorm does not follow a product of matrices");
  if (ctx.output(0).num_elements() == 0) return prepared_nothing();
  if (ctx.output_dtype(0) != DType::float32) return {};
  kernels::MatMulSpec spec;
  spec.transpose_a = ctx.attr<bool>("transpose_a");
  spec.transpose_b = ctx.attr<bool>("transpose_b");
  spec.m = ctx.output(0)[0];
  spec.n = ctx.output(0)[1];
  spec.k = ctx.input(0)[spec.transpose_a ? 0 : 1];
  spec.act = steps.activation;
  spec.threads = max_threads();
  const Tensor* b = ctx.constant(1);
  FusedMatmulRun run{kernels::MatMul(spec, b ? b->data<float>() : nullptr), steps.bias ? 2 : -1,
                     steps.residual ? (steps.bias ? 3 : 2) : -1};
  const size_t scratch = run.matmul.scratch_bytes();
  const bool absorbed = run.matmul.packed();
  Prepared p = prepared(std::move(run), scratch);
  if (absorbed) p.absorbed = 1u << 1;
  return p;
}

// float16 is rounded once, after all steps.
void run_unfused_matmul(KernelContext& ctx) {
  const DType out = ctx.output_dtype(0);
  const DType dtype = out == DType::float16 ? DType::float32 : out;
  run_steps(ctx,
            run_op_now("MatMul", {in_dtype(ctx.input(0), dtype), in_dtype(ctx.input(1), dtype)},
                       {{"T", dtype},
                        {"transpose_a", ctx.attr<bool>("transpose_a")},
                        {"transpose_b", ctx.attr<bool>("transpose_b")}})[0]);
}

}  // namespace

void register_fused_matmul(OpRegistry& registry) {
  registry.add(
      {.signature = "_FusedMatMul(a: T, b: T, args: num_args*T) -> (product: T)",
       .attrs = fused_attrs({bool_attr("transpose_a", false), bool_attr("transpose_b", false)},
                            kFloatTypes),
       .shape = infer_fused_matmul,
       .kernel = run_unfused_matmul,
       .prepare = prepare_fused_matmul,
       .in_place = 1u << 3});  // the residual behind a bias
}

}  // namespace rill
