// Rows of a matrix combined by the segment they belong to.
#pragma once

#include <cstdint>

#include "rill/dtype.hpp"

namespace rill::kernels {

enum class SegmentOp : uint8_t { sum, mean, prod, max, min };

struct Segment {
  // segments: one a row; negative ones are left out. The caller has checked that they are less than
  // the number of segments. counts: `segments` numbers of scratch.
  using Fn = void (*)(const Segment& self, const void* x, const int64_t* segment, int64_t* counts,
                      void* y);
  Fn fn = nullptr;
  int64_t rows = 0;
  int64_t columns = 0;
  int64_t segments = 0;
  // Segments without rows: what the combination starts from (the lowest number for max), or
  // TensorFlow's value for sorted segments: 1 for prod, else 0.
  bool empty_is_start = true;
};

Segment prepare_segment(SegmentOp op, DType dtype);

}  // namespace rill::kernels
