// Short names for the ops that layers emit, and shapes that may be known only when the model runs.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "op/emit.h"
#include "rill/keras/objects.hpp"

namespace rill::keras::op {

Value add(const Value& a, const Value& b);
Value sub(const Value& a, const Value& b);
Value mul(const Value& a, const Value& b);
Value div(const Value& a, const Value& b);
Value unary(std::string_view op, const Value& x);
Value binary(std::string_view op, const Value& a, const Value& b);
Value cast(const Value& x, DType dtype);
Value matmul(const Value& a, const Value& b, bool transpose_b = false);
Value batch_matmul(const Value& a, const Value& b, bool adj_x = false, bool adj_y = false);
Value einsum(std::string_view equation, const std::vector<Value>& inputs);
Value bias_add(const Value& x, const Value& bias);
// x * kernel over the last dimension of x, any rank.
Value dense(const Value& x, const Value& kernel);
Value transpose(const Value& x, const std::vector<int>& permutation);
Value concat(const std::vector<Value>& values, int axis);
std::vector<Value> split(const Value& x, int parts, int axis);
std::vector<Value> unstack(const Value& x, int count, int axis);
Value stack(const std::vector<Value>& values, int axis);
Value expand_dims(const Value& x, int axis);
Value squeeze(const Value& x, int axis);
Value reverse(const Value& x, const std::vector<int>& axes);
Value gather(const Value& params, const Value& indices, int axis);
Value pad(const Value& x, const std::vector<std::pair<int64_t, int64_t>>& pads, double value = 0);
// Sum, Mean, Max, Min, Prod, All, Any.
Value reduce(std::string_view op, const Value& x, const std::vector<int>& axes, bool keep = false);
// As Keras 3 has it: that of float16 and bfloat16 is taken in float32, whose sums fit.
Value mean(const Value& x, const std::vector<int>& axes, bool keep = false);
Value select(const Value& condition, const Value& a, const Value& b);
// [begin, end) of each dimension; end INT64_MAX: to the end; negative counts from the end.
struct Range {
  int64_t begin = 0;
  int64_t end = INT64_MAX;
  int64_t step = 1;
};
Value slice(const Value& x, const std::vector<Range>& ranges);
Value tile(const Value& x, const std::vector<int64_t>& multiples);
// A constant of the dtype of `like`.
Value constant_like(double value, const Value& like);
Value constant(double value, DType dtype);

// A dimension: a number, or a scalar int32 that is known when the model runs.
struct Dim {
  int64_t size = -1;
  Value value;
  Dim(int64_t n) : size(n) {}            // NOLINT
  Dim(int n) : size(n) {}                // NOLINT
  Dim(Value v) : value(std::move(v)) {}  // NOLINT
};
Dim dim(const Value& x, int axis);
// All of them.
std::vector<Dim> dims(const Value& x);
// A 1-D int32 tensor: constant when every dimension is a number.
Value shape_vector(const std::vector<Dim>& dims);
// At most one dimension may be left as -1.
Value reshape(const Value& x, const std::vector<Dim>& dims);
Value fill(const std::vector<Dim>& dims, double value, DType dtype);
Value broadcast_to(const Value& x, const std::vector<Dim>& dims);

// Applies an activation by name; an empty one is linear.
Value activate(const Activation& activation, const Value& x);

// [2, 0, 1]-like permutations that move the channels to the end and back.
Value to_channels_last(const Value& x);
Value to_channels_first(const Value& x);
// Negative axes count from the end. Throws INVALID_ARGUMENT naming `who`.
int axis_of(std::string_view who, int64_t axis, int rank);
std::vector<int> axes_of(std::string_view who, const std::vector<int64_t>& axes, int rank);

}  // namespace rill::keras::op
