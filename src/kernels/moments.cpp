#include "kernels/moments.h"

#include "kernels/dispatch.h"
#include "kernels/reduce_float.h"
#include "kernels/reduce_loops.h"

namespace rill::kernels {
namespace {

// The mean of the elements, or (given the means) of their squared distances from it.
template <bool centred>
struct Moment {
  static constexpr bool kByOutput = centred;
  using Element = float;
  using Acc = double;
  using Result = float;
  static constexpr FloatReduce kOp = centred ? FloatReduce::sum_centred_squares : FloatReduce::sum;

  const float* mean = nullptr;

  static double identity() { return 0.0; }
  static double combine(double a, double b) { return a + b; }
  static float finish(double acc, int64_t count) {
    return static_cast<float>(acc / static_cast<double>(count));
  }
  double run(const float* x, int64_t n, int64_t output) const {
    return simd().reduce[static_cast<int>(kOp)](x, n, centred ? mean[output] : 0.0f);
  }
  void rows(const float* x, int64_t rows, int64_t stride, int64_t columns, double* acc,
            int64_t output) const {
    float_rows(kOp, 0.0f, x, rows, stride, columns, centred ? mean + output : nullptr, acc,
               [](double a, double b) { return combine(a, b); });  // inlined
  }
};

}  // namespace

Moments prepare_moments(const Shape& shape, std::span<const int> axes) {
  return {merge_reduction(shape, axes)};
}

void Moments::run(const float* x, float* mean, float* variance) const noexcept {
  reduce_all(Moment<false>{}, shape, x, mean);
  reduce_all(Moment<true>{mean}, shape, x, variance);
}

}  // namespace rill::kernels
