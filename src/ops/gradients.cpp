#include "ops/gradients.h"

#include <algorithm>

#include "base/fail.h"

namespace rill::grads {
namespace {

bool known(const Value& value) { return value.shape().is_fully_defined(); }

// The axes of `from` (of rank `rank`) along which a tensor of shape `small` was repeated.
std::vector<int64_t> repeated_axes(const Shape& from, const Shape& small) {
  std::vector<int64_t> axes;
  const int extra = from.rank() - small.rank();
  for (int i = 0; i < from.rank(); ++i) {
    if (i < extra || (small[i - extra] == 1 && from[i] != 1)) axes.push_back(i);
  }
  return axes;
}

Value sum_known(const Value& gradient, const Value& operand) {
  const std::vector<int64_t> axes = repeated_axes(gradient.shape(), operand.shape());
  Value out = axes.empty() ? gradient : sum(gradient, int_vector(axes));
  return out.shape() == operand.shape() ? out : reshape(out, shape_of(operand));
}

}  // namespace

Value sum_to(const Value& gradient, const Value& operand, const Value& other) {
  if (gradient.shape() == operand.shape() && known(gradient)) return gradient;
  if (known(gradient) && known(operand)) return sum_known(gradient, operand);
  // The same symbolic tensor on both sides was not broadcast, whatever its shape.
  const auto* a = operand.rep();
  const auto* b = other.rep();
  if (operand.is_symbolic() && other.is_symbolic() && a->node == b->node &&
      a->output == b->output) {
    return gradient;
  }
  if (operand.shape().has_rank() && other.shape().has_rank()) {
    // A scalar, or a vector whose only open dimensions are the other's too, needs no shapes.
    if (other.rank() == 0) return gradient;
    if (operand.rank() == 0) {
      std::vector<int64_t> axes;
      for (int i = 0; i < other.rank(); ++i) axes.push_back(i);
      return sum(gradient, int_vector(axes));
    }
    // A bias: every dimension known and none of them 1, so only leading ones were added.
    if (known(operand) && operand.rank() <= other.rank()) {
      bool plain = true;
      for (int i = 0; i < operand.rank(); ++i) plain &= operand.shape()[i] > 1;
      std::vector<int64_t> axes;
      for (int i = 0; i < other.rank() - operand.rank(); ++i) axes.push_back(i);
      if (plain) return axes.empty() ? gradient : sum(gradient, int_vector(axes));
    }
    // The larger side, when the other cannot stretch it.
    if (known(other) && other.rank() <= operand.rank()) {
      bool plain = true;
      const int extra = operand.rank() - other.rank();
      for (int i = 0; i < other.rank(); ++i) {
        const int64_t mine = operand.shape()[i + extra];
        const int64_t theirs = other.shape()[i];
        plain &= theirs == 1 || mine == theirs;
      }
      if (plain) return gradient;
    }
  }
  const Values axes = emit_all("BroadcastGradientArgs", {shape_of(operand), shape_of(other)});
  return reshape(sum(gradient, axes[0]), shape_of(operand));
}

Value sum_to_shape_of(const Value& gradient, const Value& operand) {
  return sum_to(gradient, operand, gradient);
}

Value shape_of(const Value& value, DType dtype) {
  if (known(value)) {
    std::vector<int64_t> dims;
    for (int i = 0; i < value.rank(); ++i) dims.push_back(value.dim(i));
    return int_vector(dims, dtype);
  }
  return emit("Shape", {value}, {{"out_type", dtype}});
}

Value reshape_like(const Value& value, const Value& like) {
  const Shape& shape = like.shape();
  if (value.shape() == shape && known(value)) return value;
  if (shape.has_rank() && !known(like)) {
    // Reshape finds one open dimension by itself, unless another one is 0.
    std::vector<int64_t> dims(shape.begin(), shape.end());
    const bool empty = std::find(dims.begin(), dims.end(), 0) != dims.end();
    if (!empty && std::count(dims.begin(), dims.end(), Shape::kUnknownDim) == 1) {
      return reshape(value, int_vector(dims));
    }
  }
  return reshape(value, shape_of(like));
}

Value zeros_like(const Value& value) { return emit("ZerosLike", {value}); }
Value ones_like(const Value& value) { return emit("OnesLike", {value}); }

Value scalar_like(const Value& value, double number) {
  return emit("Cast", {Tensor::scalar(number)},
              {{"SrcT", DType::float64}, {"DstT", value.dtype()}});
}

Value conj(const Value& value) { return is_complex(value.dtype()) ? emit("Conj", {value}) : value; }

Value item(const Value& vector, int64_t i) {
  if (vector.is_dense() && vector.dtype() == DType::int32) {
    if (vector.rank() != 1 || i >= vector.size() || i < -vector.size()) {
      fail(Code::invalid_argument, "item ", i, " was expected in a vector; its shape is ",
           vector.shape());
    }
    return Tensor::scalar(vector.data<int32_t>()[i < 0 ? i + vector.size() : i]);
  }
  const auto at = [](int64_t k) { return Tensor::vector<int32_t>({static_cast<int32_t>(k)}); };
  // An end of 0 stands for the far end when the item is the last one.
  return emit("StridedSlice", {vector, at(i), at(i + 1), at(1)},
              {{"shrink_axis_mask", int64_t{1}}, {"end_mask", int64_t{i == -1}}});
}

Value int_vector(const std::vector<int64_t>& items, DType dtype) {
  if (dtype == DType::int64) return Tensor::vector(items);
  std::vector<int32_t> narrow(items.begin(), items.end());
  return Tensor::vector(narrow);
}

Value add(const Value& x, const Value& y) { return emit("AddV2", {x, y}); }
Value sub(const Value& x, const Value& y) { return emit("Sub", {x, y}); }
Value mul(const Value& x, const Value& y) { return emit("Mul", {x, y}); }
Value div(const Value& x, const Value& y) { return emit("RealDiv", {x, y}); }
Value neg(const Value& x) { return emit("Neg", {x}); }
Value square(const Value& x) { return emit("Square", {x}); }

Value sum(const Value& x, const Value& axes, bool keep_dims) {
  return emit("Sum", {x, axes}, {{"keep_dims", keep_dims}});
}

Value reshape(const Value& x, const Value& shape) { return emit("Reshape", {x, shape}); }

Value cast(const Value& x, DType to) {
  if (x.dtype() == to) return x;
  return emit("Cast", {x}, {{"SrcT", x.dtype()}, {"DstT", to}});
}

}  // namespace rill::grads
