// ParameterizedTruncatedNormal and its stateless form: normals, uniforms or exponentials that are
// rejected until they lie between the bounds, whichever accepts most; the draws are those of
// TensorFlow on one thread.
// Source: tensorflow/core/kernels/parameterized_truncated_normal_op.cc.
#include <cmath>
#include <limits>

#include "kernels/broadcast.h"
#include "kernels/random_bits.h"
#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"
#include "ops/gradient_tools.h"
#include "ops/random_state.h"
#include "rill/ops/math.hpp"
#include "tensor/dispatch.h"

namespace rill {
namespace {

constexpr int kTruncatedNormalMostTries = 1000;
// With so many deviations inside the bounds on one side, normals are accepted most often.
constexpr float kDeviationsInside = 1.3F;

// A half type that rounds after every operation, as Eigen's do.
template <typename H>
class Rounded {
 public:
  Rounded() = default;
  template <typename N>
  explicit Rounded(N x) : value_(static_cast<float>(H(static_cast<float>(x)))) {}
  explicit operator H() const { return H(value_); }
  friend Rounded operator+(Rounded a, Rounded b) { return Rounded(a.value_ + b.value_); }
  friend Rounded operator-(Rounded a, Rounded b) { return Rounded(a.value_ - b.value_); }
  friend Rounded operator*(Rounded a, Rounded b) { return Rounded(a.value_ * b.value_); }
  friend Rounded operator/(Rounded a, Rounded b) { return Rounded(a.value_ / b.value_); }
  friend Rounded operator-(Rounded a) { return Rounded(-a.value_); }
  friend auto operator<=>(Rounded a, Rounded b) { return a.value_ <=> b.value_; }
  friend bool operator==(Rounded a, Rounded b) { return a.value_ == b.value_; }
  friend Rounded sqrt(Rounded a) { return Rounded(std::sqrt(a.value_)); }
  friend Rounded exp(Rounded a) { return Rounded(std::exp(a.value_)); }
  friend Rounded log(Rounded a) { return Rounded(std::log(a.value_)); }
  friend bool isfinite(Rounded a) { return std::isfinite(a.value_); }
  friend bool isinf(Rounded a) { return std::isinf(a.value_); }

 private:
  float value_ = 0;
};

// Puts `n` samples of type E `step` apart; T is what it computes in.
template <typename E, typename T>
class Sampler {
 public:
  Sampler(const NodeAccess& node, T mean, T deviation, T low, T high)
      : node_(node), mean_(mean), deviation_(deviation) {
    using std::isfinite, std::isinf;
    node.require(deviation > T(0) && low < high && (isfinite(low) || isfinite(high)),
                 "Invalid parameters: the standard deviation must be positive and the bounds in "
                 "order");
    if ((isinf(low) && low < T(0)) || high < mean) {
      std::swap(low, high);
      deviation_ = -deviation_;
    }
    low_ = (low - mean_) / deviation_;
    high_ = (high - mean_) / deviation_;
  }

  void run(kernels::Philox& philox, E* out, int64_t n, int64_t step) {
    using std::sqrt, std::exp;
    out_ = out;
    left_ = n;
    step_ = step;
    tries_ = 0;
    const T inside(kDeviationsInside);
    const T root = sqrt(low_ * low_ + T(4));
    const T cutoff = T(2) * exp(T(0.5) + (low_ * (low_ - root)) / T(4)) / (low_ + root);
    if ((low_ < -inside && high_ >= T(0)) || (high_ > inside && low_ <= T(0))) {
      normals(philox);
    } else if (high_ - low_ < cutoff) {
      uniforms(philox);
    } else {
      exponentials(philox);
    }
  }

 private:
  // False when that was the last one.
  bool accept(T z) {
    *out_ = E(z * deviation_ + mean_);
    out_ += step_;
    tries_ = 0;
    return --left_ > 0;
  }
  void reject(int most) {
    if (++tries_ > most) {
      node_.fail(Code::internal, "no sample was accepted in ", kTruncatedNormalMostTries,
                 " tries: the bounds hold too little of the distribution");
    }
  }

