// Local response normalisation along the channels, and its gradient.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <vector>

#include "base/thread_pool.h"
#include "op/emit.h"
#include "op/registry.h"
#include "ops/args.h"
#include "ops/gradient_attrs.h"
#include "ops/type_sets.h"
#include "rill/ops/nn.hpp"
#include "tensor/dispatch.h"

namespace rill {
namespace {

struct Spec {
  int64_t rows, depth, radius;
  float bias, alpha, beta;
  int64_t grain() const { return grain_of(depth * (16 + 2 * radius)); }
};

float power(float x, float exponent) {
  if (exponent == -0.5f) return 1.0f / std::sqrt(x);
  if (exponent == -1.0f) return 1.0f / x;
  return std::pow(x, exponent);
}

Spec read(const PrepareContext& ctx, const Shape& x) {
  const int64_t depth = x.back();
  const int64_t radius = ctx.attr<int64_t>("depth_radius");
  ctx.require(radius >= 0, "depth_radius must not be negative, but is ", radius);
  return {depth == 0 ? 0 : x.num_elements() / depth,
          depth,
          std::min(radius, depth),
          ctx.attr<float>("bias"),
          ctx.attr<float>("alpha"),
          ctx.attr<float>("beta")};
}

// In registers while a window is added up.
constexpr int64_t kFour = 4;
typedef float Four __attribute__((vector_size(16)));
inline Four four(const float* x) {
  Four v;
  std::memcpy(&v, x, sizeof(v));
  return v;
}

// norms[c] = bias + alpha * the sum of the squares near c. `squares`: 2 radius more than the depth.
// Every sum is made in the order of its channels, all of them side by side.
template <typename T>
[[gnu::noinline]] void norms_of(const Spec& s, const T* row, float* squares, float* norms) {
  for (int64_t c = 0; c < s.depth; ++c) {
    const auto x = static_cast<float>(row[c]);
    squares[s.radius + c] = x * x;
  }
  int64_t c = 0;
  for (; c + 4 * kFour <= s.depth; c += 4 * kFour) {
    Four sums[4] = {};
    for (int64_t d = c; d <= c + 2 * s.radius; ++d) {
      for (int k = 0; k < 4; ++k) sums[k] += four(squares + d + k * kFour);
    }
    std::memcpy(norms + c, sums, sizeof(sums));
  }
  std::fill(norms + c, norms + s.depth, 0.0f);
  for (int64_t d = 0; d <= 2 * s.radius; ++d) {
    for (int64_t k = c; k < s.depth; ++k) norms[k] += squares[k + d];
  }
  for (c = 0; c < s.depth; ++c) norms[c] = s.bias + s.alpha * norms[c];
}

// Of a row: squares with a margin on both sides, and what comes of them.
struct Room {
  explicit Room(const Spec& s)
      : squares(static_cast<size_t>(s.depth + 2 * s.radius)), norms(static_cast<size_t>(s.depth)) {}
  std::vector<float> squares, norms;
};

void powers(const float* x, float exponent, float* y, int64_t n) {
  if (exponent == -0.5f) {
    for (int64_t i = 0; i < n; ++i) y[i] = 1.0f / std::sqrt(x[i]);
  } else {
    for (int64_t i = 0; i < n; ++i) y[i] = power(x[i], exponent);
  }
}

// y = x / (bias + alpha * sum of the squares nearby) ^ beta
template <typename T>
struct Forward {
  Spec s;
  void operator()(const RunArgs& args) const {
    parallel_for(s.rows, s.grain(), [&](int64_t begin, int64_t end) {
      Room room(s);
      float* const norms = room.norms.data();
      for (int64_t r = begin; r < end; ++r) {
        const T* x = static_cast<const T*>(args.in[0]) + r * s.depth;
        T* y = static_cast<T*>(args.out[0]) + r * s.depth;
        norms_of(s, x, room.squares.data(), norms);
        powers(norms, -s.beta, norms, s.depth);
        for (int64_t c = 0; c < s.depth; ++c) {
          y[c] = static_cast<T>(static_cast<float>(x[c]) * norms[c]);
        }
      }
    });
  }
};

// dx[k] = sum over c near k of dy[c] * (-2 alpha beta x[k] y[c] / norm[c] + [k = c] norm[c]^-beta)
template <typename T>
struct Backward {
  Spec s;
  void operator()(const RunArgs& args) const {
    parallel_for(s.rows, s.grain(), [&](int64_t begin, int64_t end) {
      std::vector<float> sum(static_cast<size_t>(s.depth)), scale(sum.size());
      Room room(s);
      for (int64_t r = begin; r < end; ++r) row(args, r, room, scale.data(), sum.data());
    });
  }

