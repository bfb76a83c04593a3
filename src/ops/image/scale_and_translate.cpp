// ScaleAndTranslate and its gradient: resampling with a kernel; scale and translation are data.
#include "kernels/resample.h"
#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"
#include "ops/gradient_attrs.h"

namespace rill {
namespace {

void infer_scale_and_translate(ShapeContext& ctx) {
  ctx.require_rank_exactly(0, 4);
  Shape y = ctx.input(0).has_rank() ? ctx.input(0) : Shape::unknown_dims(4);
  for (const int i : {2, 3}) {
    ctx.require(ctx.input(i).is_compatible_with(Shape{2}),
                "scale and translation must have two "
                "elements, but one has shape ",
                ctx.input(i));
  }
  const Shape size = ctx.shape_from_value(1);
  ctx.require(!size.has_rank() || size.rank() == 2, "size must have two elements, but has ",
              size.rank());
  ctx.require(y[3] != 0, "image must have at least one channel");
  ctx.require(y[1] != 0 && y[2] != 0, "input image must be of non-zero size, but has shape ", y);
  for (int i = 0; i < 2; ++i) {
    y[1 + i] = size.has_rank() ? size[i] : Shape::kUnknownDim;
    ctx.require(y[1 + i] != 0, "output dimensions must be positive, but size is ", size);
  }
  ctx.set_output(0, y);
}

void infer_gradient(ShapeContext& ctx) {
  ctx.require_rank_exactly(0, 4);
  ctx.require_rank_exactly(1, 4);
  ctx.set_output(0, ctx.input(1));
}

// Runs on the shapes of images and result, with scale and translation from inputs 2 and 3.
template <bool gradient>
struct ScaleAndTranslateRun {
  DType dtype;
  Shape x, y;
  std::string kernel;
  bool antialias;
  void operator()(const RunArgs& args) const {
    const auto* scale = static_cast<const float*>(args.in[2]);
    const auto* translation = static_cast<const float*>(args.in[3]);
    const auto taps = [&](int i) {
      return kernels::kernel_taps(x[1 + i], y[1 + i], scale[i], translation[i], kernel, antialias);
    };
    const kernels::Resample resample(dtype, {x[0], x[1], x[2], x[3]}, taps(0), taps(1));
    auto* to = static_cast<float*>(args.out[0]);
    if (gradient) {
      resample.run_gradient(static_cast<const float*>(args.in[0]), to);
    } else {
      resample.run(args.in[0], to);
    }
  }
};

template <bool gradient>
Prepared prepare_scale_and_translate(const PrepareContext& ctx) {
  if (ctx.output(0).num_elements() == 0) return prepared_nothing();
  const Shape& x = gradient ? ctx.output(0) : ctx.input(0);
  const Shape& y = gradient ? ctx.input(0) : ctx.output(0);
  if (gradient) {
    ctx.require(x[0] == y[0] && x[3] == y[3] && x.num_elements() > 0 && y.num_elements() > 0,
                "grads of shape ", y, " do not fit an image of shape ", x);
  }
  return prepared(ScaleAndTranslateRun<gradient>{
      ctx.input_dtype(0), x, y, ctx.attr<std::string>("kernel_type"), ctx.attr<bool>("antialias")});
}

Values gradient(const GradContext& ctx) {
  return {emit("ScaleAndTranslateGrad",
               {ctx.output_gradient(0), ctx.input(0), ctx.input(2), ctx.input(3)},
               grads::same_attrs(ctx, {"kernel_type", "antialias"})),
          {},
          {},
          {}};
}

}  // namespace

void register_scale_and_translate(OpRegistry& registry) {
  const AttrDef kernel = string_attr("kernel_type", "lanczos3");
  const AttrDef antialias = bool_attr("antialias", true);
  registry.add(
      {.signature = "ScaleAndTranslate(images: T, size: int32, scale: float32, translation: "
                    "float32) -> (resized_images: float32)",
       .attrs = {type_attr("T", type_set<DType::int8, DType::uint8, DType::int16, DType::uint16,
                                         DType::int32, DType::int64, DType::bfloat16,
                                         DType::float16, DType::float32, DType::float64>),
                 kernel, antialias},
       .shape = infer_scale_and_translate,
       .prepare = prepare_scale_and_translate<false>,
       .gradient = gradient});
  registry.add({.signature = "ScaleAndTranslateGrad(grads: T, original_image: T, scale: float32, "
                             "translation: float32) -> (output: T)",
                .attrs = {type_attr("T", type_set<DType::float32>), kernel, antialias},
                .shape = infer_gradient,
                .prepare = prepare_scale_and_translate<true>});
}

}  // namespace rill
