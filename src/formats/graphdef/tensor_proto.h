// TensorProto (tensorflow/core/framework/tensor.proto): dtype = 1, tensor_shape = 2, and either
// tensor_content = 4 (the elements, little-endian, row-major) or one of the *_val fields, whose
// last value stands for all that are missing.
#pragma once

#include "formats/graphdef/context.h"
#include "rill/tensor.hpp"

namespace rill::formats {

// Large tensors whose bytes are aligned for their type share the file's memory (context.keeper),
// large ones that are not are copied when first read, others now. Throws INVALID_ARGUMENT when
// type, shape and values do not fit together, RESOURCE_EXHAUSTED when few bytes claim to be many,
// UNIMPLEMENTED for a type rill cannot hold.
Tensor read_tensor(proto::Reader message, ReadContext& context);

// One value when all elements are the same, else tensor_content. Throws UNIMPLEMENTED for resources
// and variants.
void write_tensor(proto::Writer& out, uint32_t field, const Tensor& tensor);

// The *_val field alone, with all elements of a dense tensor. Throws UNIMPLEMENTED for resources
// and variants.
void write_values(proto::Writer& out, const Tensor& tensor);

}  // namespace rill::formats
