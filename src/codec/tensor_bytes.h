// Tensors over bytes of files.
#pragma once

#include "codec/bytes.h"
#include "rill/tensor.hpp"

namespace rill {

// Bytes that the elements take. Throws INVALID_ARGUMENT when the count does not fit 63 bits or the
// dtype is not plain.
uint64_t tensor_byte_size(DType dtype, const Shape& shape);

// A tensor of a plain dtype whose elements are `bytes`, little-endian and row-major. It shares the
// bytes and keeps their owner alive when they have one and lie where elements may
// (element_alignment()); large ones that do not are copied when they are first read, others now.
// Throws DATA_LOSS when the size is not what dtype and shape need.
Tensor tensor_over(DType dtype, const Shape& shape, const SharedBytes& bytes);

// The elements of a plain tensor as bytes; valid as long as the tensor.
Bytes tensor_bytes(const Tensor& tensor);

}  // namespace rill
