// Owns floats aligned to a cache line: packed weights.
#pragma once

#include <cstdint>
#include <memory>

namespace rill::kernels {

// Large ones lie on huge pages, those of one model side by side: walking packed weights is
// otherwise bound by address translation, and a first prediction by page faults.
class AlignedFloats {
 public:
  AlignedFloats() = default;
  explicit AlignedFloats(int64_t count);
  AlignedFloats(AlignedFloats&&) noexcept = default;
  AlignedFloats& operator=(AlignedFloats&&) noexcept = default;
  float* get() const noexcept { return data_.get(); }
  explicit operator bool() const noexcept { return data_ != nullptr; }

 private:
  std::shared_ptr<float> data_;  // its own memory, or a part of some that others use too
};

}  // namespace rill::kernels
