// ApproximateEqual: |x - y| < tolerance. The shapes must be the same.
#include <cmath>
#include <complex>

#include "base/thread_pool.h"
#include "kernels/accumulate.h"
#include "op/kernel_context.h"
#include "op/registry.h"
#include "op/shape_context.h"
#include "ops/type_sets.h"
#include "tensor/dispatch.h"

namespace rill {
namespace {

void infer_shape(ShapeContext& ctx) { ctx.set_output(0, ctx.merge(ctx.input(0), ctx.input(1))); }

void run_approximate_equal(KernelContext& ctx) {
  const Tensor& x = ctx.input(0);
  const Tensor& y = ctx.input(1);
  ctx.require(x.shape() == y.shape(), "x and y must be of the same shape. x shape: ", x.shape(),
              ". y shape: ", y.shape());
  const float tolerance = ctx.attr<float>("tolerance");
  bool* out = ctx.output(0, x.shape()).data<bool>();
  const DType dtype = x.dtype();
  if (is_quantized(dtype)) unsupported_dtype("ApproximateEqual", dtype);
  dispatch_any_number(dtype, "ApproximateEqual", [&]<typename T>() {
    const T* a = x.data<T>();
    const T* b = y.data<T>();
    const auto one = [&](int64_t i) {
      if constexpr (std::is_integral_v<T>) {
        // As TensorFlow compares: in the type of the elements, where a distance may wrap around.
        using Sum = kernels::Accumulator<T>;
        const auto difference = static_cast<Sum>(a[i]) - static_cast<Sum>(b[i]);
        const T distance = static_cast<T>(a[i] > b[i] ? difference : Sum{0} - difference);
        return distance < static_cast<T>(tolerance);
      } else {
        using std::abs;
        const auto distance = abs(a[i] - b[i]);
        return distance < static_cast<decltype(distance)>(tolerance);
      }
    };
    parallel_for(x.size(), grain_of(1), [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; ++i) out[i] = one(i);
    });
  });
}

}  // namespace

void register_approximate_equal(OpRegistry& registry) {
  registry.add({.signature = "ApproximateEqual(x: T, y: T) -> (z: bool)",
                .attrs = {type_attr("T", kNumericTypes), float_attr("tolerance", 1e-5f)},
                .shape = infer_shape,
                .kernel = run_approximate_equal,
                .not_differentiable = true});
}

}  // namespace rill
