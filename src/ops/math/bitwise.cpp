#include "op/emit.h"
#include "ops/gradient_tools.h"
#include "ops/math/elementwise.h"
#include "rill/ops/math.hpp"

namespace rill {

Value ops::bitwise_and(const Value& x, const Value& y, std::string_view name) {
  return emit("BitwiseAnd", {x, y}, {}, name);
}
Value ops::bitwise_or(const Value& x, const Value& y, std::string_view name) {
  return emit("BitwiseOr", {x, y}, {}, name);
}
Value ops::bitwise_xor(const Value& x, const Value& y, std::string_view name) {
  return emit("BitwiseXor", {x, y}, {}, name);
}
Value ops::left_shift(const Value& x, const Value& y, std::string_view name) {
  return emit("LeftShift", {x, y}, {}, name);
}
Value ops::right_shift(const Value& x, const Value& y, std::string_view name) {
  return emit("RightShift", {x, y}, {}, name);
}
Value ops::logical_and(const Value& x, const Value& y, std::string_view name) {
  return emit("LogicalAnd", {x, y}, {}, name);
}
Value ops::logical_or(const Value& x, const Value& y, std::string_view name) {
  return emit("LogicalOr", {x, y}, {}, name);
}

void register_bitwise(OpRegistry& registry) {
  using elementwise::binary_def;
  using grads::not_differentiable;
  using enum kernels::BinaryOp;
  const std::vector<AttrDef> attrs = {type_attr("T", kIntegerTypes)};
  registry.add(
      not_differentiable(binary_def<bitwise_and>("BitwiseAnd(x: T, y: T) -> (z: T)", attrs)));
  registry.add(
      not_differentiable(binary_def<bitwise_or>("BitwiseOr(x: T, y: T) -> (z: T)", attrs)));
  registry.add(
      not_differentiable(binary_def<bitwise_xor>("BitwiseXor(x: T, y: T) -> (z: T)", attrs)));
  registry.add(
      not_differentiable(binary_def<left_shift>("LeftShift(x: T, y: T) -> (z: T)", attrs)));
  registry.add(
      not_differentiable(binary_def<right_shift>("RightShift(x: T, y: T) -> (z: T)", attrs)));
  registry.add(
      not_differentiable(binary_def<logical_and>("LogicalAnd(x: bool, y: bool) -> (z: bool)", {})));
  registry.add(
      not_differentiable(binary_def<logical_or>("LogicalOr(x: bool, y: bool) -> (z: bool)", {})));
}

}  // namespace rill
