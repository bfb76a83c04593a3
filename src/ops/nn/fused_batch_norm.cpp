// FusedBatchNorm and its gradient. What the outputs hold follows TensorFlow's CPU kernel
// (tensorflow/core/kernels/fused_batch_norm_op.cc): in training the batch mean and the unbiased
// variance (or the running averages made from them), and the biased variance as reserve space.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "kernels/batch_norm.h"
#include "kernels/rows.h"
#include "op/emit.h"
#include "op/registry.h"
#include "ops/args.h"
#include "ops/gradient_attrs.h"
#include "ops/type_sets.h"
#include "rill/ops/nn.hpp"

namespace rill {
namespace {

bool channels_first(const NodeAccess& node) {
  return node.attr<std::string>("data_format").substr(0, 2) == "NC";
}

int channel_axis(const NodeAccess& node, int rank) { return channels_first(node) ? 1 : rank - 1; }

// Of four or five dimensions, whichever of the two the format is for.
void require_image(ShapeContext& ctx, Shape& x) {
  ctx.require(!x.has_rank() || x.rank() == 4 || x.rank() == 5,
              "x must be 4-dimensional or 5-dimensional, but has shape ", x);
  if (!x.has_rank()) {
    x = Shape::unknown_dims(static_cast<int>(ctx.attr<std::string>("data_format").size()));
  }
}

void infer_fused_batch_norm(ShapeContext& ctx) {
  Shape x = ctx.input(0);
  require_image(ctx, x);
  int64_t& channels = x[channel_axis(ctx, x.rank())];
  // Mean and variance may be empty in training.
  const int parameters = ctx.attr<bool>("is_training") ? 2 : 4;
  for (int i = 1; i <= 4; ++i) {
    ctx.require_rank_exactly(i, 1);
    if (i <= parameters && ctx.input(i).has_rank())
      channels = ctx.merge_dim(channels, ctx.input(i)[0]);
  }
  const Shape statistics{channels};
  ctx.set_output(0, x);
  for (int i = 1; i < ctx.num_outputs(); ++i) ctx.set_output(i, statistics);
  // Not used; its shape is that of TensorFlow's oneDNN kernels, or, for half, of its plain one.
  if (ctx.num_outputs() == 6) {
    ctx.set_output(5, ctx.input_dtype(0) == DType::float16 ? Shape{} : Shape{0});
  }
}

kernels::BatchNormShape layout(const NodeAccess& node, const Shape& x) {
  const int axis = channel_axis(node, x.rank());
  kernels::BatchNormShape s;
  s.outer = product(x, 0, axis);
  s.channels = x[axis];
  s.inner = product(x, axis + 1, x.rank());
  s.epsilon = node.attr<float>("epsilon");
  return s;
}

struct Inference {
  kernels::BatchNorm norm;
  kernels::ScaleShift fast;
  bool is_float;
  std::vector<float> scale_shift;  // already worked out, when every parameter is constant

  void operator()(const RunArgs& args) const {
    const auto* mean = static_cast<const float*>(args.in[3]);
    const auto* variance = static_cast<const float*>(args.in[4]);
    const int64_t channels = norm.shape.channels;
    const float* scale = scale_shift.data();
    if (scale_shift.empty()) {
      auto* work = static_cast<float*>(args.scratch);
      kernels::batch_norm_scale_shift(static_cast<const float*>(args.in[1]),
                                      static_cast<const float*>(args.in[2]), mean, variance,
                                      norm.shape.epsilon, channels, work, work + channels);
      scale = work;
    }
    if (is_float) {
      fast.run(static_cast<const float*>(args.in[0]), scale, scale + channels,
               static_cast<float*>(args.out[0]));
    } else {
      norm.apply(norm.shape, args.in[0], scale, scale + channels, args.out[0]);
    }
    for (int i = 1; i <= 4 && channels > 0; ++i) {
      std::memcpy(args.out[i], i % 2 == 1 ? mean : variance,
                  static_cast<size_t>(channels) * sizeof(float));
    }
  }
};

struct Training {
  kernels::BatchNorm norm;
  kernels::ScaleShift fast;
  bool is_float;
  float factor;  // exponential_avg_factor: 1 means "give the statistics of the batch"

