// Local response normalisation along the channels, and its gradient.
#include <algorithm>
#include <cmath>

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

template <typename T>
float norm_at(const Spec& s, const T* row, int64_t c) {
  float sum = 0;
  const int64_t last = std::min(s.depth - 1, c + s.radius);
  for (int64_t d = std::max<int64_t>(0, c - s.radius); d <= last; ++d) {
    sum += static_cast<float>(row[d]) * static_cast<float>(row[d]);
  }
  return s.bias + s.alpha * sum;
}

// y = x / (bias + alpha * sum of the squares nearby) ^ beta
template <typename T>
struct Forward {
  Spec s;
  void operator()(const RunArgs& args) const {
    parallel_for(s.rows, s.grain(), [&](int64_t begin, int64_t end) {
      for (int64_t r = begin; r < end; ++r) {
        const T* x = static_cast<const T*>(args.in[0]) + r * s.depth;
        T* y = static_cast<T*>(args.out[0]) + r * s.depth;
        for (int64_t c = 0; c < s.depth; ++c) {
          y[c] = static_cast<T>(static_cast<float>(x[c]) * power(norm_at(s, x, c), -s.beta));
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
      std::vector<float> sum(static_cast<size_t>(s.depth));
      for (int64_t r = begin; r < end; ++r) row(args, r, sum.data());
    });
  }

 private:
  void row(const RunArgs& args, int64_t r, float* sum) const {
    const T* dy = static_cast<const T*>(args.in[0]) + r * s.depth;
    const T* x = static_cast<const T*>(args.in[1]) + r * s.depth;
    const T* y = static_cast<const T*>(args.in[2]) + r * s.depth;
    std::fill(sum, sum + s.depth, 0.0f);
    for (int64_t c = 0; c < s.depth; ++c) {
      const float norm = norm_at(s, x, c);
      const float g = static_cast<float>(dy[c]);
      const float slope = -2.0f * s.alpha * s.beta * static_cast<float>(y[c]) / norm * g;
      const int64_t last = std::min(s.depth - 1, c + s.radius);
      for (int64_t k = std::max<int64_t>(0, c - s.radius); k <= last; ++k) {
        sum[k] += slope * static_cast<float>(x[k]);
      }
      sum[c] += g * power(norm, -s.beta);
    }
    T* dx = static_cast<T*>(args.out[0]) + r * s.depth;
    for (int64_t c = 0; c < s.depth; ++c) dx[c] = static_cast<T>(sum[c]);
  }
};

template <template <typename> typename Run>
Prepared prepare_lrn(const PrepareContext& ctx) {
  const Spec s = read(ctx, ctx.input(0));
  Prepared result;
  dispatch_float(ctx.input_dtype(0), "LRN", [&]<typename T>() { result = prepared(Run<T>{s}); });
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
