// UniformQuantize and UniformDequantize: one scale and zero point for all, or one a channel.
// Source of the formulas: tensorflow/core/kernels/uniform_quant_ops/.
#include "op/registry.h"
#include "op/shape_context.h"
#include "ops/args.h"
#include "ops/attrs.h"
#include "ops/quantization.h"

namespace rill {
namespace {

// Calls f(begin, n, scale, zero point) for runs of elements that share them.
template <typename F>
void for_each_channel(const KernelContext& ctx, F&& f) {
  const Shape& shape = ctx.input(0).shape();
  const Tensor& scales = ctx.input(1);
  const Tensor& zeros = ctx.input(2);
  const auto axis = ctx.attr<int64_t>("quantization_axis");
  int64_t outer = 1, channels = 1, inner = ctx.input(0).size();
  ctx.require(axis >= -1 && axis < shape.rank(), "quantization_axis ", axis,
              " is out of range for shape ", shape);
  if (axis >= 0) {
    const int a = static_cast<int>(axis);
    outer = product(shape, 0, a);
    channels = shape[a];
    inner = product(shape, a + 1, shape.rank());
  }
  ctx.require(scales.size() == channels && zeros.size() == channels,
              "scales and zero_points must have ", channels, " elements, got shapes ",
              scales.shape(), " and ", zeros.shape());
  for (int64_t o = 0; o < outer; ++o) {
    for (int64_t c = 0; c < channels; ++c) {
      const float scale = scales.data<float>()[c];
      ctx.require(scale > 0 && std::isfinite(scale), "scales must be positive, got ", scale);
      f((o * channels + c) * inner, inner, scale, zeros.data<int32_t>()[c]);
    }
  }
}

void quantize(KernelContext& ctx) {
  const Tensor& in = ctx.input(0);
  const auto low = ctx.attr<int64_t>("quantization_min_val"),
             high = ctx.attr<int64_t>("quantization_max_val");
  Tensor& out = ctx.output(0, in.shape());
  dispatch_quantized(out.dtype(), "UniformQuantize", [&]<typename T>() {
    T* q = static_cast<T*>(out.raw());
    const auto least = std::max(static_cast<double>(low), kLowest<T>),
               most = std::min(static_cast<double>(high), kHighest<T>);
    ctx.require(least <= most, "quantization_min_val ", low, " exceeds quantization_max_val ",
                high);
    for_each_channel(ctx, [&](int64_t begin, int64_t n, float scale, int32_t zero) {
      const float inverse = 1.0f / scale;
      for (int64_t i = begin; i < begin + n; ++i) {
        const float x = std::floor(in.data<float>()[i] * inverse + 0.5f);
        const double value = std::max(least, std::min(most, static_cast<double>(x) + zero));
        q[i] = static_cast<T>(value);
      }
    });
  });
}

void dequantize(KernelContext& ctx) {
  const Tensor& in = ctx.input(0);
  Tensor& out = ctx.output(0, in.shape());
  dispatch_quantized(in.dtype(), "UniformDequantize", [&]<typename T>() {
    const T* q = static_cast<const T*>(in.raw());
    for_each_channel(ctx, [&](int64_t begin, int64_t n, float scale, int32_t zero) {
      for (int64_t i = begin; i < begin + n; ++i) {
        const int64_t level = static_cast<int64_t>(q[i]) - zero;
        out.data<float>()[i] = static_cast<float>(level) * scale;
      }
    });
  });
}

}  // namespace

void register_uniform_quantize(OpRegistry& registry) {
  const std::vector<AttrDef> grid = {int_attr("quantization_axis", -1),
                                     int_attr("quantization_min_val"),
                                     int_attr("quantization_max_val")};
  constexpr auto& kTypes = type_set<DType::qint8, DType::quint8, DType::qint32>;
  std::vector<AttrDef> to = {type_attr("Tin", kFloat32Only), type_attr("Tout", kTypes)};
  to.insert(to.end(), grid.begin(), grid.end());
  registry.add({.signature = "UniformQuantize(input: Tin, scales: float32, zero_points: int32) -> "
                             "(output: Tout)",
                .attrs = to,
                .shape = shapes::unchanged,
                .kernel = quantize});
  std::vector<AttrDef> from = {type_attr("Tin", kTypes), type_attr("Tout", kFloat32Only)};
  from.insert(from.end(), grid.begin(), grid.end());
  registry.add({.signature = "UniformDequantize(input: Tin, scales: float32, zero_points: int32) "
                             "-> (output: Tout)",
                .attrs = from,
                .shape = shapes::unchanged,
                .kernel = dequantize});
}

}  // namespace rill
