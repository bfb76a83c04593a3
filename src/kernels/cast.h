// Conversion between numeric types, as TensorFlow's Cast on x86-64 converts one element:
//   to bool: x != 0 (NaN is true); from complex: the real part
//   float to int32 and narrower: through int32, what is out of range and NaN give INT32_MIN, whose
//   low
//     bits remain (int64 and uint32 through int64); TensorFlow's vectorised loops clamp some narrow
//     types instead, its scalar loops do as here
//   float to a narrower float: to nearest even, or towards zero with `truncate`
#pragma once

#include <cstdint>

#include "rill/dtype.hpp"

namespace rill::kernels {

struct Cast {
  using Fn = void (*)(const void* x, void* y, int64_t n);
  Fn fn = nullptr;
  int64_t n = 0;
  uint8_t x_size = 0;
  uint8_t y_size = 0;

  // In place is fine where the sizes agree.
  void run(const void* x, void* y) const noexcept;
};

// Throws UNIMPLEMENTED "Cast float32 to string is not supported".
Cast prepare_cast(DType from, DType to, int64_t n, bool truncate = false);

}  // namespace rill::kernels
