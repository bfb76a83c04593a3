// Reductions that are made of others. Formulas: tensorflow/python/ops/math_ops.py.
#include "op/emit.h"
#include "rill/ops/array.hpp"
#include "rill/ops/math.hpp"
#include "rill/ops/operators.hpp"

namespace rill {

Value ops::reduce_variance(const Value& x, const Axes& axes, bool keep_dims) {
  const Value off = x - reduce_mean(x, axes, true);
  if (!is_complex(x.dtype())) return reduce_mean(square(off), axes, keep_dims);
  return reduce_mean(real(off * conj(off)), axes, keep_dims);
}

Value ops::reduce_std(const Value& x, const Axes& axes, bool keep_dims) {
  return sqrt(reduce_variance(x, axes, keep_dims));
}

Value ops::reduce_logsumexp(const Value& x, const Axes& axes, bool keep_dims) {
  const Value most = reduce_max(x, axes, true);
  // An infinite maximum would take itself away from itself.
  const Value shift = stop_gradient(where(is_finite(most), most, zeros_like(most)));
  const Value sum = log(reduce_sum(exp(x - shift), axes, keep_dims));
  return sum + (keep_dims ? shift : reshape(shift, shape(sum)));
}

Value ops::count_nonzero(const Value& x, const Axes& axes, bool keep_dims, DType dtype) {
  const Value zero = emit("ZerosLike", {x});
  return reduce_sum(cast(not_equal(x, zero), dtype), axes, keep_dims);
}

}  // namespace rill
