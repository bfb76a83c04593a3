// TensorShapeProto: dim = 2 {size = 1, name = 2}, unknown_rank = 3.
#pragma once

#include "codec/proto_wire.h"
#include "rill/shape.hpp"

namespace rill::formats {

// Throws INVALID_ARGUMENT for a shape that cannot exist.
Shape read_shape(proto::Reader message);
void write_shape(proto::Writer& out, uint32_t field, const Shape& shape);

}  // namespace rill::formats
