// Clipping by norms. Formulas: tensorflow/python/ops/clip_ops.py.
#include "base/fail.h"
#include "rill/ops/array.hpp"
#include "rill/ops/math.hpp"
#include "rill/ops/nn.hpp"
#include "rill/ops/operators.hpp"

namespace rill {

Value ops::clip_by_norm(const Value& x, const Value& clip_norm, const Axes& axes) {
  const Value squares = reduce_sum(x * x, axes, true);
  // The root's slope at zero is infinite: it is not asked for there.
  const Value positive = greater(squares, zeros_like(squares));
  const Value root = sqrt(where(positive, squares, ones_like(squares)));
  const Value norm = where(positive, root, squares);
  const Value limit = cast(clip_norm, x.dtype());
  return x * limit / maximum(norm, limit);
}

Value ops::global_norm(const Values& tensors) {
  if (tensors.empty()) fail(Code::invalid_argument, "global_norm() needs at least one tensor");
  Values halves;
  for (const Value& t : tensors) halves.push_back(l2_loss(t));
  return sqrt(reduce_sum(stack(halves)) * 2.0);
}

ops::ClippedByGlobalNorm ops::clip_by_global_norm(const Values& tensors, const Value& clip_norm) {
  const Value norm = global_norm(tensors);
  const Value limit = cast(clip_norm, norm.dtype());
  // norm - norm: not a number when the norm is none, so that nothing of the kind goes unseen.
  const Value scale = limit * minimum(1.0 / norm, 1.0 / limit) + (norm - norm);
  ClippedByGlobalNorm result{{}, norm};
  for (const Value& t : tensors) result.tensors.push_back(t * cast(scale, t.dtype()));
  return result;
}

}  // namespace rill