  void normals(kernels::Philox& philox) {
    while (left_ > 0) {
      for (const E drawn : kernels::draw_normal<E>(philox)) {
        const T z(drawn);
        if (z >= low_ && z <= high_) {
          if (!accept(z)) break;
        } else {
          reject(kTruncatedNormalMostTries);
        }
      }
    }
  }
  void uniforms(kernels::Philox& philox) {
    using std::exp;
    const T width = high_ - low_;
    const T offset = low_ < T(0) ? T(0) : low_ * low_;
    while (left_ > 0) {
      const auto drawn = kernels::draw_uniform<E>(philox);
      const auto chance = kernels::draw_uniform<E>(philox);
      for (size_t i = 0; i < drawn.size(); ++i) {
        const T z = T(drawn[i]) * width + low_;
        const T g = (offset - z * z) / T(2);
        if (T(chance[i]) <= exp(g)) {
          if (!accept(z)) break;
        } else {
          reject(kTruncatedNormalMostTries - 2);
        }
      }
    }
  }
  void exponentials(kernels::Philox& philox) {
    using std::exp, std::log, std::sqrt;
    const T alpha = (low_ + sqrt(low_ * low_ + T(4))) / T(2);
    while (left_ > 0) {
      const auto drawn = kernels::draw_uniform<E>(philox);
      for (size_t i = 0; i + 1 < drawn.size(); i += 2) {
        const T z = -log(T(drawn[i])) / alpha + low_;
        const T x = low_ < alpha ? alpha - z : low_ - alpha;
        const T g = exp(-x * x / T(2));
        if (T(drawn[i + 1]) <= g && z < high_) {
          if (!accept(z)) break;
        } else {
          reject(kTruncatedNormalMostTries - 2);
        }
      }
    }
  }

