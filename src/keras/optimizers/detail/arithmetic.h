// Formulas of optimizers, written as Keras writes them: numbers take the dtype of the tensor.
#pragma once

#include "keras/core/ops.h"
#include "rill/ops/operators.hpp"

namespace rill::keras::arithmetic {

using rill::operator+;
using rill::operator-;
using rill::operator*;
using rill::operator/;

inline Value square(const Value& x) { return op::unary("Square", x); }
inline Value sqrt(const Value& x) { return op::unary("Sqrt", x); }
inline Value maximum(const Value& x, const Value& y) { return emit("Maximum", {x, y}); }
inline Value minimum(const Value& x, const Value& y) { return emit("Minimum", {x, y}); }
inline Value pow(const Value& x, const Value& y) { return emit("Pow", {x, y}); }

}  // namespace rill::keras::arithmetic
