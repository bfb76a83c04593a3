// _FusedConv2D and _FusedDepthwiseConv2dNative: a convolution with what follows it, float32. Made
// by the optimiser, named as TensorFlow names its own.
#include "op/registry.h"
#include "ops/attrs.h"
#include "ops/fused_steps.h"
#include "ops/windows.h"

namespace rill {
namespace {

template <bool depthwise>
void infer_fused_conv(ShapeContext& ctx) {
  ctx.set_output(0, conv_geometry(ctx, {4, depthwise}, ctx.input(0), ctx.input(1)).output);
  require_fused_args(ctx, read_fused_steps(ctx), image_layout(ctx, 4).channel());
}

struct FusedConvRun {
  std::shared_ptr<const kernels::Convolution> conv;
  int bias, residual;  // inputs; -1: none
  void operator()(const RunArgs& args) const {
    const auto in = [&](int i) { return i < 0 ? nullptr : static_cast<const float*>(args.in[i]); };
    conv->run(in(0), in(1), in(bias), in(residual), static_cast<float*>(args.out[0]), args.scratch);
  }
};

template <bool depthwise>
Prepared prepare_fused_conv(const PrepareContext& ctx) {
  if (ctx.output(0).num_elements() == 0) return prepared_nothing();
  ctx.require(ctx.input(0).num_elements() > 0 && ctx.input(1).num_elements() > 0,
              "input and filter must not be empty: ", ctx.input(0), ", ", ctx.input(1));
  kernels::ConvSpec spec = conv_geometry(ctx, {4, depthwise}, ctx.input(0), ctx.input(1)).spec;
  if (!windows_are_near(spec)) {
    ctx.fail(Code::unimplemented, "the windows reach far beyond the input ", ctx.input(0));
  }
  const FusedSteps steps = read_fused_steps(ctx);
  spec.act = steps.activation;
  const Tensor* filter = ctx.constant(1);
  FusedConvRun run{kernels::make_convolution(spec, filter ? filter->data<float>() : nullptr),
                   steps.bias ? 2 : -1, steps.residual ? (steps.bias ? 3 : 2) : -1};
  const size_t scratch = run.conv->scratch_bytes();
  Prepared p = prepared(std::move(run), scratch);
  if (filter) p.absorbed = 1u << 1;
  return p;
}

}  // namespace

void register_fused_conv(OpRegistry& registry) {
  const std::vector<AttrDef> attrs = fused_attrs(
      {int_list_attr("strides"), choice_attr("padding", {"SAME", "VALID", "EXPLICIT"}),
       int_list_attr("explicit_paddings", {}), string_attr("data_format", "NHWC", {"NHWC", "NCHW"}),
       int_list_attr("dilations", {1, 1, 1, 1}), bool_attr("use_cudnn_on_gpu", true),
       string_attr("filter_format", "HWIO", {"HWIO"})});
  registry.add({.signature = "_FusedConv2D(input: T, filter: T, args: num_args*T) -> (output: T)",
                .attrs = attrs,
                .shape = infer_fused_conv<false>,
                .prepare = prepare_fused_conv<false>,
                .in_place = 1u << 3});  // the residual behind a bias
  registry.add({.signature = "_FusedDepthwiseConv2dNative(input: T, filter: T, args: num_args*T) "
                             "-> (output: T)",
                .attrs = attrs,
                .shape = infer_fused_conv<true>,
                .prepare = prepare_fused_conv<true>,
                .in_place = 1u << 3});  // the residual behind a bias
}

}  // namespace rill
