#include <cstddef>
#include <cstdint>

#include "kernels/simd/table.h"

namespace rill::kernels::RILL_ISA {
namespace {

typedef uint32_t Quad __attribute__((vector_size(16)));

inline Quad load(const uint32_t* from) {
  Quad q;
  __builtin_memcpy(&q, from, sizeof(q));
  return q;
}
inline void store(uint32_t* to, const Quad& q) { __builtin_memcpy(to, &q, sizeof(q)); }

// y[c, r] = x[r, c] for a 4 x 4 block.
inline void block_4x4(const uint32_t* x, int64_t x_stride, uint32_t* y, int64_t y_stride) {
  const Quad a = load(x);
  const Quad b = load(x + x_stride);
  const Quad c = load(x + 2 * x_stride);
  const Quad d = load(x + 3 * x_stride);
  const Quad ab_low = __builtin_shuffle(a, b, Quad{0, 4, 1, 5});
  const Quad ab_high = __builtin_shuffle(a, b, Quad{2, 6, 3, 7});
  const Quad cd_low = __builtin_shuffle(c, d, Quad{0, 4, 1, 5});
  const Quad cd_high = __builtin_shuffle(c, d, Quad{2, 6, 3, 7});
  store(y, __builtin_shuffle(ab_low, cd_low, Quad{0, 1, 4, 5}));
  store(y + y_stride, __builtin_shuffle(ab_low, cd_low, Quad{2, 3, 6, 7}));
  store(y + 2 * y_stride, __builtin_shuffle(ab_high, cd_high, Quad{0, 1, 4, 5}));
  store(y + 3 * y_stride, __builtin_shuffle(ab_high, cd_high, Quad{2, 3, 6, 7}));
}

void transpose_4(const uint32_t* x, int64_t x_stride, uint32_t* y, int64_t y_stride, int64_t rows,
                 int64_t columns) {
  constexpr int64_t kLine = 16;  // elements of a cache line: both sides are touched by whole lines
  for (int64_t r0 = 0; r0 < rows; r0 += kLine) {
    const int64_t r_end = r0 + kLine < rows ? r0 + kLine : rows;
    const int64_t r_whole = r0 + (r_end - r0) / 4 * 4;
    int64_t c = 0;
    for (; c + 4 <= columns; c += 4) {
      int64_t r = r0;
      for (; r < r_whole; r += 4) {
        block_4x4(x + r * x_stride + c, x_stride, y + c * y_stride + r, y_stride);
      }
      for (; r < r_end; ++r) {
        for (int64_t k = c; k < c + 4; ++k) y[k * y_stride + r] = x[r * x_stride + k];
      }
    }
    for (; c < columns; ++c) {
      for (int64_t r = r0; r < r_end; ++r) y[c * y_stride + r] = x[r * x_stride + c];
    }
  }
}

}  // namespace

void fill_transpose(SimdTable& table);
void fill_transpose(SimdTable& table) { table.transpose_4 = transpose_4; }

}  // namespace rill::kernels::RILL_ISA
