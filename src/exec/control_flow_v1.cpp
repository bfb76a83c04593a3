// The control-flow ops of TensorFlow 1. They have no kernels: the frame executor is what they mean.
#include "op/registry.h"
#include "op/shape_context.h"

namespace rill {
namespace {

void switch_shape(ShapeContext& ctx) {
  ctx.require_rank_exactly(1, 0);
  ctx.set_output(0, ctx.input(0));
  ctx.set_output(1, ctx.input(0));
}

// Known where all branches agree. In a loop the second input is not known yet.
void merge_shape(ShapeContext& ctx) {
  Shape out = ctx.input(0);
  for (int i = 1; i < ctx.num_inputs() && out.has_rank(); ++i) {
    const Shape& other = ctx.input(i);
    if (!other.has_rank() || other.rank() != out.rank()) {
      out = Shape::unknown_rank();
      break;
    }
    for (int d = 0; d < out.rank(); ++d) {
      if (out[d] != other[d]) out[d] = Shape::kUnknownDim;
    }
  }
  ctx.set_output(0, out);
  ctx.set_output(1, Shape{});
}

void enter_shape(ShapeContext& ctx) {
  // A loop variable may change its shape from round to round.
  if (ctx.attr<bool>("is_constant")) ctx.set_output(0, ctx.input(0));
}

void same(ShapeContext& ctx) { ctx.set_output(0, ctx.input(0)); }

}  // namespace

void register_control_flow_v1_ops(OpRegistry& registry) {
  AttrDef count = int_attr("N");
  count.minimum = 1;
  for (const bool ref : {false, true}) {
    const std::string prefix = ref ? "Ref" : "";
    const std::string t = ref ? "Ref(T)" : "T";
    registry.add({.signature = prefix + "Switch(data: " + t +
                               ", pred: bool) -> (output_false: " + t + ", output_true: " + t + ")",
                  .attrs = {type_attr("T")},
                  .shape = switch_shape,
                  .stateful = true});
    registry.add({.signature = prefix + "Merge(inputs: N*" + t + ") -> (output: " + t +
                               ", value_index: int32)",
                  .attrs = {type_attr("T"), count},
                  .shape = merge_shape,
                  .stateful = true});
    registry.add({.signature = prefix + "Enter(data: " + t + ") -> (output: " + t + ")",
                  .attrs = {type_attr("T"), string_attr("frame_name"),
                            bool_attr("is_constant", false), int_attr("parallel_iterations", 10)},
                  .shape = enter_shape,
                  .stateful = true});
    registry.add({.signature = prefix + "Exit(data: " + t + ") -> (output: " + t + ")",
                  .attrs = {type_attr("T")},
                  .shape = same,
                  .stateful = true});
    registry.add({.signature = prefix + "NextIteration(data: " + t + ") -> (output: " + t + ")",
                  .attrs = {type_attr("T")},
                  .shape = same,
                  .stateful = true});
  }
  registry.add({.signature = "LoopCond(input: bool) -> (output: bool)",
                .shape = same,
                .kernel = nullptr,
                .stateful = true});
}

}  // namespace rill
