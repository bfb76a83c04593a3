// Sorting by TopK. Source: tensorflow/python/ops/sort_ops.py.
#include "base/fail.h"
#include "rill/ops/array.hpp"
#include "rill/ops/math.hpp"
#include "rill/ops/nn.hpp"
#include "rill/ops/operators.hpp"
#include "tensor/dispatch.h"

namespace rill {
namespace {

// The greatest first becomes the least first: integers without a change of sign that overflows.
Value mirrored(const Value& x) {
  const DType dtype = x.dtype();
  if (!is_integer(dtype)) return -x;
  if (!is_unsigned_integer(dtype)) return ops::cast(Value(-1), dtype) - x;
  return ops::invert(x);
}

ops::TopK sorted_rows(const Value& x) {
  const int last = x.shape().rank() - 1;
  const Value n = x.shape().rank() > 0 && x.shape()[last] >= 0
                      ? Value(static_cast<int32_t>(x.shape()[last]))
                      : ops::gather(ops::shape(x), Value(last));
  return ops::top_k(x, n);
}

Value sorted(const Value& x, int64_t axis, bool descending, bool indices) {
  const int rank = x.shape().rank();
  if (rank < 1 || axis < -rank || axis >= rank) {
    fail(Code::invalid_argument, "sort(): axis ", axis, " of a tensor of shape ", x.shape());
  }
  const int64_t at = axis < 0 ? axis + rank : axis;
  const Value rows = at == rank - 1 ? x : ops::swap_axes(x, at, rank - 1);
  const ops::TopK top = sorted_rows(descending ? rows : mirrored(rows));
  const Value out = indices ? top.indices : descending ? top.values : mirrored(top.values);
  return at == rank - 1 ? out : ops::swap_axes(out, at, rank - 1);
}

}  // namespace

Value ops::sort(const Value& x, int64_t axis, bool descending) {
  return sorted(x, axis, descending, false);
}
Value ops::argsort(const Value& x, int64_t axis, bool descending) {
  return sorted(x, axis, descending, true);
}

}  // namespace rill
