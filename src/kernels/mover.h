// Copies and fills elements of any dtype: bytes where elements are bytes, assignments for strings
// and handles. Memory of strings and handles must hold live objects.
#pragma once

#include <cstddef>
#include <cstdint>

#include "rill/dtype.hpp"

namespace rill::kernels {

class Mover {
 public:
  enum class Kind : uint8_t { bytes, strings, handles };

  // Throws UNIMPLEMENTED for DType::invalid.
  explicit Mover(DType dtype);

  Kind kind() const noexcept { return kind_; }
  // Bytes from one element to the next.
  size_t size() const noexcept { return size_; }
  const char* at(const void* base, int64_t i) const noexcept {
    return static_cast<const char*>(base) + i * static_cast<int64_t>(size_);
  }
  char* at(void* base, int64_t i) const noexcept {
    return static_cast<char*>(base) + i * static_cast<int64_t>(size_);
  }
  // n neighbouring elements; the ranges do not overlap.
  void copy(const void* from, void* to, int64_t n) const;
  void fill(const void* value, void* to, int64_t n) const;
  // Zero, "", or no handle.
  void clear(void* to, int64_t n) const;

 private:
  size_t size_;
  Kind kind_;
};

}  // namespace rill::kernels
