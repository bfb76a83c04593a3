// Tensors whose elements lie in a file at an address that their type does not allow.
//
// Protocol buffers place constants anywhere, so three float constants of four cannot be used where
// they are. Copying all of them while a file is read would hold most models in memory twice, once
// here and once as packed weights; so they are copied when somebody reads them
// (TensorKind::stored), and who only packs them takes a passing copy.
#pragma once

#include <memory>

#include "rill/tensor.hpp"

namespace rill {

// Where elements of a plain dtype may be used as they lie in a file. Kernels that only move
// elements take them as words, a complex64 as one of 8 bytes.
size_t element_alignment(DType dtype);

// A plain dtype except bool; `data` at any address, kept alive by `keeper`.
Tensor stored_tensor(DType dtype, const Shape& shape, const void* data,
                     std::shared_ptr<const void> keeper);

// Makes the tensor dense. Any thread; nothing happens to one that is dense.
void settle_stored(detail::TensorRep& rep);

// Gives `to`, which has the buffer of `from`, the same elements.
void share_data(const detail::TensorRep& from, detail::TensorRep& to);

// A copy when the tensor is stored, which stays so; the tensor itself otherwise.
Tensor passing_copy(const Tensor& tensor);

}  // namespace rill
