// Packing a large matrix by several threads: a new page of the result costs as much as its copy.
#pragma once

#include <algorithm>
#include <cstdint>

#include "kernels/dense_table.h"
#include "kernels/parallel.h"

namespace rill::kernels {

// DenseTable::pack by at most `threads` threads.
inline void pack_panels(int threads, const float* b, int64_t row, int64_t col, int64_t k, int64_t n,
                        float* out, int64_t k_first, int64_t k_total) {
  constexpr int64_t kWorthThreads = 128 << 10;  // floats
  const DenseTable& table = dense_table();
  if (threads <= 1 || k * n < kWorthThreads) {
    return table.pack(b, row, col, k, n, out, k_first, k_total);
  }
  const int64_t width = table.panel_width;
  const int64_t panels = (n + width - 1) / width;
  // A few panels at once: neighbouring columns share cache lines and pages.
  const int64_t step = std::max<int64_t>(1, panels / (4 * threads));
  for_tasks(threads, (panels + step - 1) / step, [&](int, int64_t task) {
    const int64_t column = task * step * width;
    table.pack(b + column * col, row, col, k, std::min(step * width, n - column),
               out + column * k_total, k_first, k_total);
  });
}

}  // namespace rill::kernels
