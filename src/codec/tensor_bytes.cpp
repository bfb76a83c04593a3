#include "codec/tensor_bytes.h"

#include <algorithm>
#include <cstring>
#include <limits>

#include "base/fail.h"
#include "tensor/buffer.h"
#include "tensor/stored.h"

namespace rill {
namespace {

constexpr uint64_t kWorthKeeping = 32 << 10;  // bytes: below, a copy costs less than a page

}  // namespace

uint64_t tensor_byte_size(DType dtype, const Shape& shape) {
  const size_t element = dtype_size(dtype);
  if (element == 0) {
    fail(Code::invalid_argument, "elements of dtype ", dtype, " have no fixed size");
  }
  const int64_t count = shape.num_elements();
  if (count < 0 || count > std::numeric_limits<int64_t>::max() / static_cast<int64_t>(element)) {
    fail(Code::invalid_argument, "a tensor of shape ", shape, " is too large");
  }
  return static_cast<uint64_t>(count) * element;
}

Tensor tensor_over(DType dtype, const Shape& shape, const SharedBytes& bytes) {
  const uint64_t size = tensor_byte_size(dtype, shape);
  if (size != bytes.size()) {
    fail(Code::data_loss, "a ", dtype, " tensor of shape ", shape, " has ", size, " bytes, found ",
         bytes.size());
  }
  const std::byte* data = bytes.bytes.data();
  // A bool that is neither 0 nor 1 must not get into C++.
  const bool clean = dtype != DType::bool_ ||
                     std::all_of(data, data + size, [](std::byte b) { return b <= std::byte{1}; });
  const bool aligned = reinterpret_cast<uintptr_t>(data) % element_alignment(dtype) == 0;
  if (size > 0 && bytes.keeper != nullptr && aligned && clean) {
    return Tensor::from_buffer(
        dtype, shape, foreign_buffer(const_cast<std::byte*>(data), bytes.size(), bytes.keeper));
  }
  if (size >= kWorthKeeping && bytes.keeper != nullptr && dtype != DType::bool_) {
    return stored_tensor(dtype, shape, data, bytes.keeper);
  }
  Tensor out(dtype, shape);
  if (size == 0) return out;
  if (clean) {
    std::memcpy(out.raw(), data, bytes.size());
  } else {
    bool* to = out.data<bool>();
    for (size_t i = 0; i < bytes.size(); ++i) to[i] = data[i] != std::byte{0};
  }
  return out;
}

Bytes tensor_bytes(const Tensor& tensor) {
  return {static_cast<const std::byte*>(tensor.raw()), tensor.bytes()};
}

}  // namespace rill
