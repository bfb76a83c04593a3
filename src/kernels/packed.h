// Owns floats aligned to a cache line: packed weights.
#pragma once

#include <cstddef>
#include <cstdint>
#include <new>

namespace rill::kernels {

class AlignedFloats {
 public:
  AlignedFloats() = default;
  explicit AlignedFloats(int64_t count)
      : data_(count > 0 ? static_cast<float*>(::operator new (
                              static_cast<size_t>(count) * sizeof(float), std::align_val_t{64}))
                        : nullptr) {}
  AlignedFloats(AlignedFloats&& other) noexcept : data_(other.data_) { other.data_ = nullptr; }
  AlignedFloats& operator=(AlignedFloats&& other) noexcept {
    float* data = other.data_;
    other.data_ = data_;
    data_ = data;
    return *this;
  }
  ~AlignedFloats() {
    if (data_) ::operator delete (data_, std::align_val_t{64});
  }
  float* get() const noexcept { return data_; }
  explicit operator bool() const noexcept { return data_ != nullptr; }

 private:
  float* data_ = nullptr;
};

}  // namespace rill::kernels
