// Colours: RGB and HSV, contrast, hue, saturation. Formulas:
// tensorflow/core/kernels/image/colorspace_op.h, adjust_hue_op.cc, adjust_contrast_op.cc.
#include <algorithm>
#include <cmath>

#include "base/thread_pool.h"
#include "op/emit.h"
#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"
#include "ops/composed.h"
#include "ops/gradient_attrs.h"
#include "rill/ops/image.hpp"
#include "tensor/dispatch.h"

namespace rill {
namespace {

template <typename T>
struct Pixel {
  T a, b, c;
};

template <typename T>
Pixel<T> to_hsv(const Pixel<T>& p) {
  const T value = std::max({p.a, p.b, p.c});
  const T range = value - std::min({p.a, p.b, p.c});
  const T saturation = value > 0 ? range / value : T(0);
  if (!(range > 0)) return {T(0), saturation, value};
  const T norm = T(1) / (T(6) * range);
  const T hue = p.a == value   ? norm * (p.b - p.c)
                : p.b == value ? norm * (p.c - p.a) + T(2) / T(6)
                               : norm * (p.a - p.b) + T(4) / T(6);
  return {hue < 0 ? hue + 1 : hue, saturation, value};
}

template <typename T>
Pixel<T> to_rgb(const Pixel<T>& p) {
  const T h = p.a * 6;
  const auto unit = [](T x) { return std::clamp(x, T(0), T(1)); };
  const T rest = 1 - p.b;
  return {(rest + p.b * unit(std::abs(h - 3) - 1)) * p.c,
          (rest + p.b * unit(2 - std::abs(h - 2))) * p.c,
          (rest + p.b * unit(2 - std::abs(h - 4))) * p.c};
}

enum class Change { to_hsv, to_rgb, hue, saturation };

// The pixel with its hue moved; values may lie outside [0, 1].
template <typename T>
Pixel<T> move_hue(const Pixel<T>& p, T delta) {
  const T high = std::max({p.a, p.b, p.c}), low = std::min({p.a, p.b, p.c});
  if (!(high > low)) return p;
  const T range = high - low;
  T hue = p.a == high   ? (p.b - p.c) / range
          : p.b == high ? (p.c - p.a) / range + 2
                        : (p.a - p.b) / range + 4;
  hue = hue / 6 + delta;
  hue -= std::floor(hue);
  const Pixel<T> pure = to_rgb(Pixel<T>{hue, T(1), T(1)});
  return {low + pure.a * range, low + pure.b * range, low + pure.c * range};
}

// Computed in A: float for halves. Input 1, where there is one, is delta or scale.
template <typename T, typename A, Change change>
struct ColorRun {
  int64_t pixels;
  void operator()(const RunArgs& args) const {
    const A by = change == Change::hue || change == Change::saturation
                     ? static_cast<A>(*static_cast<const float*>(args.in[1]))
                     : A(0);
    parallel_for(pixels, 4096, [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; ++i) {
        const T* x = static_cast<const T*>(args.in[0]) + 3 * i;
        T* y = static_cast<T*>(args.out[0]) + 3 * i;
        Pixel<A> p{static_cast<A>(x[0]), static_cast<A>(x[1]), static_cast<A>(x[2])};
        if (change == Change::to_hsv) p = to_hsv(p);
        if (change == Change::to_rgb) p = to_rgb(p);
        if (change == Change::hue) p = move_hue(p, by);
        if (change == Change::saturation) {
          p = to_hsv(p);
          p.b = std::clamp(p.b * by, A(0), A(1));
          p = to_rgb(p);
        }
        y[0] = static_cast<T>(p.a);
        y[1] = static_cast<T>(p.b);
        y[2] = static_cast<T>(p.c);
      }
    });
  }
};

template <Change change>
Prepared prepare_color(const PrepareContext& ctx) {
  const int64_t pixels = ctx.input(0).num_elements() / 3;
  Prepared p;
  dispatch_float(ctx.input_dtype(0), "colours", [&]<typename T>() {
    using A = std::conditional_t<std::is_same_v<T, double>, double, float>;
    p = prepared(ColorRun<T, A, change>{pixels});
  });
  return p;
}

template <int rank, bool scalar>
void infer_color(ShapeContext& ctx) {
  ctx.require_rank(0, rank);
  const Shape& x = ctx.input(0);
  ctx.require(!x.has_rank() || x.back() < 0 || x.back() == 3,
              "outermost dimension must have 3 channels, but the images have shape ", x);
  if (scalar) ctx.require_rank_exactly(1, 0);
  ctx.set_output(0, x);
}

// Every channel of every image moves away from its mean.
template <typename T>
struct Contrast {
  int64_t images, pixels, channels;
  void operator()(const RunArgs& args) const {
    const float factor = *static_cast<const float*>(args.in[1]);
    parallel_for(images * channels, 1, [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; ++i) {
        const int64_t first = i / channels * pixels * channels + i % channels;
        const T* x = static_cast<const T*>(args.in[0]) + first;
        T* y = static_cast<T*>(args.out[0]) + first;
        double sum = 0;
        for (int64_t p = 0; p < pixels; ++p) sum += static_cast<float>(x[p * channels]);
        const auto mean = static_cast<float>(sum / static_cast<double>(pixels));
        for (int64_t p = 0; p < pixels; ++p) {
          const float value = static_cast<float>(x[p * channels]);
          y[p * channels] = static_cast<T>((value - mean) * factor + mean);
        }
      }
    });
  }
};

