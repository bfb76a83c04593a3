#include "keras/layers/operations/sorting.h"

namespace rill::keras {
namespace {

std::vector<int> without(int rank, int axis) {
  std::vector<int> order;
  for (int i = 0; i < rank; ++i) {
    if (i != axis) order.push_back(i);
  }
  return order;
}

// The reverse order: TopKV2 gives the largest first. Integers turn their bits, as -x overflows.
Value turned(const Value& x) {
  return is_integer(x.dtype()) ? op::unary("Invert", x) : op::unary("Neg", x);
}

}  // namespace

Value axis_to_end(const Value& x, int axis) {
  if (axis == x.rank() - 1) return x;
  std::vector<int> order = without(x.rank(), axis);
  order.push_back(axis);
  return op::transpose(x, order);
}

Value axis_from_end(const Value& x, int axis) {
  if (axis == x.rank() - 1) return x;
  std::vector<int> order = without(x.rank(), x.rank() - 1);
  order.insert(order.begin() + axis, x.rank() - 1);
  return op::transpose(x, order);
}

Sorted sorted(const Value& given, int axis, bool descending) {
  const bool boolean = given.dtype() == DType::bool_;
  Value x = axis_to_end(boolean ? op::cast(given, DType::uint8) : given, axis);
  const op::Dim n = op::dim(x, -1);
  const Value k = n.size >= 0 ? Value(Tensor::scalar(static_cast<int32_t>(n.size))) : n.value;
  const Values best = emit_all("TopKV2", {descending ? x : turned(x), k}, {{"sorted", true}});
  Value values = descending ? best[0] : turned(best[0]);
  if (boolean) values = op::cast(values, DType::bool_);
  return {axis_from_end(values, axis), axis_from_end(best[1], axis)};
}

}  // namespace rill::keras
