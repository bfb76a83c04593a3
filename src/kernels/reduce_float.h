// Rows of floats into accumulators in double, through the vectorised kernels.
#pragma once

#include <algorithm>
#include <cstdint>

#include "kernels/dispatch.h"
#include "kernels/reduce_loops.h"

namespace rill::kernels {

// acc[c] = combine(acc[c], op over rows of x[r, c]); `center`: `columns` elements, or null where
// the operation has none. columns <= kTile.
template <typename Combine>
void float_rows(FloatReduce op, float identity, const float* x, int64_t rows, int64_t stride,
                int64_t columns, const float* center, double* acc, Combine combine) {
  const auto reduce_rows = simd().reduce_rows[static_cast<int>(op)];
  alignas(64) float lane[kTile];
  alignas(64) float wide_center[kTile];
  // Narrow tensors: several rows count as one wide row.
  const int64_t fold = columns == stride && columns < 32 ? std::min(64 / columns, rows) : 1;
  const int64_t width = fold * columns;
  const int64_t wide_rows = rows / fold;
  const float* wide = center;
  if (center != nullptr && fold > 1) {
    for (int64_t i = 0; i < width; ++i) wide_center[i] = center[i % columns];
    wide = wide_center;
  }
  std::fill(lane, lane + width, identity);
  reduce_rows(x, wide_rows, stride * fold, width, wide, lane);
  const int64_t done = wide_rows * fold;
  reduce_rows(x + done * stride, rows - done, stride, columns, center, lane);
  for (int64_t f = 0; f < fold; ++f) {
    for (int64_t c = 0; c < columns; ++c) {
      acc[c] = combine(acc[c], static_cast<double>(lane[f * columns + c]));
    }
  }
}

}  // namespace rill::kernels
