// Small additions to the attribute constructors of op_def.h.
#pragma once

#include <utility>

#include "op/node_access.h"
#include "op/op_def.h"

namespace rill {

// A set of dtypes for type_attr(), spelt out.
template <DType... types>
inline constexpr DType type_set[] = {types...};

// The attribute with a least value (ints) or a least length (lists).
inline AttrSpec at_least(int64_t minimum, AttrSpec attr) {
  attr.minimum = minimum;
  return attr;
}

// An attribute that TensorFlow's kernel reads as int32.
inline int64_t int32_attr(const NodeAccess& node, std::string_view name) {
  const int64_t value = node.attr<int64_t>(name);
  node.require(value >= INT32_MIN && value <= INT32_MAX, "Attr ", name, " has value ", value,
               " out of range for an int32");
  return value;
}

}  // namespace rill