 private:
  void row(const RunArgs& args, int64_t r, Room& room, float* scale, float* sum) const {
    const T* dy = static_cast<const T*>(args.in[0]) + r * s.depth;
    const T* x = static_cast<const T*>(args.in[1]) + r * s.depth;
    const T* y = static_cast<const T*>(args.in[2]) + r * s.depth;
    std::fill(sum, sum + s.depth, 0.0f);
    float* const norms = room.norms.data();
    norms_of(s, x, room.squares.data(), norms);
    powers(norms, -s.beta, scale, s.depth);
    for (int64_t c = 0; c < s.depth; ++c) {
      const float g = static_cast<float>(dy[c]);
      const float slope = -2.0f * s.alpha * s.beta * static_cast<float>(y[c]) / norms[c] * g;
      const int64_t last = std::min(s.depth - 1, c + s.radius);
      for (int64_t k = std::max<int64_t>(0, c - s.radius); k <= last; ++k) {
        sum[k] += slope * static_cast<float>(x[k]);
      }
      sum[c] += g * scale[c];
    }
    T* dx = static_cast<T*>(args.out[0]) + r * s.depth;
    for (int64_t c = 0; c < s.depth; ++c) dx[c] = static_cast<T>(sum[c]);
  }
};

template <template <typename> typename Run>
Prepared prepare_lrn(const PrepareContext& ctx) {
  const Spec s = read(ctx, ctx.input(0));
  Prepared result;
  switch (ctx.input_dtype(0)) {
    case DType::float32:
      result = prepared(Run<float>{s});
      break;
    case DType::float16:
      result = prepared(Run<float16>{s});
      break;
    case DType::bfloat16:
      result = prepared(Run<bfloat16>{s});
      break;
    default:
      unsupported_dtype("LRN", ctx.input_dtype(0));
  }
  return result;
}

void infer_lrn(ShapeContext& ctx) {
  Shape x = ctx.input(0);
  for (int i = 0; i < ctx.num_inputs(); ++i) {
    ctx.require_rank_exactly(i, 4);
    x = ctx.merge(x, ctx.input(i));
  }
  ctx.set_output(0, x);
}

Values lrn_gradient(const GradContext& ctx) {
  return {emit("LRNGrad", {ctx.output_gradient(0), ctx.input(0), ctx.output(0)},
               grads::same_attrs(ctx, {"depth_radius", "bias", "alpha", "beta"}))};
}

}  // namespace

Value ops::lrn(const Value& x, int64_t depth_radius, float bias, float alpha, float beta,
               std::string_view name) {
  return emit("LRN", {x},
              {{"depth_radius", depth_radius}, {"bias", bias}, {"alpha", alpha}, {"beta", beta}},
              name);
}

void register_lrn(OpRegistry& registry) {
  const std::vector<AttrDef> attrs = {int_attr("depth_radius", 5), float_attr("bias", 1.0f),
                                      float_attr("alpha", 1.0f), float_attr("beta", 0.5f),
                                      type_attr("T", kHalfSingle, DType::float32)};
  registry.add({.signature = "LRN(input: T) -> (output: T)",
                .attrs = attrs,
                .shape = infer_lrn,
                .prepare = prepare_lrn<Forward>,
                .gradient = lrn_gradient});
  registry.add({.signature = "LRNGrad(input_grads: T, input_image: T, output_image: T) -> "
                             "(output: T)",
                .attrs = attrs,
                .shape = infer_lrn,
                .prepare = prepare_lrn<Backward>});
}

}  // namespace rill
