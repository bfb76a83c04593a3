// QuantizeV2 and Dequantize: floats to quantised integers and back, in one range or one a channel.
// Source of the formulas: tensorflow/core/kernels/quantize_op.cc, dequantize_op.cc.
#include "base/thread_pool.h"
#include "kernels/dispatch.h"
#include "kernels/rounding.h"
#include "op/registry.h"
#include "op/shape_context.h"
#include "ops/args.h"
#include "ops/attrs.h"
#include "ops/quantization.h"

namespace rill {
namespace {

enum class Mode { combined, first, scaled };
Mode mode_of(const NodeAccess& node) {
  const std::string& name = node.attr<std::string>("mode");
  // TensorFlow's kernel has no such case either, and its code is this one.
  if (name == "MIN_FIRST" && node.attr_or<int64_t>("axis", -1) != -1) {
    node.fail(Code::unimplemented, "MIN_FIRST has one range, so axis must be -1, not ",
              node.attr<int64_t>("axis"));
  }
  return name == "SCALED" ? Mode::scaled : name == "MIN_FIRST" ? Mode::first : Mode::combined;
}

// The tensor as outer x channels x inner; one channel when the axis is -1.
struct Slices {
  int64_t outer = 1, channels = 1, inner = 1;
  Slices(const NodeAccess& node, const Shape& shape) {
    const auto axis = node.attr_or<int64_t>("axis", -1);
    if (axis == -1) {
      inner = shape.num_elements();
      return;
    }
    node.require(axis >= 0 && axis < shape.rank(), "axis ", axis, " is out of range for shape ",
                 shape);
    outer = product(shape, 0, static_cast<int>(axis));
    channels = shape[static_cast<int>(axis)];
    inner = product(shape, static_cast<int>(axis) + 1, shape.rank());
  }
  // f(first, n) for the spans of neighbouring elements of a channel.
  template <typename F>
  void for_each_span(int64_t channel, F&& f) const {
    if (outer == 1) {
      parallel_for(inner, grain_of(2),
                   [&](int64_t begin, int64_t end) { f(channel * inner + begin, end - begin); });
      return;
    }
    parallel_for(outer, grain_of(2 * inner), [&](int64_t begin, int64_t end) {
      for (int64_t o = begin; o < end; ++o) f((o * channels + channel) * inner, inner);
    });
  }
  template <typename F>
  void for_each(int64_t channel, F&& f) const {
    for_each_span(channel, [&](int64_t first, int64_t n) {
      for (int64_t i = first; i < first + n; ++i) f(i);
    });
  }
};

void check_range_size(const KernelContext& ctx, const Slices& slices) {
  for (int i = 1; i <= 2; ++i) {
    ctx.require(ctx.input(i).size() == slices.channels, i == 1 ? "min_range" : "max_range",
                " must have ", slices.channels, " elements, got shape ", ctx.input(i).shape());
  }
}

// 32 bits are not clamped: floats that do not fit wrap round, NaN is 0 (Eigen's cast by lround).
template <typename T>
T saturate(float x) {
  if constexpr (sizeof(T) == 4) return static_cast<T>(std::isnan(x) ? 0 : std::llround(x));
  if (!(x > kLowest<T>)) return std::numeric_limits<T>::lowest();
  return x >= static_cast<float>(kHighest<T>) ? std::numeric_limits<T>::max() : static_cast<T>(x);
}

// What every element goes through, for any T: see kernels::ByteSteps.
template <typename T>
kernels::ByteSteps steps_of(const KernelContext& ctx, Mode mode, Range& r) {
  constexpr bool is_signed = std::is_signed_v<T>;
  constexpr float kMost = std::numeric_limits<float>::max(), kInfinity = INFINITY;
  constexpr auto kLow = static_cast<float>(kLowest<T>), kHigh = static_cast<float>(kHighest<T>);
  if (mode == Mode::scaled) {
    const auto low = static_cast<float>(kLowest<T> + (ctx.attr<bool>("narrow_range") ? 1 : 0));
    const float scale =
        std::min(low * r.min > 0 ? low / r.min : kMost, kHigh * r.max > 0 ? kHigh / r.max : kMost);
    r = {low / scale, kHigh / scale};
    return {r.min, r.max, 0, scale, 0, 0, kLow, kHigh};
  }
  const auto scale = static_cast<float>((kHighest<T> - kLowest<T>) / (r.max - r.min));
  if (mode == Mode::combined) {
    const auto half = static_cast<float>(is_signed ? (kHighest<T> - kLowest<T> + 1) / 2 : 0);
    return {r.min, r.max, r.min, scale, half, 0, kLow, kHigh};
  }
  const float lowest = std::round(r.min * scale);
  return {-kInfinity, kInfinity, 0, scale, 0, lowest - kLow, kLow, kHigh};
}

template <typename T>
Range quantize_channel(const KernelContext& ctx, Mode mode, Range r, const Slices& slices,
                       int64_t channel, const float* in, T* out) {
  using kernels::ByteRounding;
  const kernels::ByteSteps s = steps_of<T>(ctx, mode, r);
  const ByteRounding rounding =
      mode == Mode::combined && std::is_unsigned_v<T> ? ByteRounding::up
      : mode == Mode::scaled && ctx.attr<std::string>("round_mode") == "HALF_TO_EVEN"
          ? ByteRounding::even
          : ByteRounding::away;
  if constexpr (sizeof(T) == 1) {
    const auto run = kernels::simd().quantize_bytes[static_cast<int>(rounding)];
    slices.for_each_span(channel, [&](int64_t first, int64_t n) {
      run(in + first, reinterpret_cast<uint8_t*>(out) + first, n, s);
    });
  } else {
    slices.for_each(channel, [&](int64_t i) {
      const float clipped = std::max(std::min(in[i], s.high), s.low);
      const float at = (clipped - s.shift) * s.scale - s.half;
      const float x = (rounding == ByteRounding::up     ? kernels::floor_of(at + 0.5f)
                       : rounding == ByteRounding::even ? kernels::round_to_even(at)
                                                        : kernels::round_of(at)) -
                      s.offset;
      // The largest float below 2^31 ends this mode's range.
      out[i] = sizeof(T) == 4 && mode == Mode::first
                   ? static_cast<T>(x > -0x1p31f ? std::min(x, 0x1.fffffep30f) : -0x1p31f)
                   : saturate<T>(x);
    });
  }
  return r;
}

void quantize(KernelContext& ctx) {
  const Tensor& in = ctx.input(0);
  const Slices slices(ctx, in.shape());
  check_range_size(ctx, slices);
  const Mode mode = mode_of(ctx);
  const std::string& rounding = ctx.attr<std::string>("round_mode");
  ctx.require(mode == Mode::scaled || rounding == "HALF_AWAY_FROM_ZERO", "Round mode ",
              quoted(rounding), " only supported for mode 'SCALED'");
  const float least = ctx.attr<float>("ensure_minimum_range");
  const bool whole = ctx.attr<int64_t>("axis") == -1;
  Tensor& out = ctx.output(0, in.shape());
  const Shape range_shape = whole ? Shape{} : Shape{slices.channels};
  float* out_min = ctx.output(1, range_shape).data<float>();
  float* out_max = ctx.output(2, range_shape).data<float>();
  for (int64_t c = 0; c < slices.channels; ++c) {
    const float min = ctx.input(1).data<float>()[c], max = ctx.input(2).data<float>()[c];
    ctx.require(!(min > max), "max_range must be larger than min_range, got ", min, " and ", max);
    // Zero is always in, and the two ends are never too close together.
    Range r;
    r.min = std::min(0.0f, min);
    r.max = std::max(0.0f,
                     std::max(max, r.min + std::max({1.0f, std::abs(min), std::abs(max)}) * least));
    dispatch_quantized(out.dtype(), "QuantizeV2", [&]<typename T>() {
      r = quantize_channel(ctx, mode, r, slices, c, in.data<float>(), static_cast<T*>(out.raw()));
    });
    out_min[c] = r.min;
    out_max[c] = r.max;
  }
}

template <typename T, typename Out>
void dequantize_channel(const KernelContext& ctx, Mode mode, Range r, const Slices& slices,
                        int64_t channel, const T* in, Out* out) {
  constexpr bool is_signed = std::is_signed_v<T>;
  if (mode == Mode::scaled) {
    const double low = kLowest<T> + (ctx.attr<bool>("narrow_range") ? 1 : 0);
    const auto from_max = static_cast<float>(r.max / kHighest<T>);
    const float scale = is_signed ? std::max(static_cast<float>(r.min / low), from_max) : from_max;
    slices.for_each(
        channel, [&](int64_t i) { out[i] = static_cast<Out>(static_cast<float>(in[i]) * scale); });
    return;
  }
  const auto scale = static_cast<float>((r.max - r.min) / (kHighest<T> - kLowest<T>));
  if (mode == Mode::combined) {
    const auto half = static_cast<float>(is_signed ? (kHighest<T> - kLowest<T> + 1) / 2 : 0);
    slices.for_each(channel, [&](int64_t i) {
      out[i] = static_cast<Out>((static_cast<float>(in[i]) + half) * scale + r.min);
    });
    return;
  }
  const float low = r.min == r.max ? r.min : std::round(r.min / scale) * scale;
  slices.for_each(channel, [&](int64_t i) {
    const double level = static_cast<double>(in[i]) - kLowest<T>;
    out[i] = static_cast<Out>(low + static_cast<float>(level) * scale);
  });
}

void dequantize(KernelContext& ctx) {
  const Tensor& in = ctx.input(0);
  const Slices slices(ctx, in.shape());
  check_range_size(ctx, slices);
  const Mode mode = mode_of(ctx);
  Tensor& out = ctx.output(0, in.shape());
  for (int64_t c = 0; c < slices.channels; ++c) {
    const Range r{ctx.input(1).data<float>()[c], ctx.input(2).data<float>()[c]};
    dispatch_quantized(in.dtype(), "Dequantize", [&]<typename T>() {
      const T* values = static_cast<const T*>(in.raw());
      if (out.dtype() == DType::bfloat16) {
        dequantize_channel(ctx, mode, r, slices, c, values, out.data<bfloat16>());
      } else {
        dequantize_channel(ctx, mode, r, slices, c, values, out.data<float>());
      }
    });
  }
}

void quantize_shape(ShapeContext& ctx) {
  ctx.set_output(0, ctx.input(0));
  const auto axis = ctx.attr<int64_t>("axis");
  ctx.require(axis >= -1, "axis should be at least -1, got ", axis);
  Shape ranges{};
  if (axis >= 0) {
    ctx.require_rank(0, static_cast<int>(std::min<int64_t>(axis, 1 << 20)) + 1);
    ranges = Shape{ctx.input(0).has_rank() ? ctx.input(0)[static_cast<int>(axis)] : -1};
  }
  for (int i = 1; i < ctx.num_outputs(); ++i) ctx.set_output(i, ranges);
}

}  // namespace

void register_quantize(OpRegistry& registry) {
  const AttrDef mode = string_attr("mode", "MIN_COMBINED", {"MIN_COMBINED", "MIN_FIRST", "SCALED"});
  registry.add({.signature = "QuantizeV2(input: float32, min_range: float32, max_range: float32) "
                             "-> (output: T, output_min: float32, output_max: float32)",
                .attrs = {type_attr("T", kQuantizedTypes), mode,
                          string_attr("round_mode", "HALF_AWAY_FROM_ZERO",
                                      {"HALF_AWAY_FROM_ZERO", "HALF_TO_EVEN"}),
                          bool_attr("narrow_range", false), int_attr("axis", -1),
                          float_attr("ensure_minimum_range", 0.01f)},
                .shape = quantize_shape,
                .kernel = quantize});
  registry.add(
      {.signature = "Dequantize(input: T, min_range: float32, max_range: float32) -> "
                    "(output: dtype)",
       .attrs = {type_attr("T", kQuantizedTypes), mode, bool_attr("narrow_range", false),
                 int_attr("axis", -1),
                 type_attr("dtype", type_set<DType::float32, DType::bfloat16>, DType::float32)},
       .shape = quantize_shape,
       .kernel = dequantize});
}

}  // namespace rill
