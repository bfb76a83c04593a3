// _FusedDepthwiseBlock: a 1x1 convolution, a depthwise one and a 1x1 one, each with bias and
// activation, as the optimiser finds them in MobileNets. The first or the last may be missing.
//
// args: [expand filter, bias,] depthwise filter, bias, [project filter, bias,] [residual].
// activations: op names of the three; a residual is added before the last one.
#include <vector>

#include "kernels/conv_chain.h"
#include "kernels/conv_variants.h"
#include "op/registry.h"
#include "ops/attrs.h"
#include "ops/fused_steps.h"
#include "ops/type_sets.h"
#include "ops/windows.h"

namespace rill {
namespace {

// Inputs of the node; -1: none.
struct Layout {
  int expand = -1, depthwise = 1, project = -1, residual = -1;
  kernels::Activation activations[3];
};

Layout read_layout(const NodeAccess& node) {
  Layout layout;
  int next = 1;
  const auto take = [&](int count) {
    next += count;
    return next - count;
  };
  if (node.attr<bool>("expands")) layout.expand = take(2);
  layout.depthwise = take(2);
  if (node.attr<bool>("projects")) layout.project = take(2);
  if (node.attr<bool>("adds")) layout.residual = take(1);
  node.require(node.attr<int64_t>("num_args") == next - 1, "num_args must be ", next - 1,
               " with these parts, but is ", node.attr<int64_t>("num_args"));
  const auto& names = node.attr<std::vector<std::string>>("activations");
  node.require(names.size() == 3, "activations must have 3 names, but has ", names.size());
  for (size_t i = 0; i < 3; ++i) layout.activations[i] = activation_of(node, names[i]);
  return layout;
}

struct Geometry {
  kernels::ConvChainSpec spec;
  Shape output;
};

template <typename ShapeOf>
Geometry geometry(const NodeAccess& node, const Layout& layout, ShapeOf&& shape_of) {
  const auto pointwise = [&](int input, int64_t in, const char* what) {
    const Shape filter = shape_of(input);
    node.require(filter.is_compatible_with(Shape{1, 1, in, -1}), what, " must have shape [1,1,",
                 in < 0 ? std::string("?") : str(in), ",?], but has ", filter);
    const int64_t out = filter.has_rank() ? filter[3] : -1;
    node.require(out != 0 && shape_of(input + 1).is_compatible_with(Shape{out}), "the bias of ",
                 what, " has shape ", shape_of(input + 1), ", but its filter ", filter);
    return out;
  };
  Shape x = shape_of(0);
  if (!x.has_rank()) x = Shape::unknown_dims(4);
  node.require(x.rank() == 4, "input must be 4-dimensional, but has shape ", x);
  const int64_t in = x[3];
  Geometry g;
  if (layout.expand > 0) x[3] = pointwise(layout.expand, in, "the first filter");
  const Shape filter = shape_of(layout.depthwise);
  node.require(filter.is_compatible_with(Shape{-1, -1, x[3], 1}), "the depthwise filter has shape ",
               filter, ", but its input ", x);
  ConvGeometry depthwise = conv_geometry(node, {4, true}, x, filter);
  const int64_t channels = depthwise.output[3];
  node.require(shape_of(layout.depthwise + 1).is_compatible_with(Shape{channels}),
               "the depthwise bias has shape ", shape_of(layout.depthwise + 1), ", but there are ",
               channels, " channels");
  g.output = depthwise.output;
  g.spec.depthwise = depthwise.spec;
  g.spec.depthwise.act = layout.activations[1];
  g.spec.expands = layout.expand > 0;
  g.spec.expand.in_channels = in;
  g.spec.expand.act = layout.activations[0];
  g.spec.projects = layout.project > 0;
  if (g.spec.projects) {
    g.output[3] = pointwise(layout.project, channels, "the last filter");
    g.spec.project.out_channels = g.output[3];
    g.spec.project.act = layout.activations[2];
  }
  if (layout.residual > 0) {
    node.require(shape_of(layout.residual).is_compatible_with(g.output), "what is added has shape ",
                 shape_of(layout.residual), ", but the result ", g.output);
  }
  return g;
}

void infer_fused_depthwise_block(ShapeContext& ctx) {
  ctx.set_output(0, geometry(ctx, read_layout(ctx), [&](int i) -> const Shape& {
                      return ctx.input(i);
                    }).output);
}

struct FusedDepthwiseBlockRun {
  std::shared_ptr<const kernels::ConvChain> chain;  // null: the filters come with each run
  kernels::ConvChainSpec spec;
  Layout layout;

  void operator()(const RunArgs& args) const {
    const auto in = [&](int i) { return i < 0 ? nullptr : static_cast<const float*>(args.in[i]); };
    const auto bias = [&](int filter) { return filter < 0 ? nullptr : in(filter + 1); };
    const kernels::ConvChain::Args data{in(0),
                                        bias(layout.expand),
                                        bias(layout.depthwise),
                                        bias(layout.project),
                                        in(layout.residual),
                                        static_cast<float*>(args.out[0])};
    if (chain) return chain->run(data, args.scratch);
    const kernels::ConvChain made(spec, in(layout.expand), in(layout.depthwise),
                                  in(layout.project));
    const kernels::AlignedFloats scratch(
        static_cast<int64_t>(made.scratch_bytes() / sizeof(float)) + 1);
    made.run(data, scratch.get());
  }
};

Prepared prepare_fused_depthwise_block(const PrepareContext& ctx) {
  if (ctx.output(0).num_elements() == 0) return prepared_nothing();
  const Layout layout = read_layout(ctx);
  const Geometry g = geometry(ctx, layout, [&](int i) -> const Shape& { return ctx.input(i); });
  const auto& s = g.spec.depthwise;
  if (!windows_are_near(s) || s.kernel[1] > kernels::kDepthwiseRows) {
    ctx.fail(Code::unimplemented, "the windows reach far beyond the input ", ctx.input(0));
  }
  FusedDepthwiseBlockRun run{nullptr, g.spec, layout};
  uint32_t absorbed = 0;
  const auto filter = [&](int i) -> const float* {
    if (i < 0 || ctx.constant(i) == nullptr) return nullptr;
    absorbed |= 1u << i;
    return ctx.constant(i)->data<float>();
  };
  const float* expand = filter(layout.expand);
  const float* depthwise = filter(layout.depthwise);
  const float* project = filter(layout.project);
  if ((layout.expand < 0 || expand) && depthwise && (layout.project < 0 || project)) {
    run.chain = std::make_shared<kernels::ConvChain>(g.spec, expand, depthwise, project);
  } else {
    absorbed = 0;
  }
  const size_t scratch = run.chain ? run.chain->scratch_bytes() : 0;
  Prepared p = prepared(std::move(run), scratch);
  p.absorbed = absorbed;
  return p;
}

}  // namespace

void register_fused_depthwise_block(OpRegistry& registry) {
  registry.add(
      {.signature = "_FusedDepthwiseBlock(input: T, args: num_args*T) -> (output: T)",
       .attrs = {type_attr("T", kFloat32Only), int_attr("num_args", 0, 0),
                 bool_attr("expands", false), bool_attr("projects", false),
                 bool_attr("adds", false), string_list_attr("activations"),
                 int_list_attr("strides"), choice_attr("padding", {"SAME", "VALID", "EXPLICIT"}),
                 int_list_attr("explicit_paddings", {}), int_list_attr("dilations", {1, 1, 1, 1})},
       .shape = infer_fused_depthwise_block,
       .prepare = prepare_fused_depthwise_block,
       .not_differentiable = true});
}

}  // namespace rill
