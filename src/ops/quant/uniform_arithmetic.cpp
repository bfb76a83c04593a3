// UniformRequantize, UniformQuantizedAdd and UniformQuantizedClipByValue: levels brought from one
// scale to another, and what is done to them.
// Source: tensorflow/core/kernels/uniform_quant_ops/.
#include "op/registry.h"
#include "ops/args.h"
#include "ops/quant/uniform_grid.h"

namespace rill {

FixedFactor::FixedFactor(const NodeAccess& node, double factor) {
  node.require(std::isfinite(factor) && factor > 0, "scales must be positive, got ", factor);
  const double fraction = std::frexp(factor, &shift);
  mantissa = std::llround(fraction * 0x1p31);
  if (mantissa == int64_t{1} << 31) {
    mantissa /= 2;
    ++shift;
  }
  if (shift < -31) mantissa = shift = 0;
  node.require(shift <= 30, "the output's scale is too small: the factor is ", factor);
}

UniformGrid::UniformGrid(const KernelContext& ctx, int i, const char* axis_attr, int64_t channels)
    : scales(ctx.input(i)), zeros(ctx.input(i + 1)) {
  const bool many = ctx.attr<int64_t>(axis_attr) >= 0;
  const Shape shape = many ? Shape{channels} : Shape{};
  ctx.require(scales.shape() == shape && zeros.shape() == shape,
              "scales and zero_points must have shape ", shape, ", not ", scales.shape(), " and ",
              zeros.shape());
  for (const float scale : scales.flat<float>()) {
    ctx.require(scale > 0 && std::isfinite(scale), "scales must be positive, got ", scale);
  }
}

LevelRange::LevelRange(const NodeAccess& node, const std::string& of)
    : low(node.attr<int64_t>(of + "_quantization_min_val")),
      high(node.attr<int64_t>(of + "_quantization_max_val")) {
  node.require(low <= high, of, "_quantization_min_val ", low, " exceeds the greatest, ", high);
}

std::vector<AttrDef> uniform_attrs(std::vector<AttrDef> attrs,
                                   std::initializer_list<const char*> names) {
  for (const char* of : names) {
    attrs.push_back(int_attr(str(of, "_quantization_axis"), -1));
    attrs.push_back(int_attr(str(of, "_quantization_min_val")));
    attrs.push_back(int_attr(str(of, "_quantization_max_val")));
  }
  return attrs;
}

namespace {

// The channel of element i of a shape, by an axis; 0 without one.
struct ChannelOf {
  int64_t inner = 1, channels = 1;
  ChannelOf(const KernelContext& ctx, const Shape& shape, const char* attr) {
    const auto axis = ctx.attr<int64_t>(attr);
    ctx.require(axis >= -1 && axis < shape.rank(), attr, " ", axis, " is out of range for shape ",
                shape);
    if (axis < 0) return;
    channels = shape[static_cast<int>(axis)];
    inner = product(shape, static_cast<int>(axis) + 1, shape.rank());
  }
  int64_t operator()(int64_t i) const { return channels > 1 ? i / inner % channels : 0; }
};

// Levels of one grid as levels of another.
struct Rescaled {
  Rescaled(const KernelContext& ctx, const UniformGrid& from, const UniformGrid& to)
      : from_(from), to_(to) {
    const int64_t count = std::max(from.scales.size(), to.scales.size());
    for (int64_t c = 0; c < count; ++c) {
      factors_.emplace_back(ctx,
                            static_cast<double>(from.scale(c)) / static_cast<double>(to.scale(c)));
    }
  }
  int64_t operator()(int64_t level, int64_t c) const {
    return factors_[factors_.size() > 1 ? static_cast<size_t>(c) : 0](level - from_.zero(c)) +
           to_.zero(c);
  }

