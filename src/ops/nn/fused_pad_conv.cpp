// FusedPadConv2D and FusedResizeAndPadConv2D: what TensorFlow's old graph transforms put in the
// place of [ResizeBilinear,] MirrorPad and Conv2D. Run as these.
#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"
#include "ops/composed.h"
#include "ops/padding.h"
#include "ops/windows.h"

namespace rill {
namespace {

template <bool resize>
void infer_fused_pad_conv(ShapeContext& ctx) {
  constexpr int kPaddings = resize ? 2 : 1, kFilter = kPaddings + 1;
  ctx.require_rank_exactly(0, 4);
  ctx.require_rank_exactly(kFilter, 4);
  const auto& strides = ctx.attr<std::vector<int64_t>>("strides");
  ctx.require(strides.size() == 4 && strides[0] == 1 && strides[3] == 1,
              "strides must be [1, rows, columns, 1], got ", strides);
  Shape padded = ctx.input(0).has_rank() ? ctx.input(0) : Shape::unknown_dims(4);
  if constexpr (resize) {
    ctx.require_rank_exactly(1, 1);
    const auto size = ctx.ints(1);
    ctx.require(!size || size->size() == 2, "size must have two elements");
    for (int d = 0; d < 2; ++d) padded[1 + d] = size ? (*size)[static_cast<size_t>(d)] : -1;
    ctx.require(!size || (padded[1] > 0 && padded[2] > 0), "output dimensions must be positive");
  }
  const Tensor* paddings = ctx.value(kPaddings);
  if (paddings) {
    const auto pads = read_paddings(ctx, *paddings, 4);
    ctx.require(
        pads[0].before == 0 && pads[0].after == 0 && pads[3].before == 0 && pads[3].after == 0,
        "Fused mirror padding only supports spatial padding");
    for (int d = 1; d < 3; ++d) {
      const Padding& p = pads[static_cast<size_t>(d)];
      ctx.require(p.before <= INT32_MAX && p.after <= INT32_MAX, "paddings are too large");
      if (padded[d] >= 0) padded[d] += p.before + p.after;
    }
  } else {
    padded[1] = padded[2] = -1;
  }
  const Shape filter = ctx.input(kFilter).has_rank() ? ctx.input(kFilter) : Shape::unknown_dims(4);
  ctx.require(padded[3] < 0 || filter[2] < 0 || padded[3] == filter[2],
              "input and filter must have the same depth: ", padded[3], " vs ", filter[2]);
  Shape out{padded[0], -1, -1, filter[3]};
  for (int d = 1; d < 3; ++d) {
    const int64_t stride = strides[static_cast<size_t>(d)];
    ctx.require(stride > 0, "strides must be positive, got ", strides);
    if (padded[d] < 0 || filter[d - 1] < 0) continue;
    out[d] =
        shapes::window(ctx, padded[d], filter[d - 1], 1, stride, ctx.attr<std::string>("padding"))
            .output;
  }
  ctx.set_output(0, out);
}

template <bool resize>
void run_fused_pad_conv(KernelContext& ctx) {
  constexpr int kPaddings = resize ? 2 : 1, kFilter = kPaddings + 1;
  const auto dtype = ctx.attr<DType>("T");
  Tensor x = ctx.input(0);
  ctx.require(x.rank() == 4 && x.size() > 0,
              "input must be 4-dimensional and not empty, but has "
              "shape ",
              x.shape());
  const auto& strides = ctx.attr<std::vector<int64_t>>("strides");
  ctx.require(strides.size() == 4 && strides[0] == 1 && strides[3] == 1,
              "strides must be [1, rows, columns, 1], got ", strides);
  const auto pads = read_paddings(ctx, ctx.input(kPaddings), 4);
  ctx.require(
      pads[0].before == 0 && pads[0].after == 0 && pads[3].before == 0 && pads[3].after == 0,
      "Fused mirror padding only supports spatial padding");
  if constexpr (resize) {
    x = run_op_now("ResizeBilinear", {x, ctx.input(1)},
                   {{"T", dtype}, {"align_corners", ctx.attr<bool>("resize_align_corners")}})[0];
    if (dtype != DType::float32) {
      x = run_op_now("Cast", {x}, {{"SrcT", DType::float32}, {"DstT", dtype}})[0];
    }
  }
  x = run_op_now(
      "MirrorPad", {x, ctx.input(kPaddings)},
      {{"T", dtype}, {"Tpaddings", DType::int32}, {"mode", ctx.attr<std::string>("mode")}})[0];
  Tensor y = run_op_now(
      "Conv2D", {x, ctx.input(kFilter)},
      {{"T", dtype}, {"strides", strides}, {"padding", ctx.attr<std::string>("padding")}})[0];
  ctx.require(y.size() > 0, "Output tensor can't be empty");
  ctx.set_output(0, std::move(y));
}

}  // namespace

void register_fused_pad_conv(OpRegistry& registry) {
  const AttrDef mode = choice_attr("mode", {"REFLECT", "SYMMETRIC"});
  const AttrDef padding = choice_attr("padding", {"SAME", "VALID"});
  registry.add({.signature = "FusedPadConv2D(input: T, paddings: int32, filter: T) -> (output: T)",
                .attrs = {type_attr("T", kFloatTypes), mode, int_list_attr("strides"), padding},
                .shape = infer_fused_pad_conv<false>,
                .kernel = run_fused_pad_conv<false>});
  registry.add(
      {.signature = "FusedResizeAndPadConv2D(input: T, size: int32, paddings: int32, "
                    "filter: T) -> (output: T)",
       .attrs = {type_attr("T", type_set<DType::float16, DType::float32, DType::float64>),
                 bool_attr("resize_align_corners", false), mode, int_list_attr("strides"), padding},
       .shape = infer_fused_pad_conv<true>,
       .kernel = run_fused_pad_conv<true>});
}

}  // namespace rill