  const NodeAccess& node_;
  T mean_, deviation_, low_{}, high_{};
  E* out_ = nullptr;
  int64_t left_ = 0, step_ = 1;
  int tries_ = 0;
};

template <typename E>
using Computed = std::conditional_t<std::is_floating_point_v<E>, E, Rounded<E>>;

void parameters_are_vectors(const KernelContext& ctx, int64_t batches) {
  static constexpr const char* kNames[] = {"means", "stddevs", "minvals", "maxvals"};
  for (int i = 1; i <= 4; ++i) {
    const Shape& shape = ctx.input(i).shape();
    ctx.require(shape.rank() <= 1, "Input ", kNames[i - 1],
                " should be a scalar or vector, got shape ", shape);
    ctx.require(shape.rank() == 0 || shape[0] == 1 || shape[0] == batches, "Input ", kNames[i - 1],
                " should have length 1 or shape[0], got shape ", shape);
  }
}

void truncated_normal_seeded(KernelContext& ctx) {
  constexpr int64_t kBatch = 100;
  ctx.require(ctx.input(0).size() > 0, "Shape tensor must not be empty");
  const Shape shape = random_shape(ctx, ctx.input(0));
  Tensor& out = ctx.output(0, shape);
  const int64_t total = out.size();
  int64_t batches = shape[0];
  const auto one = [&](int i, bool vector) {
    return ctx.input(i).rank() == 0 ||
           (vector && ctx.input(i).rank() == 1 && ctx.input(i).size() == 1);
  };
  const bool same = one(1, true) && one(2, true) && one(3, false) && one(4, false);
  if (!same) parameters_are_vectors(ctx, batches);
  if (total == 0) return;
  int64_t samples = total / batches;
  if (same) {
    batches = (total + kBatch - 1) / kBatch;
    samples = kBatch;
  }
  kernels::Philox philox =
      reserve_blocks(ctx, static_cast<uint64_t>(batches) * 2 * kTruncatedNormalMostTries *
                              static_cast<uint64_t>(samples + 3) / 4);
  dispatch_float(out.dtype(), "ParameterizedTruncatedNormal", [&]<typename E>() {
    using T = Computed<E>;
    const auto parameter = [&](int i, int64_t b) {
      return T(ctx.input(i).data<E>()[ctx.input(i).size() == 1 ? 0 : b]);
    };
    for (int64_t b = 0; b < batches; ++b) {
      const int64_t begin = b * samples, end = std::min(begin + samples, total);
      Sampler<E, T> sampler(ctx, parameter(1, b), parameter(2, b), parameter(3, b),
                            parameter(4, b));
      sampler.run(philox, out.data<E>() + begin, end - begin, 1);
    }
  });
}

void truncated_normal_stateless(KernelContext& ctx) {
  const Shape shape = random_shape(ctx, ctx.input(0));
  kernels::Philox philox = philox_from_seed(ctx, ctx.input(1));
  Shape batch{};
  for (int i = 2; i <= 5; ++i) batch = kernels::broadcast_shape(batch, ctx.input(i).shape());
  require_ends_with(ctx, shape, batch);
  Tensor& out = ctx.output(0, shape);
  if (out.size() == 0) return;
  const int64_t batches = batch.num_elements(), samples = out.size() / batches;
  dispatch_float(out.dtype(), "StatelessParameterizedTruncatedNormal", [&]<typename E>() {
    using T = Computed<E>;
    const auto parameter = [&](int i, int64_t b) {
      return T(ctx.input(i).data<E>()[broadcast_offset(b, batch, ctx.input(i).shape())]);
    };
    for (int64_t b = 0; b < batches; ++b) {
      Sampler<E, T> sampler(ctx, parameter(2, b), parameter(3, b), parameter(4, b),
                            parameter(5, b));
      sampler.run(philox, out.data<E>() + b, samples, batches);
    }
  });
}

void infer_truncated_normal(ShapeContext& ctx) {
  ctx.require_rank_exactly(0, 1);
  if (const auto dims = ctx.ints(0)) require_valid_shape(ctx, *dims);
  ctx.set_output(0, ctx.shape_from_value(0));
}

// The cumulative normal distribution, without loss in the tails.
Value ndtr(const Value& x) {
  const Value half = grads::scalar_like(x, std::sqrt(0.5));
  const Value w = x * half, z = ops::abs(w);
  const Value tail = ops::erfc(z);
  const Value outside = grads::select(w > grads::scalar_like(x, 0), 2.0 - tail, tail);
  return 0.5 * grads::select(z < half, 1.0 + ops::erf(w), outside);
}

// Smallest normal number and distance of 1 to the next.
std::pair<double, double> tiny_and_epsilon(DType dtype) {
  if (dtype == DType::float64) {
    return {std::numeric_limits<double>::min(), std::numeric_limits<double>::epsilon()};
  }
  if (dtype == DType::float16) return {6.103515625e-05, 9.765625e-04};
  return {std::numeric_limits<float>::min(), std::numeric_limits<float>::epsilon()};
}

// Implicit reparameterisation (tensorflow/python/ops/random_grad.py).
Values truncated_normal_gradient(const GradContext& ctx) {
  const Value &mean = ctx.input(2), &deviation = ctx.input(3), &dy = ctx.output_gradient(0);
  const auto standard = [&](const Value& x) { return (x - mean) / deviation; };
  const Value low = standard(ctx.input(4)), high = standard(ctx.input(5));
  const Value sample = standard(ctx.output(0));
  const Value from = ndtr(low);
  const auto [tiny, epsilon] = tiny_and_epsilon(mean.dtype());
  const Value share = ops::maximum(ops::minimum((ndtr(sample) - from) / (ndtr(high) - from),
                                                grads::scalar_like(mean, 1 - epsilon)),
                                   grads::scalar_like(mean, tiny));
  const auto towards = [&](const Value& bound, const Value& log_share) {
    return ops::exp(0.5 * (ops::square(sample) - ops::square(bound)) + log_share);
  };
  Values out = grads::none(ctx);
  const auto put = [&](int i, const Value& gradient) {
    out[static_cast<size_t>(i)] = grads::sum_to_shape_of(gradient, ctx.input(i));
  };
  put(2, dy);
  put(3, dy * sample);
  put(4, dy * towards(low, ops::log1p(-share)));
  put(5, dy * towards(high, ops::log(share)));
  return out;
}

}  // namespace

void register_parameterized_truncated_normal(OpRegistry& registry) {
  registry.add({.signature = "ParameterizedTruncatedNormal(shape: T, means: dtype, stdevs: dtype, "
                             "minvals: dtype, maxvals: dtype) -> (output: dtype)",
                .attrs = {int_attr("seed", 0), int_attr("seed2", 0),
                          type_attr("dtype", kFloatTypes), type_attr("T", kIndexTypes)},
                .shape = infer_truncated_normal,
                .kernel = truncated_normal_seeded,
                .stateful = true,
                .not_differentiable = true});
  registry.add(
      {.signature = "StatelessParameterizedTruncatedNormal(shape: S, seed: Tseed, means: dtype, "
                    "stddevs: dtype, minvals: dtype, maxvals: dtype) -> (output: dtype)",
       .attrs = {type_attr("S", kIndexTypes), type_attr("Tseed", kIndexTypes, DType::int64),
                 type_attr("dtype", type_set<DType::float16, DType::float32, DType::float64>)},
       .shape = infer_truncated_normal,
       .kernel = truncated_normal_stateless,
       .gradient = truncated_normal_gradient});
}

}  // namespace rill