 private:
  const UniformGrid &from_, &to_;
  std::vector<FixedFactor> factors_;
};

int64_t level_at(const Tensor& t, int64_t i) {
  return t.dtype() == DType::qint8 ? static_cast<const int8_t*>(t.raw())[i]
                                   : static_cast<const int32_t*>(t.raw())[i];
}

void uniform_requantize(KernelContext& ctx) {
  const Tensor& in = ctx.input(0);
  const ChannelOf from_channel(ctx, in.shape(), "input_quantization_axis"),
      to_channel(ctx, in.shape(), "output_quantization_axis");
  const UniformGrid from(ctx, 1, "input_quantization_axis", from_channel.channels),
      to(ctx, 3, "output_quantization_axis", to_channel.channels);
  const bool both = from.scales.rank() > 0 && to.scales.rank() > 0;
  ctx.require(!both || from_channel.inner == to_channel.inner,
              "input_quantization_axis and output_quantization_axis must be the same, or -1");
  const ChannelOf& channel = from.scales.rank() > 0 ? from_channel : to_channel;
  const Rescaled rescaled(ctx, from, to);
  const LevelRange range(ctx, "output");
  Tensor& out = ctx.output(0, in.shape());
  for (int64_t i = 0; i < in.size(); ++i) {
    const int32_t level = range(rescaled(level_at(in, i), channel(i)));
    static_cast<int8_t*>(out.raw())[i] = static_cast<int8_t>(std::clamp(level, -128, 127));
  }
}

// Inputs broadcast as everywhere.
void uniform_add(KernelContext& ctx) {
  const Tensor &a = ctx.input(0), &b = ctx.input(1);
  const int rank = std::max(a.rank(), b.rank());
  std::vector<int64_t> dims;
  for (int d = 0; d < rank; ++d) {
    const int i = d - rank + a.rank(), j = d - rank + b.rank();
    const int64_t n = i < 0 ? 1 : a.dim(i), m = j < 0 ? 1 : b.dim(j);
    ctx.require(n == m || n == 1 || m == 1, "lhs and rhs must have shapes that fit, got ",
                a.shape(), " and ", b.shape());
    dims.push_back(n == 1 ? m : n);
  }
  const Shape shape(dims);
  const ChannelOf a_channel(ctx, a.shape(), "lhs_quantization_axis"),
      b_channel(ctx, b.shape(), "rhs_quantization_axis"),
      channel(ctx, shape, "output_quantization_axis");
  const UniformGrid of_a(ctx, 2, "lhs_quantization_axis", a_channel.channels),
      of_b(ctx, 4, "rhs_quantization_axis", b_channel.channels),
      of_out(ctx, 6, "output_quantization_axis", channel.channels);
  const bool many = of_out.scales.rank() > 0;
  ctx.require((of_a.scales.rank() == 0 || many) && (of_b.scales.rank() == 0 || many),
              "lhs and rhs may have a scale a channel only where the output has");
  ctx.require((of_a.scales.rank() == 0 || of_a.scales.size() == of_out.scales.size()) &&
                  (of_b.scales.rank() == 0 || of_b.scales.size() == of_out.scales.size()),
              "lhs, rhs and output must have as many channels");
  const Rescaled from_a(ctx, of_a, of_out), from_b(ctx, of_b, of_out);
  const LevelRange range(ctx, "output");
  auto* out = static_cast<int32_t*>(ctx.output(0, shape).raw());
  const auto place = [&](const Tensor& t, int64_t i) {
    int64_t at = 0, step = 1;
    for (int d = rank - 1; d >= rank - t.rank(); --d) {
      const int64_t n = t.dim(d - rank + t.rank());
      if (n > 1) at += i % shape[d] * step;
      i /= shape[d];
      step *= n;
    }
    return at;
  };
  for (int64_t i = 0; i < shape.num_elements(); ++i) {
    const int64_t c = channel(i);
    const int64_t x = from_a(level_at(a, place(a, i)), c);
    const int64_t y = from_b(level_at(b, place(b, i)), c);
    out[i] = range(x + y - of_out.zero(c));
  }
}

void uniform_clip(KernelContext& ctx) {
  const Tensor& in = ctx.input(0);
  const ChannelOf channel(ctx, in.shape(), "quantization_axis");
  const UniformGrid grid(ctx, 3, "quantization_axis", channel.channels);
  for (int i = 1; i < 3; ++i) {
    ctx.require(ctx.input(i).shape() == grid.scales.shape(), "min and max must have shape ",
                grid.scales.shape(), ", not ", ctx.input(i).shape());
  }
  auto* out = static_cast<int32_t*>(ctx.output(0, in.shape()).raw());
  for (int64_t i = 0; i < in.size(); ++i) {
    const int64_t c = channel(i);
    out[i] = static_cast<int32_t>(
        std::min(std::max(level_at(in, i), level_at(ctx.input(1), c)), level_at(ctx.input(2), c)));
  }
}

}  // namespace

void register_uniform_arithmetic(OpRegistry& registry) {
  const auto add = [&](const char* signature, std::vector<AttrDef> attrs, ShapeFn shape,
                       KernelFn kernel) {
    registry.add({.signature = signature,
                  .attrs = std::move(attrs),
                  .shape = shape,
                  .kernel = kernel,
                  .not_differentiable = true});
  };
  add("UniformRequantize(input: Tin, input_scales: float32, input_zero_points: int32, "
      "output_scales: float32, output_zero_points: int32) -> (output: Tout)",
      uniform_attrs({type_attr("Tin", type_set<DType::qint8, DType::qint32>),
                     type_attr("Tout", type_set<DType::qint8>)},
                    {"input", "output"}),
      shapes::unchanged, uniform_requantize);
  add("UniformQuantizedAdd(lhs: T, rhs: T, lhs_scales: float32, lhs_zero_points: int32, "
      "rhs_scales: float32, rhs_zero_points: int32, output_scales: float32, output_zero_points: "
      "int32) -> (output: T)",
      uniform_attrs({type_attr("T", type_set<DType::qint32>)}, {"lhs", "rhs", "output"}),
      shapes::broadcast2, uniform_add);
  add("UniformQuantizedClipByValue(operand: T, min: T, max: T, scales: float32, zero_points: "
      "int32) -> (output: T)",
      {type_attr("T", type_set<DType::qint32>), int_attr("quantization_axis", -1),
       int_attr("quantization_min_val"), int_attr("quantization_max_val")},
      shapes::unchanged, uniform_clip);
}

}  // namespace rill
