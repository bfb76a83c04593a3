// Rows of a matrix combined by the segment they belong to.
#pragma once

#include <cstdint>

#include "rill/dtype.hpp"

namespace rill::kernels {

enum class SegmentOp : uint8_t { sum, mean, prod, max, min };

struct Segment {
  // segments: one a row; negative ones are left out. The caller has checked that they are less than
  // the number of segments. scratch: `scratch_bytes()`.
  using Fn = void (*)(const Segment& self, const void* x, const int64_t* segment, void* scratch,
                      void* y);
  Fn fn = nullptr;
  int64_t rows = 0;
  int64_t columns = 0;
  int64_t segments = 0;
  size_t count_bytes = 1;  // of scratch for each segment
  size_t scratch_bytes() const { return static_cast<size_t>(segments) * count_bytes; }
  // Segments without rows: what the combination starts from (the lowest number for max), or
  // TensorFlow's value for sorted segments: 1 for prod, else 0.
  bool empty_is_start = true;
};

Segment prepare_segment(SegmentOp op, DType dtype);

}  // namespace rill::kernels