Prepared prepare_contrast(const PrepareContext& ctx) {
  const Shape& x = ctx.input(0);
  const int rank = x.rank();
  Prepared p;
  dispatch_float(ctx.input_dtype(0), "AdjustContrastv2", [&]<typename T>() {
    p = prepared(Contrast<T>{product(x, 0, rank - 3), product(x, rank - 3, rank - 1), x[rank - 1]});
  });
  return p;
}

// The older op: any numbers become float32, and the result is cut off.
void run_old_contrast(KernelContext& ctx) {
  const Tensor& in = ctx.input(0);
  for (int i = 1; i < 4; ++i) {
    ctx.require(ctx.input(i).rank() == 0, "input ", i, " must be a scalar, got shape ",
                ctx.input(i).shape());
  }
  ctx.require(in.rank() >= 3, "input must be at least 3-D, got shape ", in.shape());
  const Tensor x = run_op_now("Cast", {in}, {{"SrcT", in.dtype()}, {"DstT", DType::float32}})[0];
  const AttrMap typed{{"T", DType::float32}};
  const Tensor moved = run_op_now("AdjustContrastv2", {x, ctx.input(1)}, typed)[0];
  ctx.set_output(0, run_op_now("ClipByValue", {moved, ctx.input(2), ctx.input(3)}, typed)[0]);
}

void infer_contrast(ShapeContext& ctx) {
  ctx.require_rank(0, 3);
  for (int i = 1; i < ctx.num_inputs(); ++i) ctx.require_rank_exactly(i, 0);
  ctx.set_output(0, ctx.input(0));
}

