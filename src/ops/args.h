// Helpers that ops share: reading integer arguments, and naming the node in errors at run time.
#pragma once

#include <string>
#include <vector>

#include "op/kernel_context.h"
#include "op/prepared.h"
#include "op/shape_context.h"

namespace rill {

// "Gather node 'x': ": captured by prepared kernels, which no longer see their context.
inline std::string who(const NodeAccess& node) {
  return str(node.op(), " node ", quoted(node.node_name()), ": ");
}

// Element i of an int16, int32 or int64 array.
inline int64_t index_at(const void* data, DType dtype, int64_t i) {
  switch (dtype) {
    case DType::int32:
      return static_cast<const int32_t*>(data)[i];
    case DType::int16:
      return static_cast<const int16_t*>(data)[i];
    default:
      return static_cast<const int64_t*>(data)[i];
  }
}

// The same the other way, of an int32 or int64 array.
inline void put_index(void* data, DType dtype, int64_t i, int64_t v) {
  if (dtype == DType::int64) {
    static_cast<int64_t*>(data)[i] = v;
  } else {
    static_cast<int32_t*>(data)[i] = static_cast<int32_t>(v);
  }
}
inline void put_index(Tensor& out, int64_t i, int64_t v) {
  put_index(out.raw(), out.dtype(), i, v);
}

// "[1,2,0]" in a message: position `flat` of a tensor of this shape, as TensorFlow's messages print
// indices. Written only when the message is; lives no longer than the shape.
struct PositionText {
  int64_t flat;
  const Shape& shape;
};
inline PositionText position_text(int64_t flat, const Shape& shape) { return {flat, shape}; }
void append_to(std::string& out, const PositionText& position);

// dims[begin, end) multiplied. The shape belongs to a tensor, so it cannot overflow.
inline int64_t product(const Shape& shape, int begin, int end) {
  uint64_t n = 1;  // wraps round only where another dimension is 0, and nothing is read
  for (int i = begin; i < end; ++i) n *= static_cast<uint64_t>(shape[i]);
  return static_cast<int64_t>(n);
}

// dims[begin, end), and one shape after the other. Unknown dimensions stay unknown.
Shape sub_shape(const Shape& shape, int begin, int end);
Shape join(const Shape& a, const Shape& b);

// Throws INVALID_ARGUMENT for a negative dimension or a number of elements beyond 63 bits.
void require_valid_shape(const NodeAccess& node, const std::vector<int64_t>& dims);

}  // namespace rill
