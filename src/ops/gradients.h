// What gradient functions share. All of it is written with ops, so that a gradient has a gradient.
#pragma once

#include "op/emit.h"
#include "op/indexed_slices.h"

namespace rill::grads {

// Sums `gradient` over the dimensions along which `operand` was broadcast, so that it has the
// operand's shape. `gradient` has the shape of the broadcast of `operand` with `other`.
Value sum_to(const Value& gradient, const Value& operand, const Value& other);
// The same, for any other way in which `operand` became as large as `gradient`.
Value sum_to_shape_of(const Value& gradient, const Value& operand);

// The shape as a vector: a constant when it is known, else a Shape op. dtype: int32 or int64.
Value shape_of(const Value& value, DType dtype = DType::int32);
Value reshape_like(const Value& value, const Value& like);
Value zeros_like(const Value& value);
Value ones_like(const Value& value);
// A scalar of the value's dtype.
Value scalar_like(const Value& value, double number);
// conj(value) of a complex value, else the value: TensorFlow's gradients are conjugated.
Value conj(const Value& value);
// Element or sub-vector of an integer vector.
Value item(const Value& vector, int64_t i);
Value int_vector(const std::vector<int64_t>& items, DType dtype = DType::int32);

// Shorthands: x + y, x * y, ... of values of one dtype.
Value add(const Value& x, const Value& y);
Value sub(const Value& x, const Value& y);
Value mul(const Value& x, const Value& y);
Value div(const Value& x, const Value& y);  // RealDiv
Value neg(const Value& x);
Value square(const Value& x);
Value sum(const Value& x, const Value& axes, bool keep_dims = false);
Value reshape(const Value& x, const Value& shape);
Value cast(const Value& x, DType to);

}  // namespace rill::grads
