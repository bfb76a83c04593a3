// RandomPoisson, RandomPoissonV2 and StatelessRandomPoisson: Knuth's products of uniforms for
// rates below 10, Hormann's transformed rejection ("The transformed rejection method for
// generating Poisson random variables", 1993) above; the draws in TensorFlow's order.
// Source: tensorflow/core/kernels/random_poisson_op.cc.
#include <cmath>
#include <limits>

#include "base/thread_pool.h"
#include "kernels/random_bits.h"
#include "kernels/random_fill.h"
#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"
#include "ops/random_state.h"
#include "tensor/dispatch.h"

namespace rill {
namespace {

constexpr DType kPoissonTypes[] = {DType::float16, DType::float32, DType::float64, DType::int32,
                                   DType::int64};
constexpr int kPoissonMostTries = 10000;

// `most`: the largest result that can be stored.
template <typename T>
T poisson_sample(T rate, T most, kernels::Philox philox) {
  kernels::UniformBuffer<T> uniform;
  if (rate < T(10)) {
    const T limit = std::exp(-rate);
    T product = 1;
    for (T x = 0;; x += 1) {
      product = product * uniform(philox);
      if (product <= limit || x >= most) return x;
    }
  }
  if (std::isinf(rate)) return rate;
  const T log_rate = std::log(rate);
  const T b = T(0.931) + T(2.53) * std::sqrt(rate);
  const T a = T(-0.059) + T(0.02483) * b;
  const T inv_alpha = T(1.1239) + T(1.1328) / (b - T(3.4));
  for (int i = 0; i < kPoissonMostTries; ++i) {
    const T u = uniform(philox) - T(0.5);
    const T v = uniform(philox);
    const T shifted = T(0.5) - std::abs(u);
    const T k = std::floor((T(2) * a / shifted + b) * u + rate + T(0.43));
    if (k > most) continue;
    if (shifted >= T(0.07) && v <= T(0.9277) - T(3.6224) / (b - T(2))) return k;
    if (k < 0 || (shifted < T(0.013) && v > shifted)) continue;
    const T s = std::log(v * inv_alpha / (a / (shifted * shifted) + b));
    const T t = -rate + k * log_rate - std::lgamma(k + 1);
    if (s <= t) return k;
  }
  // No rate, or one whose samples cannot be stored.
  return std::isnan(rate) ? rate : most;
}

// What TensorFlow computes in.
template <typename R>
using Compute = double;

template <typename U, typename T>
U poisson_stored(T x) {
  if constexpr (std::is_integral_v<U>) {
    if (std::isnan(x)) return 0;
    return x >= static_cast<T>(std::numeric_limits<U>::max()) ? std::numeric_limits<U>::max()
                                                              : static_cast<U>(x);
  } else {
    return static_cast<U>(static_cast<Compute<U>>(x));
  }
}

template <typename U>
constexpr double largest() {
  if constexpr (std::is_same_v<U, float16>) return 65504;
  if constexpr (!std::is_same_v<U, float16>) {
    return static_cast<double>(std::numeric_limits<U>::max());
  }
}

// out is [samples, rates].
void poisson_fill(const Tensor& rate, const kernels::Philox& philox, Tensor& out) {
  const int64_t rates = rate.size(), samples = out.size() / rates;
  dispatch_counted(rate.dtype(), "RandomPoisson", [&]<typename R>() {
    dispatch_counted(out.dtype(), "RandomPoisson", [&]<typename U>() {
      using T = Compute<R>;
      const R* from = rate.data<R>();
      U* to = out.data<U>();
      parallel_for(out.size(), 256, [&](int64_t begin, int64_t end) {
        for (int64_t i = begin; i < end; ++i) {
          kernels::Philox own = philox;
          own.skip(kernels::kPhiloxBlocksPerOutput * static_cast<uint64_t>(i));
          const int64_t r = i / samples;
          to[i % samples * rates + r] = poisson_stored<U>(
              poisson_sample<T>(static_cast<T>(from[r]), static_cast<T>(largest<U>()), own));
        }
      });
    });
  });
}

void poisson_seeded(KernelContext& ctx) {
  const Tensor& rate = ctx.input(1);
  const Shape shape = join(random_shape(ctx, ctx.input(0)), rate.shape());
  require_valid_shape(ctx, {shape.begin(), shape.end()});
  Tensor& out = ctx.output(0, shape);
  if (out.size() == 0) return;
  const auto blocks = static_cast<uint64_t>(out.size()) * kernels::kPhiloxBlocksPerOutput;
  poisson_fill(rate, reserve_blocks(ctx, blocks), out);
}

void poisson_stateless(KernelContext& ctx) {
  const Shape shape = random_shape(ctx, ctx.input(0));
  const kernels::Philox philox = philox_from_seed(ctx, ctx.input(1));
  const Tensor& rate = ctx.input(2);
  require_ends_with(ctx, shape, rate.shape());
  Tensor& out = ctx.output(0, shape);
  if (out.size() > 0) poisson_fill(rate, philox, out);
}

}  // namespace

void register_random_poisson(OpRegistry& registry) {
  registry.add(
      {.signature = "RandomPoisson(shape: S, rate: dtype) -> (output: dtype)",
       .attrs = {int_attr("seed", 0), int_attr("seed2", 0), type_attr("S", kIndexTypes),
                 type_attr("dtype", type_set<DType::float16, DType::float32, DType::float64>)},
       .shape = infer_seeded_samples,
       .kernel = poisson_seeded,
       .stateful = true});
  registry.add({.signature = "RandomPoissonV2(shape: S, rate: R) -> (output: dtype)",
                .attrs = {int_attr("seed", 0), int_attr("seed2", 0), type_attr("S", kIndexTypes),
                          type_attr("R", kPoissonTypes, DType::float64),
                          type_attr("dtype", kPoissonTypes, DType::int64)},
                .shape = infer_seeded_samples,
                .kernel = poisson_seeded,
                .stateful = true});
  registry.add(
      {.signature = "StatelessRandomPoisson(shape: T, seed: Tseed, lam: Rtype) -> "
                    "(output: dtype)",
       .attrs = {type_attr("Rtype", kPoissonTypes), type_attr("dtype", kPoissonTypes),
                 type_attr("T", kIndexTypes), type_attr("Tseed", kIndexTypes, DType::int64)},
       .shape = infer_stateless_samples,
       .kernel = poisson_stateless,
       .not_differentiable = true});
}

}  // namespace rill
