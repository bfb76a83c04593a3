// Serialised TensorProto messages for the ops that read them (ParseTensor). Those who may include
// the formats (src/io) implement it.
#pragma once

#include <string_view>

#include "rill/tensor.hpp"

namespace rill {

// Throws INVALID_ARGUMENT, DATA_LOSS or RESOURCE_EXHAUSTED for what is no tensor.
Tensor tensor_from_proto(std::string_view bytes);

}  // namespace rill
