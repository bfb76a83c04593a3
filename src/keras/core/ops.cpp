#include "keras/core/ops.h"

#include <numeric>

#include "base/fail.h"
#include "keras/core/object_config.h"
#include "keras/core/promote.h"
#include "keras/core/registry.h"
#include "op/autocast.h"

namespace rill::keras::op {
namespace {

Value int_vector(const std::vector<int>& values) {
  std::vector<int32_t> items(values.begin(), values.end());
  return Tensor::vector(items);
}
Value long_vector(const std::vector<int64_t>& values) {
  std::vector<int32_t> items;
  bool fits = true;
  for (const int64_t v : values) {
    fits = fits && std::in_range<int32_t>(v);
    items.push_back(static_cast<int32_t>(v));
  }
  return fits ? Tensor::vector(items) : Tensor::vector(values);
}
// Integers meet floating weights as floating numbers, and narrow ones wide ones, unless a weight
// will be read in the dtype of the others.
Values meeting(const Values& values) {
  bool meet = false;
  for (const Value& v : values) {
    meet = meet || !is_floating(v.dtype()) ||
           (v.dtype() != values[0].dtype() && !AutocastScope::is_active());
  }
  return meet ? promoted(values) : values;
}
Value int_scalar(int64_t value) { return Tensor::scalar(static_cast<int32_t>(value)); }

}  // namespace

Value unary(std::string_view op, const Value& x) { return emit(op, {x}); }
Value binary(std::string_view op, const Value& a, const Value& b) { return emit(op, {a, b}); }
Value add(const Value& a, const Value& b) { return emit("AddV2", {a, b}); }
Value sub(const Value& a, const Value& b) { return emit("Sub", {a, b}); }
Value mul(const Value& a, const Value& b) { return emit("Mul", {a, b}); }
Value div(const Value& a, const Value& b) { return emit("RealDiv", {a, b}); }
Value cast(const Value& x, DType dtype) {
  return x.dtype() == dtype ? x : emit("Cast", {x}, {{"DstT", dtype}});
}
Value matmul(const Value& a, const Value& b, bool transpose_b) {
  return emit("MatMul", meeting({a, b}), {{"transpose_b", transpose_b}});
}
Value batch_matmul(const Value& a, const Value& b, bool adj_x, bool adj_y) {
  return emit("BatchMatMulV2", meeting({a, b}), {{"adj_x", adj_x}, {"adj_y", adj_y}});
}
Value einsum(std::string_view equation, const std::vector<Value>& inputs) {
  return emit("Einsum", meeting(inputs), {{"equation", equation}});
}
Value bias_add(const Value& x, const Value& bias) { return emit("BiasAdd", {x, bias}); }

Value dense(const Value& x, const Value& kernel) {
  const int rank = x.rank();
  if (rank == 2) return matmul(x, kernel);
  const int64_t units = kernel.shape()[1];
  const int64_t depth = kernel.shape()[0];
  if (rank == 1) return reshape(matmul(reshape(x, {1, depth}), kernel), {units});
  int unknown = 0;
  for (int i = 0; i + 1 < rank; ++i) unknown += x.shape()[i] < 0;
  std::vector<Dim> out;
  if (unknown > 1) {
    for (int i = 0; i + 1 < rank; ++i) out.push_back(dim(x, i));
  } else {
    for (int i = 0; i + 1 < rank; ++i) out.emplace_back(x.shape()[i]);
  }
  out.emplace_back(units);
  return reshape(matmul(reshape(x, {-1, depth}), kernel), out);
}

Value transpose(const Value& x, const std::vector<int>& permutation) {
  std::vector<int> same(permutation.size());
  std::iota(same.begin(), same.end(), 0);
  if (same == permutation) return x;
  return emit("Transpose", {x, int_vector(permutation)});
}

Value concat(const std::vector<Value>& values, int axis) {
  if (values.size() == 1) return values[0];
  std::vector<Value> inputs = values;
  inputs.push_back(int_scalar(axis));
  return emit("ConcatV2", std::span<const Value>(inputs),
              {{"N", static_cast<int64_t>(values.size())}});
}
std::vector<Value> split(const Value& x, int parts, int axis) {
  return emit_all("Split", {int_scalar(axis), x}, {{"num_split", parts}});
}
std::vector<Value> unstack(const Value& x, int count, int axis) {
  return emit_all("Unpack", {x}, {{"num", count}, {"axis", axis}});
}
Value stack(const std::vector<Value>& values, int axis) {
  return emit("Pack", std::span<const Value>(values),
              {{"N", static_cast<int64_t>(values.size())}, {"axis", axis}});
}
Value expand_dims(const Value& x, int axis) { return emit("ExpandDims", {x, int_scalar(axis)}); }
Value squeeze(const Value& x, int axis) {
  return emit("Squeeze", {x}, {{"squeeze_dims", std::vector<int64_t>{axis}}});
}
Value reverse(const Value& x, const std::vector<int>& axes) {
  return emit("ReverseV2", {x, int_vector(axes)});
}
Value gather(const Value& params, const Value& indices, int axis) {
  return emit("GatherV2", {params, indices, int_scalar(axis)});
}

Value pad(const Value& x, const std::vector<std::pair<int64_t, int64_t>>& pads, double value) {
  std::vector<int32_t> flat;
  for (const auto& [before, after] : pads) {
    flat.push_back(static_cast<int32_t>(before));
    flat.push_back(static_cast<int32_t>(after));
  }
  const Value paddings = Tensor::of(flat, Shape{static_cast<int64_t>(pads.size()), 2});
  if (value == 0) return emit("Pad", {x, paddings});
  return emit("PadV2", {x, paddings, constant_like(value, x)});
}

Value reduce(std::string_view op, const Value& x, const std::vector<int>& axes, bool keep) {
  return emit(op, {x, int_vector(axes)}, {{"keep_dims", keep}});
}
Value mean(const Value& x, const std::vector<int>& axes, bool keep) {
  const bool half = x.dtype() == DType::float16 || x.dtype() == DType::bfloat16;
  if (!half) return reduce("Mean", x, axes, keep);
  return cast(reduce("Mean", cast(x, DType::float32), axes, keep), x.dtype());
}
Value select(const Value& condition, const Value& a, const Value& b) {
  return emit("SelectV2", {condition, a, b});
}

Value slice(const Value& x, const std::vector<Range>& ranges) {
  std::vector<int64_t> begin, end, step;
  int64_t begin_mask = 0, end_mask = 0;
  for (size_t i = 0; i < ranges.size(); ++i) {
    const Range& r = ranges[i];
    begin.push_back(r.begin == INT64_MAX ? 0 : r.begin);
    end.push_back(r.end == INT64_MAX ? 0 : r.end);
    step.push_back(r.step);
    if ((r.begin == 0 && r.step > 0) || r.begin == INT64_MAX) begin_mask |= int64_t{1} << i;
    if (r.end == INT64_MAX) end_mask |= int64_t{1} << i;
  }
  return emit("StridedSlice", {x, long_vector(begin), long_vector(end), long_vector(step)},
              {{"begin_mask", begin_mask}, {"end_mask", end_mask}});
}

Value tile(const Value& x, const std::vector<int64_t>& multiples) {
  return emit("Tile", {x, long_vector(multiples)});
}

Value constant(double value, DType dtype) {
  switch (dtype) {
    case DType::float32:
      return Tensor::scalar(static_cast<float>(value));
    case DType::float64:
      return Tensor::scalar(value);
    case DType::int32:
      return Tensor::scalar(static_cast<int32_t>(value));
    case DType::int64:
      return Tensor::scalar(static_cast<int64_t>(value));
    case DType::float16:
      return Tensor::scalar(float16(static_cast<float>(value)));
    case DType::bfloat16:
      return Tensor::scalar(bfloat16(static_cast<float>(value)));
    case DType::bool_:
      return Tensor::scalar(value != 0);
    default:
      return emit("Cast", {Tensor::scalar(value)}, {{"DstT", dtype}});
  }
}
Value constant_like(double value, const Value& like) { return constant(value, like.dtype()); }

Dim dim(const Value& x, int axis) {
  if (axis < 0) axis += x.rank();
  if (x.shape().has_rank() && x.shape()[axis] >= 0) return x.shape()[axis];
  const Value shape = emit("Shape", {x}, {{"out_type", DType::int32}});
  return emit("StridedSlice",
              {shape, Tensor::vector<int32_t>({axis}), Tensor::vector<int32_t>({axis + 1}),
               Tensor::vector<int32_t>({1})},
              {{"shrink_axis_mask", 1}});
}

std::vector<Dim> dims(const Value& x) {
  std::vector<Dim> out;
  for (int i = 0; i < x.rank(); ++i) out.push_back(dim(x, i));
  return out;
}

Value shape_vector(const std::vector<Dim>& dims) {
  bool known = true;
  for (const Dim& d : dims) known = known && !d.value;
  if (known) {
    std::vector<int64_t> sizes;
    for (const Dim& d : dims) sizes.push_back(d.size);
    return long_vector(sizes);
  }
  std::vector<Value> parts;
  for (const Dim& d : dims) parts.push_back(d.value ? d.value : int_scalar(d.size));
  return stack(parts, 0);
}

Value reshape(const Value& x, const std::vector<Dim>& dims) {
  // One dimension that is not known yet may stay -1: then the shape is a constant.
  int open = 0;
  for (const Dim& d : dims) open += d.value || d.size < 0;
  if (open <= 1) {
    std::vector<int64_t> sizes;
    for (const Dim& d : dims) sizes.push_back(d.value ? -1 : d.size);
    return emit("Reshape", {x, long_vector(sizes)});
  }
  return emit("Reshape", {x, shape_vector(dims)});
}

Value fill(const std::vector<Dim>& dims, double value, DType dtype) {
  return emit("Fill", {shape_vector(dims), constant(value, dtype)});
}
Value broadcast_to(const Value& x, const std::vector<Dim>& dims) {
  return emit("BroadcastTo", {x, shape_vector(dims)});
}

Value activate(const Activation& activation, const Value& x) {
  if (!activation) return x;
  const ObjectConfig& config = *activation.config();
  if (config.function) return config.function(x);
  const auto fn = object_registry().activation(config.name);
  if (!fn) {
    fail(Code::unimplemented, "unknown activation ", quoted(config.name),
         did_you_mean(config.name, object_registry().activation_names()),
         "; give it as a custom object: CustomObjects{}.activation(name, function)");
  }
  return fn(x, config);
}

Value to_channels_last(const Value& x) {
  std::vector<int> permutation{0};
  for (int i = 2; i < x.rank(); ++i) permutation.push_back(i);
  permutation.push_back(1);
  return transpose(x, permutation);
}
Value to_channels_first(const Value& x) {
  std::vector<int> permutation{0, x.rank() - 1};
  for (int i = 1; i + 1 < x.rank(); ++i) permutation.push_back(i);
  return transpose(x, permutation);
}

int axis_of(std::string_view who, int64_t axis, int rank) {
  if (axis < -rank || axis >= rank) {
    fail(Code::invalid_argument, who, ": axis ", axis, " is out of range for an input of rank ",
         rank);
  }
  return static_cast<int>(axis < 0 ? axis + rank : axis);
}
std::vector<int> axes_of(std::string_view who, const std::vector<int64_t>& axes, int rank) {
  std::vector<int> out;
  for (const int64_t a : axes) out.push_back(axis_of(who, a, rank));
  return out;
}

}  // namespace rill::keras::op
