// BatchNormWithGlobalNormalization and its gradient: what networks of 2015 hold.
// Formulas: tensorflow/core/kernels/batch_norm_op.h.
#include <cmath>

#include "base/thread_pool.h"
#include "op/emit.h"
#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"
#include "tensor/dispatch.h"

namespace rill {
namespace {

constexpr auto& kTypes = type_set<DType::float16, DType::float32, DType::float64>;

// Inputs first..first+count-1 have a value a channel. Returns the channels.
int64_t check(const KernelContext& ctx, int first, int count) {
  const Tensor& t = ctx.input(0);
  ctx.require(t.rank() == 4, "input must be 4-dimensional", t.shape());
  const int64_t depth = t.dim(3);
  for (int i = first; i < first + count; ++i) {
    ctx.require(ctx.input(i).rank() == 1 && ctx.input(i).dim(0) == depth, "input ", i,
                " must have one value for each of ", depth, " channels, but has shape ",
                ctx.input(i).shape());
  }
  return depth;
}

template <typename T>
double inverse_deviation(const T& variance, float epsilon) {
  return 1 / std::sqrt(static_cast<double>(variance) + static_cast<double>(epsilon));
}

template <typename T>
T narrow(double value) {
  if constexpr (std::is_same_v<T, double>) {
    return value;
  } else {
    return T(static_cast<float>(value));
  }
}

void run_batch_norm_with_global_normalization(KernelContext& ctx) {
  const int64_t depth = check(ctx, 1, 4);
  const Tensor& t = ctx.input(0);
  const float epsilon = ctx.attr<float>("variance_epsilon");
  const bool scaled = ctx.attr<bool>("scale_after_normalization");
  Tensor& out = ctx.output(0, t.shape(), {0});
  if (depth == 0) return;
  dispatch_float(t.dtype(), "BatchNormWithGlobalNormalization", [&]<typename T>() {
    using Work = std::conditional_t<std::is_same_v<T, double>, double, float>;
    std::vector<Work> mean, factor, offset;
    for (int64_t c = 0; c < depth; ++c) {
      const auto at = [&](int i) { return static_cast<Work>(ctx.input(i).data<T>()[c]); };
      mean.push_back(at(1));
      factor.push_back(static_cast<Work>(inverse_deviation(at(2), epsilon)) *
                       (scaled ? at(4) : Work{1}));
      offset.push_back(at(3));
    }
    const T* x = t.data<T>();
    T* y = out.data<T>();
    parallel_for(
        t.size() / depth, std::max<int64_t>(1, 16384 / depth), [&](int64_t from, int64_t to) {
          for (int64_t r = from * depth; r < to * depth; r += depth) {
            for (int64_t c = 0; c < depth; ++c) {
              const auto k = static_cast<size_t>(c);
              y[r + c] = T((static_cast<Work>(x[r + c]) - mean[k]) * factor[k] + offset[k]);
            }
          }
        });
  });
}

void run_gradient(KernelContext& ctx) {
  const int64_t depth = check(ctx, 1, 3);
  const Tensor& t = ctx.input(0);
  const Tensor& back = ctx.input(4);
  ctx.require(back.shape() == t.shape(), "backprop must have the input's shape ", t.shape(),
              ", but has ", back.shape());
  const float epsilon = ctx.attr<float>("variance_epsilon");
  const bool scaled = ctx.attr<bool>("scale_after_normalization");
  Tensor& dx = ctx.output(0, t.shape());
  std::vector<Tensor> sums;
  for (int i = 1; i < 5; ++i) sums.push_back(ctx.output(i, Shape{depth}));
  dispatch_float(t.dtype(), "BatchNormWithGlobalNormalizationGrad", [&]<typename T>() {
    const T* x = t.data<T>();
    const T* dy = back.data<T>();
    for (int64_t c = 0; c < depth; ++c) {
      const auto at = [&](int i) { return static_cast<double>(ctx.input(i).data<T>()[c]); };
      const double inverse = inverse_deviation(at(2), epsilon), gamma = scaled ? at(3) : 1;
      double sum = 0, product = 0;
      for (int64_t i = c; i < t.size(); i += depth) {
        const auto d = static_cast<double>(dy[i]);
        sum += d;
        product += d * (static_cast<double>(x[i]) - at(1));
        dx.data<T>()[i] = narrow<T>(d * inverse * gamma);
      }
      const auto put = [&](int o, double v) {
        sums[static_cast<size_t>(o - 1)].data<T>()[c] = narrow<T>(v);
      };
      put(1, -sum * inverse * gamma);
      put(2, product * gamma * -0.5 * inverse * inverse * inverse);
      put(3, sum);
      put(4, scaled ? product * inverse : 0);
    }
  });
}

void infer_batch_norm_with_global_normalization(ShapeContext& ctx) {
  ctx.require_rank_exactly(0, 4);
  Shape out = ctx.input(0).has_rank() ? ctx.input(0) : Shape::unknown_dims(4);
  const int parameters = ctx.num_outputs() == 1 ? 4 : 3;
  for (int i = 1; i <= parameters; ++i) {
    ctx.require_rank_exactly(i, 1);
    if (ctx.input(i).has_rank()) out[3] = ctx.merge_dim(out[3], ctx.input(i)[0]);
  }
  ctx.set_output(0, out);
  for (int o = 1; o < ctx.num_outputs(); ++o) ctx.set_output(o, Shape{out[3]});
}

Values batch_norm_with_global_normalization_gradient(const GradContext& ctx) {
  const Values d =
      emit_all("BatchNormWithGlobalNormalizationGrad",
               {ctx.input(0), ctx.input(1), ctx.input(2), ctx.input(4), ctx.output_gradient(0)},
               {{"variance_epsilon", ctx.attr<float>("variance_epsilon")},
                {"scale_after_normalization", ctx.attr<bool>("scale_after_normalization")}});
  return {d[0], d[1], d[2], d[3], d[4]};
}

}  // namespace

void register_batch_norm_with_global_normalization(OpRegistry& registry) {
  const std::vector<AttrDef> attrs = {type_attr("T", kTypes), float_attr("variance_epsilon"),
                                      bool_attr("scale_after_normalization")};
  registry.add({.signature =
                    "BatchNormWithGlobalNormalization(t: T, m: T, v: T, beta: T, gamma: T) "
                    "-> (result: T)",
                .attrs = attrs,
                .shape = infer_batch_norm_with_global_normalization,
                .kernel = run_batch_norm_with_global_normalization,
                .gradient = batch_norm_with_global_normalization_gradient});
  registry.add({.signature = "BatchNormWithGlobalNormalizationGrad(t: T, m: T, v: T, gamma: T, "
                             "backprop: T) -> (dx: T, dm: T, dv: T, db: T, dg: T)",
                .attrs = attrs,
                .shape = infer_batch_norm_with_global_normalization,
                .kernel = run_gradient});
}

}  // namespace rill