  void operator()(const RunArgs& args) const {
    const int64_t channels = norm.shape.channels;
    const auto n = static_cast<float>(norm.shape.count());
    auto* out_mean = static_cast<float*>(args.out[1]);
    auto* out_variance = static_cast<float*>(args.out[2]);
    auto* mean = static_cast<float*>(args.out[3]);
    auto* variance = static_cast<float*>(args.out[4]);
    auto* scale = static_cast<float*>(args.scratch);
    norm.moments(norm.shape, args.in[0], mean, variance, scale);
    float* shift = scale + channels;
    kernels::batch_norm_scale_shift(static_cast<const float*>(args.in[1]),
                                    static_cast<const float*>(args.in[2]), mean, variance,
                                    norm.shape.epsilon, channels, scale, shift);
    if (is_float) {
      fast.run(static_cast<const float*>(args.in[0]), scale, shift,
               static_cast<float*>(args.out[0]));
    } else {
      norm.apply(norm.shape, args.in[0], scale, shift, args.out[0]);
    }
    const float unbias = n > 1 ? n / (n - 1) : 1.0f;
    for (int64_t c = 0; c < channels; ++c) {
      out_mean[c] = mean[c];
      out_variance[c] = variance[c] * unbias;
      if (factor != 1.0f) {
        out_mean[c] =
            (1 - factor) * static_cast<const float*>(args.in[3])[c] + factor * out_mean[c];
        out_variance[c] =
            (1 - factor) * static_cast<const float*>(args.in[4])[c] + factor * out_variance[c];
      }
    }
  }
};

// Nothing to normalise: the statistics of an empty batch are not numbers.
struct Empty {
  int64_t channels;
  void operator()(const RunArgs& args) const {
    for (int i = 1; i <= 4; ++i) {
      for (int64_t c = 0; c < channels; ++c) {
        static_cast<float*>(args.out[i])[c] = std::numeric_limits<float>::quiet_NaN();
      }
    }
  }
};

// The reserved number of half types: nobody reads it, but it has a value.
template <typename Run>
struct WithReserve {
  Run run;
  void operator()(const RunArgs& args) const {
    *static_cast<float*>(args.out[5]) = 0;
    run(args);
  }
};

template <typename Run>
Prepared with_reserve(const PrepareContext& ctx, Run run, size_t scratch) {
  if (ctx.num_outputs() == 6 && ctx.output(5).num_elements() == 1) {
    return prepared(WithReserve<Run>{std::move(run)}, scratch);
  }
  return prepared(std::move(run), scratch);
}

void require_float_parameters(const PrepareContext& ctx) {
  if (ctx.input_dtype(3) != DType::float32) {
    ctx.fail(Code::unimplemented, "statistics of dtype ", ctx.input_dtype(3),
             " are not implemented");
  }
}

Prepared prepare_fused_batch_norm(const PrepareContext& ctx) {
  require_float_parameters(ctx);
  const kernels::BatchNormShape s = layout(ctx, ctx.input(0));
  const bool training = ctx.attr<bool>("is_training");
  const float factor = ctx.attr<float>("exponential_avg_factor");
  if (training && s.count() == 0) return with_reserve(ctx, Empty{s.channels}, 0);
  const DType dtype = ctx.input_dtype(0);
  const bool is_float = dtype == DType::float32;
  const kernels::BatchNorm norm = kernels::prepare_batch_norm(dtype, s);
  const kernels::ScaleShift fast =
      kernels::prepare_scale_shift(s.outer, s.channels, s.inner, s.inner != 1);
  // The scale and shift take the place of what the moments were made of.
  const size_t scratch =
      static_cast<size_t>(std::max(2 * s.channels, norm.scratch_floats)) * sizeof(float);
  if (training) {
    for (int i = 3; i <= 4 && factor != 1.0f; ++i) {
      ctx.require(ctx.input(i) == Shape{s.channels}, "running statistics must have shape [",
                  s.channels, "], but input ", i, " has ", ctx.input(i));
    }
    return with_reserve(ctx, Training{norm, fast, is_float, factor}, scratch);
  }
  Inference run{norm, fast, is_float, {}};
  if (ctx.constant(1) && ctx.constant(2) && ctx.constant(3) && ctx.constant(4)) {
    run.scale_shift.resize(static_cast<size_t>(s.channels) * 2);
    kernels::batch_norm_scale_shift(ctx.constant(1)->data<float>(), ctx.constant(2)->data<float>(),
                                    ctx.constant(3)->data<float>(), ctx.constant(4)->data<float>(),
                                    s.epsilon, s.channels, run.scale_shift.data(),
                                    run.scale_shift.data() + s.channels);
  }
  return with_reserve(ctx, std::move(run), scratch);
}

void infer_fused_batch_norm_gradient(ShapeContext& ctx) {
  Shape x = ctx.merge(ctx.input(0), ctx.input(1));
  require_image(ctx, x);
  int64_t& channels = x[channel_axis(ctx, x.rank())];
  for (int i = 2; i <= 4; ++i) {
    ctx.require_rank_exactly(i, 1);
    if (ctx.input(i).has_rank()) channels = ctx.merge_dim(channels, ctx.input(i)[0]);
  }
  ctx.set_output(0, x);
  ctx.set_output(1, Shape{channels});
  ctx.set_output(2, Shape{channels});
  ctx.set_output(3, Shape{0});
  ctx.set_output(4, Shape{0});
}

struct Gradient {
  kernels::BatchNorm norm;
  bool batch;
  void operator()(const RunArgs& args) const {
    norm.gradient(norm.shape, args.in[0], args.in[1], static_cast<const float*>(args.in[2]),
                  static_cast<const float*>(args.in[3]), static_cast<const float*>(args.in[4]),
                  batch, args.out[0], static_cast<float*>(args.out[1]),
                  static_cast<float*>(args.out[2]), static_cast<float*>(args.scratch));
  }
};

// Sums over nothing.
struct NoGradient {
  size_t channels;
  void operator()(const RunArgs& args) const {
    for (int i = 1; i < 3; ++i) std::fill_n(static_cast<float*>(args.out[i]), channels, 0.0F);
  }
};

Prepared prepare_fused_batch_norm_gradient(const PrepareContext& ctx) {
  if (ctx.input(1).num_elements() == 0) {
    return prepared(NoGradient{static_cast<size_t>(ctx.input(2).num_elements())});
  }
  const kernels::BatchNorm norm =
      kernels::prepare_batch_norm(ctx.input_dtype(1), layout(ctx, ctx.input(1)));
  const size_t scratch = static_cast<size_t>(norm.scratch_floats) * sizeof(float);
  return prepared(Gradient{norm, ctx.attr<bool>("is_training")}, scratch);
}

// Inputs 0 to 2 have gradients (tensorflow/python/ops/nn_grad.py): in training the statistics are
// those of the batch, which the reserve spaces hold; else they are inputs.
Values normalization_gradient(const GradContext& ctx) {
  const bool training = ctx.attr<bool>("is_training");
  const std::string& op = ctx.def().name;
  Values inputs{grads::gradient_or_zeros(ctx, 0), ctx.input(0), ctx.input(1),
                training ? ctx.output(3) : ctx.input(3), training ? ctx.output(4) : ctx.input(4)};
  std::string grad = "FusedBatchNormGrad";
  if (op.ends_with("V2")) grad += "V2";
  if (op.ends_with("V3")) {
    grad += "V3";
    inputs.push_back(ctx.output(5));
  }
  const Values all =
      emit_all(grad, inputs, grads::same_attrs(ctx, {"epsilon", "data_format", "is_training"}));
  return {all[0], all[1], all[2], {}, {}};
}

// The gradient of the gradient. With r = 1 / sqrt(variance + epsilon), h = (x - mean) r, means M
// over the N elements of a channel and sums S, the gradient op computes
//   dx = scale r (dy - M(dy) - h M(dy h)), dscale = S(dy h), doffset = S(dy).
// v, a and b flow back to these. dx is symmetric in dy and v; x enters through h and r, with
//   dh: G = a dy - scale r (dy S(v h) + v S(dy h)) / N,
//   dr: scale (S(v (dy - M(dy))) - S(v h) S(dy h) / N),
// and dh, dr by x as in the forward pass: dx = r (G - M(G) - h M(G h)) - r^2 h dr / N.
// With fixed statistics only dx = scale r dy, dscale and doffset remain.
Values second_gradient(const GradContext& ctx) {
  using namespace grads;  // NOLINT: formulas
  const std::string& format = ctx.attr<std::string>("data_format");
  const int rank = static_cast<int>(format.size());
  const int axis = format.starts_with("NC") ? 1 : rank - 1;
  std::vector<int64_t> others, row(static_cast<size_t>(rank), 1);
  for (int d = 0; d < rank; ++d) {
    if (d != axis) others.push_back(d);
  }
  row[static_cast<size_t>(axis)] = -1;
  const Value axes = int_vector(others);
  const auto channels = [&](const Value& v) {
    return reshape(cast(v, DType::float32), int_vector(row));
  };
  const auto total = [&](const Value& v) { return sum(v, axes, true); };
  const auto mean_of = [&](const Value& v) {
    return emit("Mean", {v, axes}, {{"keep_dims", true}});
  };
  const Value dy = cast(ctx.input(0), DType::float32), x = cast(ctx.input(1), DType::float32);
  const Value scale = channels(ctx.input(2)), mean = channels(ctx.input(3));
  const Value epsilon = scalar_like(x, ctx.attr<float>("epsilon"));
  const Value r = emit("Rsqrt", {add(channels(ctx.input(4)), epsilon)});
  const Value h = mul(sub(x, mean), r);
  const Value v = cast(gradient_or_zeros(ctx, 0), DType::float32);
  const Value a = channels(gradient_or_zeros(ctx, 1)), b = channels(gradient_or_zeros(ctx, 2));
  const Value factor = mul(scale, r);
  Value ddy, dx, dscale;
  if (!ctx.attr<bool>("is_training")) {
    ddy = add(add(mul(factor, v), mul(a, h)), b);
    dx = mul(mul(a, dy), r);
    dscale = mul(r, total(mul(v, dy)));
  } else {
    const Value sv = total(mul(v, h));
    const Value mv = mean_of(mul(v, h)), my = mean_of(mul(dy, h));
    ddy = add(add(mul(factor, sub(sub(v, mean_of(v)), mul(h, mv))), mul(a, h)), b);
    const Value q = sub(total(mul(v, sub(dy, mean_of(dy)))), mul(sv, my));
    dscale = mul(r, q);
    const Value g = sub(mul(a, dy), mul(factor, add(mul(dy, mv), mul(v, my))));
    const Value through_h = sub(sub(g, mean_of(g)), mul(h, mean_of(mul(g, h))));
    const auto size = [](const Value& t) { return cast(emit("Size", {t}), DType::float32); };
    const Value count = div(size(x), size(scale));
    dx = sub(mul(r, through_h), div(mul(mul(square(r), h), mul(scale, q)), count));
  }
  Values result(static_cast<size_t>(ctx.num_inputs()));
  result[0] = cast(ddy, ctx.input(0).dtype());
  result[1] = cast(dx, ctx.input(1).dtype());
  result[2] = reshape_like(cast(dscale, ctx.input(2).dtype()), ctx.input(2));
  return result;
}

constexpr DType kV3Statistics[] = {DType::bfloat16, DType::float32};

std::vector<AttrDef> attrs(std::vector<AttrDef> types, bool v3, bool forward) {
  std::vector<AttrDef> all = std::move(types);
  all.push_back(float_attr("epsilon", 0.0001f));
  if (forward) all.push_back(float_attr("exponential_avg_factor", 1.0f));
  AttrDef format = string_attr("data_format", "NHWC", {"NHWC", "NCHW"});
  if (v3) format.choices.insert(format.choices.end(), {"NDHWC", "NCDHW"});
  all.push_back(std::move(format));
  all.push_back(bool_attr("is_training", true));
  return all;
}

}  // namespace

ops::FusedBatchNormResult ops::fused_batch_norm(const Value& x, const Value& scale,
                                                const Value& offset, const Value& mean,
                                                const Value& variance, float epsilon,
                                                std::string_view data_format, bool is_training,
                                                float exponential_avg_factor,
                                                std::string_view name) {
  const Values all = emit_all("FusedBatchNormV3", {x, scale, offset, mean, variance},
                              {{"epsilon", epsilon},
                               {"data_format", AttrValue(data_format)},
                               {"is_training", is_training},
                               {"exponential_avg_factor", exponential_avg_factor}},
                              name);
  return {all[0], all[1], all[2]};
}

void register_fused_batch_norm(OpRegistry& registry) {
  const AttrDef single = type_attr("T", kFloat32Only);
  const AttrDef half = type_attr("T", kHalfSingle);
  const AttrDef statistics = type_attr("U", kFloat32Only);
  registry.add({.signature = "FusedBatchNorm(x: T, scale: T, offset: T, mean: T, variance: T) -> "
                             "(y: T, batch_mean: T, batch_variance: T, reserve_space_1: T, "
                             "reserve_space_2: T)",
                .attrs = attrs({single}, false, true),
                .shape = infer_fused_batch_norm,
                .prepare = prepare_fused_batch_norm,
                .gradient = normalization_gradient});
  registry.add({.signature = "FusedBatchNormV2(x: T, scale: U, offset: U, mean: U, variance: U) -> "
                             "(y: T, batch_mean: U, batch_variance: U, reserve_space_1: U, "
                             "reserve_space_2: U)",
                .attrs = attrs({half, statistics}, false, true),
                .shape = infer_fused_batch_norm,
                .prepare = prepare_fused_batch_norm,
                .gradient = normalization_gradient});
  registry.add({.signature = "FusedBatchNormV3(x: T, scale: U, offset: U, mean: U, variance: U) -> "
                             "(y: T, batch_mean: U, batch_variance: U, reserve_space_1: U, "
                             "reserve_space_2: U, reserve_space_3: U)",
                .attrs = attrs({half, type_attr("U", kV3Statistics)}, true, true),
                .shape = infer_fused_batch_norm,
                .prepare = prepare_fused_batch_norm,
                .gradient = normalization_gradient});
  registry.add({.signature = "FusedBatchNormGrad(y_backprop: T, x: T, scale: T, "
                             "reserve_space_1: T, reserve_space_2: T) -> (x_backprop: T, "
                             "scale_backprop: T, offset_backprop: T, reserve_space_3: T, "
                             "reserve_space_4: T)",
                .attrs = attrs({single}, false, false),
                .shape = infer_fused_batch_norm_gradient,
                .prepare = prepare_fused_batch_norm_gradient,
                .gradient = second_gradient});
  registry.add({.signature = "FusedBatchNormGradV2(y_backprop: T, x: T, scale: float32, "
                             "reserve_space_1: U, reserve_space_2: U) -> (x_backprop: T, "
                             "scale_backprop: U, offset_backprop: U, reserve_space_3: U, "
                             "reserve_space_4: U)",
                .attrs = attrs({half, statistics}, false, false),
                .shape = infer_fused_batch_norm_gradient,
                .prepare = prepare_fused_batch_norm_gradient,
                .gradient = second_gradient});
  registry.add({.signature = "FusedBatchNormGradV3(y_backprop: T, x: T, scale: float32, "
                             "reserve_space_1: U, reserve_space_2: U, reserve_space_3: U) -> "
                             "(x_backprop: T, scale_backprop: U, offset_backprop: U, "
                             "reserve_space_4: U, reserve_space_5: U)",
                .attrs = attrs({half, statistics}, true, false),
                .shape = infer_fused_batch_norm_gradient,
                .prepare = prepare_fused_batch_norm_gradient,
                .gradient = second_gradient});
}

}  // namespace rill
