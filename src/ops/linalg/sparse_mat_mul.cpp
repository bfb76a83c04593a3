// SparseMatMul: a product of dense matrices that are said to hold many zeros. The answer is that of
// MatMul in float32.
#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"
#include "ops/composed.h"
#include "ops/gradients.h"

namespace rill {
namespace {

void infer_sparse_mat_mul(ShapeContext& ctx) {
  ctx.require_rank_exactly(0, 2);
  ctx.require_rank_exactly(1, 2);
  const bool ta = ctx.attr<bool>("transpose_a"), tb = ctx.attr<bool>("transpose_b");
  const Shape a = ctx.input(0).has_rank() ? ctx.input(0) : Shape::unknown_dims(2);
  const Shape b = ctx.input(1).has_rank() ? ctx.input(1) : Shape::unknown_dims(2);
  const int64_t inner_a = a[ta ? 0 : 1], inner_b = b[tb ? 1 : 0];
  ctx.require(inner_a < 0 || inner_b < 0 || inner_a == inner_b, "Matrix size incompatible: a: ", a,
              ", b: ", b);
  ctx.set_output(0, Shape{a[ta ? 1 : 0], b[tb ? 0 : 1]});
}

Tensor as_float(const Tensor& t) {
  if (t.dtype() == DType::float32) return t;
  return run_op_now("Cast", {t}, {{"SrcT", t.dtype()}, {"DstT", DType::float32}})[0];
}

void run(KernelContext& ctx) {
  ctx.set_output(0, run_op_now("MatMul", {as_float(ctx.input(0)), as_float(ctx.input(1))},
                               {{"T", DType::float32},
                                {"transpose_a", ctx.attr<bool>("transpose_a")},
                                {"transpose_b", ctx.attr<bool>("transpose_b")}})[0]);
}

// As of MatMul; the flags say where zeros may be skipped, which changes nothing.
Values gradient(const GradContext& ctx) {
  const bool ta = ctx.attr<bool>("transpose_a"), tb = ctx.attr<bool>("transpose_b");
  const auto product = [](const Value& x, const Value& y, bool tx, bool ty, DType dtype) {
    const Value p = emit("SparseMatMul", {x, y}, {{"transpose_a", tx}, {"transpose_b", ty}});
    return grads::cast(p, dtype);
  };
  const Value &a = ctx.input(0), &b = ctx.input(1), &g = ctx.output_gradient(0);
  return {ta ? product(b, g, tb, true, a.dtype()) : product(g, b, false, !tb, a.dtype()),
          tb ? product(g, a, true, ta, b.dtype()) : product(a, g, !ta, false, b.dtype())};
}

}  // namespace

void register_sparse_mat_mul(OpRegistry& registry) {
  static constexpr auto& kTypes = type_set<DType::float32, DType::bfloat16>;
  registry.add(
      {.signature = "SparseMatMul(a: Ta, b: Tb) -> (product: float32)",
       .attrs = {bool_attr("transpose_a", false), bool_attr("transpose_b", false),
                 bool_attr("a_is_sparse", false), bool_attr("b_is_sparse", false),
                 type_attr("Ta", kTypes, DType::float32), type_attr("Tb", kTypes, DType::float32)},
       .shape = infer_sparse_mat_mul,
       .kernel = run,
       .gradient = gradient});
}

}  // namespace rill
