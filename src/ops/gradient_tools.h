// More of what gradient functions share: what they return, and index arithmetic that is done now
// where the numbers are known.
#pragma once

#include <optional>
#include <vector>

#include "ops/gradients.h"
#include "rill/ops/operators.hpp"

namespace rill::grads {

// What gradient functions return: no gradient at all, or one for input `i` alone.
Values none(const GradContext& ctx);
Values only(const GradContext& ctx, int i, Value gradient);
// The gradient of output i, zeros where nothing flows back.
Value output_gradient(const GradContext& ctx, int i = 0);
// Of two operands that broadcast.
Values pair(const GradContext& ctx, const Value& x, const Value& y);

// Whole gradient functions: TensorFlow gives None for each input; the gradient passes unchanged to
// input 0.
inline Values nothing(const GradContext& ctx) { return none(ctx); }
inline Values pass(const GradContext& ctx) { return only(ctx, 0, ctx.raw_output_gradient(0)); }

inline OpDef with(OpDef def, GradientFn gradient) {
  def.gradient = gradient;
  return def;
}
inline OpDef not_differentiable(OpDef def) {
  def.not_differentiable = true;
  return def;
}

// The integers of a constant (also one that only the shape arithmetic of a graph knows).
std::optional<std::vector<int64_t>> known_ints(const Value& x);
// Elements [begin, end) of a vector of integers; end < 0: to its end.
Value sub_vector(const Value& vector, int64_t begin, int64_t end = -1);
Value join(const Values& vectors);
Value concat(const Values& values, int64_t axis);
// The number of dimensions, and of elements: int32 scalars.
Value rank_of(const Value& x);
Value size_of(const Value& x);
// start, start + delta, ... below limit: int32.
Value range(const Value& start, const Value& limit, const Value& delta = Value(1));

Value fill(const Value& shape, double number, DType dtype);
// The shape of `input` (or the shape vector itself) with 1 where a reduction sums: int32 (or the
// vector's dtype).
Value reduced_shape(const Value& input, const Value& axes);
Value reduced_dims(const Value& shape, const Value& axes);
Value sum_all(const Value& x);
Value select(const Value& condition, const Value& x, const Value& y);
// Rows of `params`.
Value gather(const Value& params, const Value& indices);
Value gather_nd(const Value& params, const Value& indices);

}  // namespace rill::grads
