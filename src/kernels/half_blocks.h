// Half types are computed in float, a block on the stack at a time.
#pragma once

#include <cstdint>

#include "kernels/dispatch.h"
#include "rill/dtype.hpp"

namespace rill::kernels {

inline constexpr int64_t kHalfBlock = 512;

inline void to_float(const float16* x, float* y, int64_t n) {
  simd().half_to_float(reinterpret_cast<const uint16_t*>(x), y, n);
}
inline void to_float(const bfloat16* x, float* y, int64_t n) {
  simd().bfloat_to_float(reinterpret_cast<const uint16_t*>(x), y, n);
}
inline void from_float(const float* x, float16* y, int64_t n) {
  simd().float_to_half(x, reinterpret_cast<uint16_t*>(y), n);
}
inline void from_float(const float* x, bfloat16* y, int64_t n) {
  simd().float_to_bfloat(x, reinterpret_cast<uint16_t*>(y), n);
}

}  // namespace rill::kernels
