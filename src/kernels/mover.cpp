#include "kernels/mover.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <string>

#include "base/fail.h"
#include "rill/tensor.hpp"

namespace rill::kernels {
namespace {

using Handle = std::shared_ptr<Opaque>;

template <typename T>
void fill_as(const void* value, void* to, int64_t n) {
  std::fill_n(static_cast<T*>(to), n, *static_cast<const T*>(value));
}

void fill_bytes(const void* value, void* to, int64_t n, size_t size) {
  switch (size) {
    case 1:
      return fill_as<uint8_t>(value, to, n);
    case 2:
      return fill_as<uint16_t>(value, to, n);
    case 4:
      return fill_as<uint32_t>(value, to, n);
    case 8:
      return fill_as<uint64_t>(value, to, n);
    default:
      for (int64_t i = 0; i < n; ++i) {
        std::memcpy(static_cast<char*>(to) + i * static_cast<int64_t>(size), value, size);
      }
  }
}

}  // namespace

Mover::Mover(DType dtype) : size_(dtype_size(dtype)), kind_(Kind::bytes) {
  if (dtype == DType::string) {
    kind_ = Kind::strings;
    size_ = sizeof(std::string);
  } else if (dtype == DType::resource || dtype == DType::variant) {
    kind_ = Kind::handles;
    size_ = sizeof(Handle);
  } else if (size_ == 0) {
    fail(Code::unimplemented, "elements of dtype ", dtype_name(dtype), " cannot be moved");
  }
}

void Mover::copy(const void* from, void* to, int64_t n) const {
  switch (kind_) {
    case Kind::bytes:
      if (n > 0) std::memcpy(to, from, static_cast<size_t>(n) * size_);
      return;
    case Kind::strings:
      std::copy_n(static_cast<const std::string*>(from), n, static_cast<std::string*>(to));
      return;
    case Kind::handles:
      std::copy_n(static_cast<const Handle*>(from), n, static_cast<Handle*>(to));
  }
}

void Mover::fill(const void* value, void* to, int64_t n) const {
  switch (kind_) {
    case Kind::bytes:
      return fill_bytes(value, to, n, size_);
    case Kind::strings:
      return fill_as<std::string>(value, to, n);
    case Kind::handles:
      return fill_as<Handle>(value, to, n);
  }
}

void Mover::clear(void* to, int64_t n) const {
  switch (kind_) {
    case Kind::bytes:
      if (n > 0) std::memset(to, 0, static_cast<size_t>(n) * size_);
      return;
    case Kind::strings:
      for (int64_t i = 0; i < n; ++i) static_cast<std::string*>(to)[i].clear();
      return;
    case Kind::handles:
      for (int64_t i = 0; i < n; ++i) static_cast<Handle*>(to)[i].reset();
  }
}

}  // namespace rill::kernels