// The derivatives of hue, saturation and value by each channel, with TensorFlow's way of breaking
// ties: red before green before blue is the largest, blue before green before red the smallest
// (tensorflow/python/ops/image_grad.py). With m the largest, p the channel after it and q the one
// before it in the circle r, g, b, and c = largest - smallest, hue = (p - q) / (6 c) + a constant.
Values to_hsv_gradient(const GradContext& ctx) {
  using namespace grads;  // NOLINT: formulas
  const AttrMap last{{"axis", int64_t{-1}}, {"num", int64_t{3}}};
  const Values x = emit_all("Unpack", {ctx.input(0)}, last);
  const Values dy = emit_all("Unpack", {ctx.output_gradient(0)}, last);
  const Values hsv = emit_all("Unpack", {ctx.output(0)}, last);
  const DType dtype = x[0].dtype();
  const auto number = [&](const Value& a, const Value& b) {
    return cast(emit("LogicalAnd", {a, b}), dtype);
  };
  const auto compare = [](const char* op, const Value& a, const Value& b) {
    return emit(op, {a, b});
  };
  const auto over = [](const Value& a, const Value& b) { return emit("DivNoNan", {a, b}); };
  const Value &r = x[0], &g = x[1], &b = x[2];
  const char *gt = "Greater", *ge = "GreaterEqual", *lt = "Less", *le = "LessEqual";
  const Values largest = {number(compare(ge, r, b), compare(ge, r, g)),
                          number(compare(gt, g, r), compare(ge, g, b)),
                          number(compare(gt, b, r), compare(gt, b, g))};
  const Values smallest = {number(compare(lt, r, b), compare(lt, r, g)),
                           number(compare(le, g, r), compare(lt, g, b)),
                           number(compare(le, b, r), compare(le, b, g))};
  const Value zero = scalar_like(r, 0), sixth = scalar_like(r, 1.0 / 6), one = scalar_like(r, 1);
  const Value range = mul(hsv[1], hsv[2]);
  Values positive(3), hue(3), dx(3);
  Value low;
  for (size_t i = 0; i < 3; ++i) {
    positive[i] = cast(emit("Greater", {x[i], zero}), dtype);
    const Value part = mul(smallest[i], x[i]);
    low = low ? add(low, part) : part;
  }
  const auto more = [](Value& sum, const Value& part) { sum = sum ? add(sum, part) : part; };
  for (size_t m = 0; m < 3; ++m) {
    const size_t p = (m + 1) % 3, q = (m + 2) % 3;
    const Value here = mul(largest[m], positive[m]);
    const auto either = [&](size_t i, const Value& if_smallest, const Value& if_not) {
      return mul(here, add(mul(smallest[i], if_smallest), mul(sub(one, smallest[i]), if_not)));
    };
    const Value to_p = sub(x[m], x[p]), to_q = sub(x[m], x[q]);
    more(hue[m], mul(here, over(sub(x[q], x[p]), square(range))));
    more(hue[p], either(p, over(to_q, square(to_p)), over(one, to_q)));
    more(hue[q], either(q, over(neg(to_p), square(to_q)), over(neg(one), to_p)));
  }
  for (size_t i = 0; i < 3; ++i) {
    const Value as_largest = mul(largest[i], over(low, square(x[i])));
    const Value as_smallest = mul(smallest[i], over(neg(one), hsv[2]));
    const Value saturation = mul(positive[i], add(as_largest, as_smallest));
    dx[i] =
        add(add(mul(dy[2], largest[i]), mul(dy[1], saturation)), mul(dy[0], mul(hue[i], sixth)));
  }
  return {emit("Pack", dx, {{"axis", int64_t{-1}}})};
}

}  // namespace

Value ops::rgb_to_hsv(const Value& images, std::string_view name) {
  return emit("RGBToHSV", {images}, {}, name);
}
Value ops::hsv_to_rgb(const Value& images, std::string_view name) {
  return emit("HSVToRGB", {images}, {}, name);
}
Value ops::adjust_contrast(const Value& images, const Value& factor, std::string_view name) {
  return emit("AdjustContrastv2", {images, factor}, {}, name);
}
Value ops::adjust_hue(const Value& images, const Value& delta, std::string_view name) {
  return emit("AdjustHue", {images, delta}, {}, name);
}
Value ops::adjust_saturation(const Value& images, const Value& factor, std::string_view name) {
  return emit("AdjustSaturation", {images, factor}, {}, name);
}

void register_color(OpRegistry& registry) {
  const AttrDef any = type_attr("T", kFloatTypes, DType::float32);
  const AttrDef halves = type_attr("T", type_set<DType::float16, DType::float32>, DType::float32);
  registry.add({.signature = "RGBToHSV(images: T) -> (output: T)",
                .attrs = {any},
                .shape = infer_color<1, false>,
                .prepare = prepare_color<Change::to_hsv>,
                .gradient = to_hsv_gradient});
  registry.add({.signature = "HSVToRGB(images: T) -> (output: T)",
                .attrs = {any},
                .shape = infer_color<1, false>,
                .prepare = prepare_color<Change::to_rgb>});
  registry.add({.signature = "AdjustHue(images: T, delta: float32) -> (output: T)",
                .attrs = {halves},
                .shape = infer_color<3, true>,
                .prepare = prepare_color<Change::hue>});
  registry.add({.signature = "AdjustSaturation(images: T, scale: float32) -> (output: T)",
                .attrs = {halves},
                .shape = infer_color<3, true>,
                .prepare = prepare_color<Change::saturation>});
  registry.add({.signature = "AdjustContrastv2(images: T, contrast_factor: float32) -> (output: T)",
                .attrs = {halves},
                .shape = infer_contrast,
                .prepare = prepare_contrast});
  registry.add(
      {.signature = "AdjustContrast(images: T, contrast_factor: float32, min_value: float32, "
                    "max_value: float32) -> (output: float32)",
       .attrs = {type_attr("T", type_set<DType::uint8, DType::int8, DType::int16, DType::int32,
                                         DType::int64, DType::float32, DType::float64>)},
       .shape = infer_contrast,
       .kernel = run_old_contrast});
}

}  // namespace rill
