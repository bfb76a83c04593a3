// Owns floats aligned to a cache line: packed weights.
#pragma once

#include <cstdint>

namespace rill::kernels {

class AlignedFloats {
 public:
  AlignedFloats() = default;
  // Large ones ask for huge pages: walking packed weights is otherwise bound by address
  // translation.
  explicit AlignedFloats(int64_t count);
  AlignedFloats(AlignedFloats&& other) noexcept : data_(other.data_), align_(other.align_) {
    other.data_ = nullptr;
  }
  AlignedFloats& operator=(AlignedFloats&& other) noexcept {
    float* data = other.data_;
    const auto align = other.align_;
    other.data_ = data_;
    other.align_ = align_;
    data_ = data;
    align_ = align;
    return *this;
  }
  ~AlignedFloats();
  float* get() const noexcept { return data_; }
  explicit operator bool() const noexcept { return data_ != nullptr; }

 private:
  float* data_ = nullptr;
  uint32_t align_ = 64;
};

}  // namespace rill::kernels
