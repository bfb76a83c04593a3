// Lists of tensors as gradients build them.
#pragma once

#include "op/emit.h"

namespace rill {

inline Value element_shape_of_list(const Value& list) {
  return emit("TensorListElementShape", {list}, {{"shape_type", DType::int32}});
}

// A list as long as `list` whose elements are not set, which is zero.
inline Value blank_list_like(const Value& list, DType dtype) {
  return emit("TensorListReserve", {element_shape_of_list(list), emit("TensorListLength", {list})},
              {{"element_dtype", dtype}, {"shape_type", DType::int32}});
}

}  // namespace rill
