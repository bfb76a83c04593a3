// Layer normalisation over the last axis: what a pass makes of the ops it is written out as. Never
// in a file.
#include "kernels/rows.h"
#include "op/prepared.h"
#include "op/registry.h"
#include "op/shape_context.h"

namespace rill {
namespace {

void infer_layer_norm(ShapeContext& ctx) { ctx.set_output(0, ctx.input(0)); }

struct LayerNormRun {
  kernels::LayerNorm norm;
  void operator()(const RunArgs& args) const {
    norm.run(static_cast<const float*>(args.in[0]), static_cast<const float*>(args.in[1]),
             static_cast<const float*>(args.in[2]), static_cast<float*>(args.out[0]));
  }
};

Prepared prepare_layer_norm(const PrepareContext& ctx) {
  const Shape& x = ctx.input(0);
  ctx.require(x.rank() >= 1, "the input must have at least one dimension");
  kernels::LayerNorm norm;
  norm.columns = x.back();
  norm.rows = norm.columns == 0 ? 0 : x.num_elements() / norm.columns;
  norm.epsilon = ctx.attr<float>("epsilon");
  for (int i = 1; i <= 2; ++i) {
    ctx.require(ctx.input(i) == Shape{norm.columns}, "input ", i, " must have shape [",
                norm.columns, "], not ", ctx.input(i));
  }
  return prepared(LayerNormRun{norm});
}

constexpr DType kFloat32[] = {DType::float32};

}  // namespace

void register_layer_norm(OpRegistry& registry) {
  registry.add({.signature = "_RillLayerNorm(x: T, gamma: T, beta: T) -> (y: T)",
                .attrs = {type_attr("T", kFloat32), float_attr("epsilon", 1e-3f)},
                .shape = infer_layer_norm,
                .prepare = prepare_layer_norm,
                .in_place = 1u});
}

}  // namespace rill
