// Small additions to the attribute constructors of op_def.h.
#pragma once

#include <utility>

#include "op/op_def.h"

namespace rill {

// A set of dtypes for type_attr(), spelt out.
template <DType... types>
inline constexpr DType type_set[] = {types...};

// The attribute with a least value (ints) or a least length (lists).
inline AttrDef at_least(int64_t minimum, AttrDef attr) {
  attr.minimum = minimum;
  return attr;
}

}  // namespace rill
