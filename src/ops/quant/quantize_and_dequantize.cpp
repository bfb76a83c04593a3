// QuantizeAndDequantize V1 to V4: floats rounded to what fewer bits can hold.
// Source of the formulas: tensorflow/core/kernels/quantize_and_dequantize_op.h.
#include <cmath>
#include <limits>
#include <tuple>
#include <utility>

#include "base/thread_pool.h"
#include "kernels/dispatch.h"
#include "kernels/quantize_spans.h"
#include "kernels/rounding.h"
#include "op/registry.h"
#include "op/shape_context.h"
#include "ops/args.h"
#include "ops/attrs.h"
#include "ops/gradient_attrs.h"
#include "tensor/dispatch.h"

namespace rill {
namespace {

struct Options {
  bool is_signed;
  bool range_given;
  bool narrow;
  bool half_up;
  int64_t bits;
};

template <typename C>
struct Grid {
  C scale, inverse, min, max;
};

template <typename C>
Grid<C> make_grid(const Options& o, C min, C max) {
  const int64_t levels = int64_t{1} << (o.is_signed ? o.bits - 1 : o.bits);
  const auto low = static_cast<C>(o.is_signed ? -levels + (o.narrow ? 1 : 0) : 0);
  const auto high = static_cast<C>(levels - 1);
  constexpr C kMost = std::numeric_limits<C>::max();
  const C from_min = low * min > 0 ? low / min : kMost;
  const C from_max = high * max > 0 ? high / max : kMost;
  if (from_min < from_max) return {from_min, min / low, min, high * (min / low)};
  return {from_max, max / high, low * (max / high), max};
}

// The limits of so few numbers that TensorFlow folds them one by one: NaN stays until the next.
template <typename C, typename T>
std::pair<C, C> limits_of_few(const T* in, int64_t outer, int64_t step, int64_t inner) {
  C min = std::numeric_limits<C>::infinity(), max = -min;
  for (int64_t k = 0; k < outer; ++k) {
    for (int64_t i = 0; i < inner; ++i) {
      const auto x = static_cast<C>(in[k * step + i]);
      if (!(min < x)) min = x;
      if (!(max > x)) max = x;
    }
  }
  return {min, max};
}

// Of fewer elements the call is most of the work.
constexpr int64_t kWorthCall = 16;

template <typename T>
using Computed = std::conditional_t<std::is_same_v<T, double>, double, float>;

// The grid of one channel.
template <typename T>
Grid<Computed<T>> grid_of(const Options& o, const T* in, int64_t outer, int64_t step, int64_t inner,
                          double given_min, double given_max) {
  using C = Computed<T>;
  auto min = static_cast<C>(given_min), max = static_cast<C>(given_max);
  constexpr int64_t kVector = 32 / sizeof(C);
  if (!o.range_given && outer * inner < kVector) {
    std::tie(min, max) = limits_of_few<C>(in, outer, step, inner);
  } else if (!o.range_given) {
    min = std::numeric_limits<C>::max();
    max = std::numeric_limits<C>::lowest();
    for (int64_t k = 0; k < outer; ++k) {
      if constexpr (std::is_same_v<T, float>) {
        if (inner >= kWorthCall) {
          const kernels::FloatExtent extent = kernels::extent_of(in + k * step, inner);
          min = std::min(min, extent.low);
          max = std::max(max, extent.high);
          continue;
        }
      }
      for (int64_t i = 0; i < inner; ++i) {
        min = std::min(min, static_cast<C>(in[k * step + i]));
        max = std::max(max, static_cast<C>(in[k * step + i]));
      }
    }
  }
  return make_grid(o, min, max);
}

template <typename T>
void round_run(const Options& o, const Grid<Computed<T>>& grid, const T* in, T* out, int64_t n) {
  using C = Computed<T>;
  if constexpr (std::is_same_v<T, float>) {
    if (n >= kWorthCall) {
      const float least = o.range_given ? grid.min : -INFINITY;
      const float most = o.range_given ? grid.max : INFINITY;
      return kernels::simd().round_to_grid[o.half_up](in, out, n,
                                                      {least, most, grid.scale, grid.inverse});
    }
  }
  for (int64_t i = 0; i < n; ++i) {
    auto x = static_cast<C>(in[i]);
    if (o.range_given) x = std::min(std::max(x, grid.min), grid.max);  // NaN stays
    x *= grid.scale;
    if constexpr (std::is_same_v<C, float>) {
      x = o.half_up ? kernels::floor_of(x + 0.5f) : kernels::round_to_even(x);
    } else {
      x = o.half_up ? std::floor(x + 0.5) : std::nearbyint(x);
    }
    out[i] = static_cast<T>(x * grid.inverse);
  }
}

// One range, or one for each slice along `axis`.
void infer(ShapeContext& ctx) {
  const int rank = ctx.attr<int64_t>("axis") == -1 ? 0 : 1;
  ctx.require_rank_exactly(1, rank);
  ctx.require_rank_exactly(2, rank);
  if (ctx.num_inputs() > 3) ctx.require_rank_exactly(3, 0);  // num_bits
  ctx.set_output(0, ctx.input(0));
}

void run(KernelContext& ctx, const Options& o, const Tensor* min, const Tensor* max,
         double fixed_min, double fixed_max) {
  const Tensor& in = ctx.input(0);
  ctx.require(o.bits > (o.is_signed ? 1 : 0) && o.bits < (o.is_signed ? 62 : 63),
              "num_bits is out of range: ", o.bits, " with signed_input ", o.is_signed);
  const auto axis = ctx.attr_or<int64_t>("axis", -1);
  int64_t outer = 1, channels = 1, inner = in.size();
  if (axis != -1) {
    ctx.require(axis >= 0 && axis < in.rank(), "axis ", axis, " is out of range for shape ",
                in.shape());
    const int a = static_cast<int>(axis);
    outer = product(in.shape(), 0, a);
    channels = in.shape()[a];
    inner = product(in.shape(), a + 1, in.rank());
  }
  std::vector<double> mins(static_cast<size_t>(channels), fixed_min),
      maxes(static_cast<size_t>(channels), fixed_max);
  if (o.range_given && min) {
    ctx.require(min->size() == channels && max->size() == channels,
                "input_min and input_max must have ", channels, " elements, got shapes ",
                min->shape(), " and ", max->shape());
    mins = min->to_vector<double>();
    maxes = max->to_vector<double>();
  }
  for (size_t c = 0; o.range_given && c < mins.size(); ++c) {
    ctx.require(mins[c] <= maxes[c], "Invalid range: input_min ", mins[c], " > input_max ",
                maxes[c]);
  }
  Tensor& out = ctx.output(0, in.shape());
  if (in.size() == 0) return;
  dispatch_float(in.dtype(), ctx.op().c_str(), [&]<typename T>() {
    const T* from = in.data<T>();
    T* to = out.data<T>();
    std::vector<Grid<Computed<T>>> grids;
    for (int64_t c = 0; c < channels; ++c) {
      const auto k = static_cast<size_t>(c);
      grids.push_back(
          grid_of(o, from + c * inner, outer, channels * inner, inner, mins[k], maxes[k]));
    }
    if (outer * channels == 1) {
      return parallel_for(inner, grain_of(2), [&](int64_t begin, int64_t end) {
        round_run(o, grids[0], from + begin, to + begin, end - begin);
      });
    }
    parallel_for(outer, grain_of(2 * channels * inner), [&](int64_t begin, int64_t end) {
      for (int64_t at = begin * channels * inner; begin < end; ++begin) {
        for (const auto& grid : grids) {
          round_run(o, grid, from + at, to + at, inner);
          at += inner;
        }
      }
    });
  });
}

Options common(const KernelContext& ctx, int64_t bits) {
  return {ctx.attr<bool>("signed_input"), ctx.attr<bool>("range_given"),
          ctx.attr_or<bool>("narrow_range", false),
          ctx.attr_or<std::string>("round_mode", "") == "HALF_UP", bits};
}

void run_v1(KernelContext& ctx) {
  run(ctx, common(ctx, ctx.attr<int64_t>("num_bits")), nullptr, nullptr,
      static_cast<double>(ctx.attr<float>("input_min")),
      static_cast<double>(ctx.attr<float>("input_max")));
}
void run_v2(KernelContext& ctx) {
  run(ctx, common(ctx, ctx.attr<int64_t>("num_bits")), &ctx.input(1), &ctx.input(2), 0, 0);
}
void run_v3(KernelContext& ctx) {
  ctx.require(ctx.input(3).size() == 1, "num_bits must be a scalar, got shape ",
              ctx.input(3).shape());
  run(ctx, common(ctx, ctx.input(3).item<int64_t>()), &ctx.input(1), &ctx.input(2), 0, 0);
}

// The rounding counts as no change (tensorflow/python/ops/array_grad.py).
Values straight_gradient(const GradContext& ctx) {
  Values result(static_cast<size_t>(ctx.num_inputs()));
  result[0] = ctx.output_gradient(0);
  return result;
}

// V4 passes only what lay inside the range.
Values clipped_gradient(const GradContext& ctx) {
  return emit_all("QuantizeAndDequantizeV4Grad",
                  {ctx.output_gradient(0), ctx.input(0), ctx.input(1), ctx.input(2)},
                  grads::same_attrs(ctx, {"axis"}));
}

// QuantizeAndDequantizeV4Grad(gradients, input, input_min, input_max): the limits get zeros
// (tensorflow/core/kernels/quantize_and_dequantize_op.h).
void run_gradient(KernelContext& ctx) {
  const Tensor &dy = ctx.input(0), &x = ctx.input(1), &low = ctx.input(2), &high = ctx.input(3);
  const int64_t given = ctx.attr<int64_t>("axis");
  ctx.require(given >= -1 && given < x.rank(), "axis ", given, " does not fit an input of shape ",
              x.shape());
  ctx.require(dy.shape() == x.shape(), "gradients have shape ", dy.shape(), ", the input ",
              x.shape());
  const int64_t channels = given < 0 ? 1 : x.dim(static_cast<int>(given));
  const Shape limits = given < 0 ? Shape{} : Shape{channels};
  for (int i = 2; i < 4; ++i) {
    ctx.require(ctx.input(i).shape() == limits, "input ", i, " must have shape ", limits,
                ", found ", ctx.input(i).shape());
  }
  int64_t inner = 1;
  for (int d = static_cast<int>(given) + 1; given >= 0 && d < x.rank(); ++d) inner *= x.dim(d);
  Tensor& dx = ctx.output(0, x.shape());
  ctx.set_output(1, Tensor::zeros(x.dtype(), limits));
  ctx.set_output(2, Tensor::zeros(x.dtype(), limits));
  dispatch_float(x.dtype(), "QuantizeAndDequantizeV4Grad", [&]<typename T>() {
    const T *from = dy.data<T>(), *at = x.data<T>(), *min = low.data<T>(), *max = high.data<T>();
    using C = std::conditional_t<std::is_same_v<T, double>, double, float>;
    T* to = dx.data<T>();
    for (int64_t i = 0, c = 0, n = x.size(); i < n; c = c + 1 == channels ? 0 : c + 1) {
      const auto least = static_cast<C>(min[c]), most = static_cast<C>(max[c]);
      for (const int64_t end = given < 0 ? n : i + inner; i < end; ++i) {
        const auto value = static_cast<C>(at[i]);
        to[i] = (value >= least) & (value <= most) ? from[i] : T{};
      }
    }
  });
}

// As TensorFlow has it: clipped once more, by the same input and limits.
Values gradient_of_gradient(const GradContext& ctx) {
  Values result(4);
  result[0] = emit_all("QuantizeAndDequantizeV4Grad",
                       {ctx.output_gradient(0), ctx.input(1), ctx.input(2), ctx.input(3)},
                       {{"axis", ctx.attr<int64_t>("axis")}})[0];
  return result;
}

void infer_gradient(ShapeContext& ctx) {
  ctx.set_output(0, ctx.merge(ctx.input(0), ctx.input(1)));
  ctx.set_output(1, ctx.input(2));
  ctx.set_output(2, ctx.input(3));
}

}  // namespace

void register_quantize_and_dequantize(OpRegistry& registry) {
  registry.add({.signature = "QuantizeAndDequantize(input: T) -> (output: T)",
                .attrs = {bool_attr("signed_input", true), int_attr("num_bits", 8),
                          bool_attr("range_given", false), float_attr("input_min", 0.0f),
                          float_attr("input_max", 0.0f), type_attr("T", kFloatTypes)},
                .shape = shapes::unchanged,
                .kernel = run_v1,
                .gradient = straight_gradient});
  for (const char* version : {"V2", "V4"}) {
    registry.add({.signature = str("QuantizeAndDequantize", version,
                                   "(input: T, input_min: T, input_max: T) -> (output: T)"),
                  .attrs = {bool_attr("signed_input", true), int_attr("num_bits", 8),
                            bool_attr("range_given", false), type_attr("T", kFloatTypes),
                            string_attr("round_mode", "HALF_TO_EVEN", {"HALF_TO_EVEN", "HALF_UP"}),
                            bool_attr("narrow_range", false), int_attr("axis", -1)},
                  .shape = infer,
                  .kernel = run_v2,
                  .gradient = version[1] == '4' ? clipped_gradient : straight_gradient});
  }
  registry.add({.signature = "QuantizeAndDequantizeV3(input: T, input_min: T, input_max: T, "
                             "num_bits: int32) -> (output: T)",
                .attrs = {bool_attr("signed_input", true), bool_attr("range_given", true),
                          type_attr("T", kFloatTypes), bool_attr("narrow_range", false),
                          int_attr("axis", -1)},
                .shape = infer,
                .kernel = run_v3,
                .gradient = straight_gradient,
                .one_for_scalar = 0b110});
  registry.add({.signature = "QuantizeAndDequantizeV4Grad(gradients: T, input: T, input_min: T, "
                             "input_max: T) -> (input_backprop: T, input_min_backprop: T, "
                             "input_max_backprop: T)",
                .attrs = {type_attr("T", kFloatTypes), int_attr("axis", -1)},
                .shape = infer_gradient,
                .kernel = run_gradient,
                .gradient = gradient_of_gradient});
}

}  // namespace rill
