// Colours: RGB and HSV, contrast, hue, saturation. Formulas:
// tensorflow/core/kernels/image/colorspace_op.h, adjust_hue_op.cc, adjust_contrast_op.cc.
#include <algorithm>
#include <cmath>
#include <vector>

#include "base/thread_pool.h"
#include "kernels/rounding.h"
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

// On the three numbers of a pixel, in place; without branches, calls and structs, so that loops
// over pixels vectorise.
template <typename T>
[[gnu::always_inline]] inline T larger(T x, T y) {
  return x < y ? y : x;
}
template <typename T>
[[gnu::always_inline]] inline T smaller(T x, T y) {
  return y < x ? y : x;
}

template <typename T>
[[gnu::always_inline]] inline void to_hsv(T& a, T& b, T& c) {
  const T value = larger(larger(a, b), c);
  const T range = value - smaller(smaller(a, b), c);
  const T share = range / value, norm = T(1) / (T(6) * range);
  const T from_a = norm * (b - c);
  const T from_b = norm * (c - a) + T(2) / T(6);
  const T from_c = norm * (a - b) + T(4) / T(6);
  T hue = b == value ? from_b : from_c;
  hue = a == value ? from_a : hue;
  const T turned = hue + 1;
  hue = hue < 0 ? turned : hue;
  a = range > 0 ? hue : T(0);
  b = value > 0 ? share : T(0);
  c = value;
}

template <typename T>
[[gnu::always_inline]] inline T within_one(T x) {
  return smaller(larger(x, T(0)), T(1));
}

template <typename T>
[[gnu::always_inline]] inline void to_rgb(T& a, T& b, T& c) {
  const T h = a * 6, rest = 1 - b, saturation = b, value = c;
  a = (rest + saturation * within_one(std::abs(h - 3) - 1)) * value;
  b = (rest + saturation * within_one(2 - std::abs(h - 2))) * value;
  c = (rest + saturation * within_one(2 - std::abs(h - 4))) * value;
}

enum class Change { to_hsv, to_rgb, hue, saturation };

[[gnu::always_inline]] inline float whole_below(float x) { return kernels::floor_of(x); }
[[gnu::always_inline]] inline double whole_below(double x) { return std::floor(x); }

// The pixel with its hue moved; values may lie outside [0, 1].
template <typename T>
[[gnu::always_inline]] inline void move_hue(T& a, T& b, T& c, T delta) {
  const T high = larger(larger(a, b), c), low = smaller(smaller(a, b), c);
  const T range = high - low;
  const T from_a = (b - c) / range, from_b = (c - a) / range + 2, from_c = (a - b) / range + 4;
  T hue = b == high ? from_b : from_c;
  hue = a == high ? from_a : hue;
  hue = hue / 6 + delta;
  hue -= whole_below(hue);
  T saturation = 1, value = 1;
  to_rgb(hue, saturation, value);
  const T new_a = low + hue * range, new_b = low + saturation * range, new_c = low + value * range;
  a = high > low ? new_a : a;
  b = high > low ? new_b : b;
  c = high > low ? new_c : c;
}

template <Change change, typename A>
[[gnu::always_inline]] inline void change_one(A& a, A& b, A& c, A by) {
  if constexpr (change == Change::hue) return move_hue(a, b, c, by);
  if constexpr (change != Change::to_rgb) to_hsv(a, b, c);
  if constexpr (change == Change::saturation) b = within_one(b * by);
  if constexpr (change != Change::to_hsv) to_rgb(a, b, c);
}

constexpr int64_t kPixels = 128;

// The channels of some pixels, one after the other.
template <typename A, Change change>
[[gnu::noinline]] void change_channels(A* a, A* b, A* c, A by) {
  for (int64_t i = 0; i < kPixels; ++i) {
    A x = a[i], y = b[i], z = c[i];
    change_one<change>(x, y, z, by);
    a[i] = x;
    b[i] = y;
    c[i] = z;
  }
}

template <typename T, typename A>
[[gnu::noinline]] void take_apart(const T* x, A (&channel)[3][kPixels], int64_t n) {
  for (int64_t k = 0; k < n; ++k) {
    channel[0][k] = static_cast<A>(x[3 * k]);
    channel[1][k] = static_cast<A>(x[3 * k + 1]);
    channel[2][k] = static_cast<A>(x[3 * k + 2]);
  }
}
template <typename T, typename A>
[[gnu::noinline]] void put_together(const A (&channel)[3][kPixels], T* y, int64_t n) {
  for (int64_t k = 0; k < n; ++k) {
    y[3 * k] = static_cast<T>(channel[0][k]);
    y[3 * k + 1] = static_cast<T>(channel[1][k]);
    y[3 * k + 2] = static_cast<T>(channel[2][k]);
  }
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
      A channel[3][kPixels] = {};
      for (int64_t i = begin; i < end; i += kPixels) {
        const int64_t n = std::min(kPixels, end - i);
        const T* x = static_cast<const T*>(args.in[0]) + 3 * i;
        T* y = static_cast<T*>(args.out[0]) + 3 * i;
        take_apart(x, channel, n);
        change_channels<A, change>(channel[0], channel[1], channel[2], by);
        put_together(channel, y, n);
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

template <typename T>
[[gnu::noinline]] void move_away(const T* x, const float* mean, float factor, T* y, int64_t n) {
  for (int64_t k = 0; k < n; ++k) {
    y[k] = static_cast<T>((static_cast<float>(x[k]) - mean[k]) * factor + mean[k]);
  }
}

// sums[k] += x[k], x[n + k], ...
template <typename T>
[[gnu::noinline]] void add_up(const T* x, int64_t size, double* sums, int64_t n) {
  for (int64_t p = 0; p < size; p += n) {
    const int64_t end = std::min(n, size - p);
    for (int64_t k = 0; k < end; ++k) sums[k] += static_cast<float>(x[p + k]);
  }
}

// Every channel of every image moves away from its mean.
template <typename T>
struct Contrast {
  int64_t images, pixels, channels;
  void operator()(const RunArgs& args) const {
    const float factor = *static_cast<const float*>(args.in[1]);
    // Means repeated, so that one loop goes over the pixels whatever their channels are.
    const int64_t repeats = std::max<int64_t>(1, 64 / std::max<int64_t>(channels, 1));
    const int64_t width = repeats * channels, size = pixels * channels;
    parallel_for(images, grain_of(size), [&](int64_t begin, int64_t end) {
      std::vector<double> sums(static_cast<size_t>(width));
      std::vector<float> means(static_cast<size_t>(width));
      for (int64_t i = begin; i < end; ++i) {
        const T* x = static_cast<const T*>(args.in[0]) + i * size;
        T* y = static_cast<T*>(args.out[0]) + i * size;
        std::fill(sums.begin(), sums.end(), 0.0);
        add_up(x, size, sums.data(), width);
        for (int64_t k = channels; k < width; ++k) {
          sums[static_cast<size_t>(k % channels)] += sums[static_cast<size_t>(k)];
        }
        for (int64_t k = 0; k < width; ++k) {
          means[static_cast<size_t>(k)] = static_cast<float>(
              sums[static_cast<size_t>(k % channels)] / static_cast<double>(pixels));
        }
        for (int64_t p = 0; p < size; p += width) {
          const float* mean = means.data();
          const int64_t n = std::min(width, size - p);
          move_away(x + p, mean, factor, y + p, n);
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
