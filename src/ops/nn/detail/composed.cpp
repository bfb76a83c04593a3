// Functions of tf.nn that are made of others. Formulas: tensorflow/python/ops/nn_impl.py and
// nn_ops.py.
#include <cmath>
#include <numbers>

#include "base/fail.h"
#include "rill/ops/array.hpp"
#include "rill/ops/math.hpp"
#include "rill/ops/nn.hpp"
#include "rill/ops/operators.hpp"
#include "rill/ops/random.hpp"

namespace rill {

Value ops::gelu(const Value& x, bool approximate) {
  if (!approximate) return 0.5 * x * (1.0 + erf(x / std::numbers::sqrt2));
  const double root = std::sqrt(2 / std::numbers::pi);
  return 0.5 * x * (1.0 + tanh(root * (x + 0.044715 * pow(x, cast(Value(3), x.dtype())))));
}

Value ops::silu(const Value& x, double beta) { return x * sigmoid(beta * x); }

Value ops::sigmoid_cross_entropy_with_logits(const Value& labels, const Value& logits) {
  const Value z = cast(labels, logits.dtype());
  return relu(logits) - logits * z + log1p(exp(-abs(logits)));
}

ops::Moments ops::moments(const Value& x, const Axes& axes, bool keep_dims) {
  // Halves are summed as floats.
  const bool half = x.dtype() == DType::float16 || x.dtype() == DType::bfloat16;
  const Value y = half ? cast(x, DType::float32) : x;
  const Value mean = reduce_mean(y, axes, true);
  const Value variance = reduce_mean(squared_difference(y, stop_gradient(mean)), axes, keep_dims);
  const Value kept = keep_dims ? mean : reshape(mean, shape(variance));
  return half ? Moments{cast(kept, x.dtype()), cast(variance, x.dtype())} : Moments{kept, variance};
}

Value ops::l2_normalize(const Value& x, const Axes& axes, double epsilon) {
  const Value sum = reduce_sum(square(x), axes, true);
  return x * rsqrt(maximum(sum, cast(Value(epsilon), x.dtype())));
}

Value ops::dropout(const Value& x, double rate, int64_t seed) {
  if (!(rate >= 0 && rate < 1)) {
    fail(Code::invalid_argument, "dropout(): rate must be in [0, 1), but is ", rate);
  }
  if (rate == 0) return x;
  const Value draw = random_uniform(shape(x), 0.0, 1.0, x.dtype(), seed);
  const Value kept = greater_equal(draw, cast(Value(rate), x.dtype()));
  return where(kept, x * (1 / (1 - rate)), zeros_like(x));
}

Value ops::embedding_lookup(const Value& params, const Value& ids) { return gather(params, ids); }

}  // namespace rill
