// Transposing a matrix of floats in squares of registers.
#include "kernels/simd/dense_isa.h"
#include "kernels/simd/dense_vec.h"

namespace rill::kernels::RILL_ISA {
namespace {

#if defined(__GNUC__) && !defined(__clang__)
// Swaps the off-diagonal blocks of size S of every square of 2 S rows.
template <int S>
inline void swap_blocks(Vec (&r)[kVector]) {
  if constexpr (S < kVector) {
    IVec low, high;
    for (int j = 0; j < kVector; ++j) {
      low[j] = (j & S) ? static_cast<int32_t>(kVector) + j - S : j;
      high[j] = (j & S) ? static_cast<int32_t>(kVector) + j : j + S;
    }
#pragma GCC unroll 16
    for (int i = 0; i < kVector; ++i) {
      if (i & S) continue;
      const Vec a = r[i], b = r[i + S];
      r[i] = __builtin_shuffle(a, b, low);
      r[i + S] = __builtin_shuffle(a, b, high);
    }
    swap_blocks<2 * S>(r);
  }
}

inline void square(const float* from, int64_t from_row, float* to, int64_t to_row) {
  Vec r[kVector];
#pragma GCC unroll 16
  for (int i = 0; i < kVector; ++i) r[i] = load(from + i * from_row);
  swap_blocks<1>(r);
#pragma GCC unroll 16
  for (int i = 0; i < kVector; ++i) store(to + i * to_row, r[i]);
}
#else
inline void square(const float* from, int64_t from_row, float* to, int64_t to_row) {
  for (int64_t j = 0; j < kVector; ++j) {
    for (int64_t i = 0; i < kVector; ++i) to[j * to_row + i] = from[i * from_row + j];
  }
}
#endif

}  // namespace

void transpose(const float* from, int64_t from_row, int64_t rows, int64_t columns, float* to,
               int64_t to_row) {
  const int64_t whole_rows = rows / kVector * kVector, whole = columns / kVector * kVector;
  for (int64_t i = 0; i < whole_rows; i += kVector) {
    for (int64_t j = 0; j < whole; j += kVector) {
      square(from + i * from_row + j, from_row, to + j * to_row + i, to_row);
    }
  }
  for (int64_t i = 0; i < rows; ++i) {
    for (int64_t j = i < whole_rows ? whole : 0; j < columns; ++j) {
      to[j * to_row + i] = from[i * from_row + j];
    }
  }
}

}  // namespace rill::kernels::RILL_ISA
