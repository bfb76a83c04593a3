// Sums of outer products of rows of two matrices: C += A^T B, both read where they lie.
#include "kernels/simd/dense_isa.h"
#include "kernels/simd/dense_vec.h"

namespace rill::kernels::RILL_ISA {
namespace {

#if defined(__AVX512F__)
constexpr int kMostVectors = 4, kAccumulators = 24;
#else
constexpr int kMostVectors = 2, kAccumulators = 12;
#endif

// Columns [row, row + R) of A by NV vectors of B.
template <int R, int NV>
__attribute__((noinline)) void block(const OuterJob& job, int64_t row, int64_t column,
                                     int64_t lanes) {
  Vec acc[R][NV] = {};
  float* const c = job.c + row * job.n + column;
  if (job.accumulate) {
#pragma GCC unroll 24
    for (int i = 0; i < R; ++i) {
      const float* p = c + i * job.n;
#pragma GCC unroll 4
      for (int j = 0; j + 1 < NV; ++j) acc[i][j] = load(p + j * kVector);
      acc[i][NV - 1] = load_part(p + (NV - 1) * kVector, lanes);
    }
  }
  for (int64_t s = 0; s < job.segments; ++s) {
    const float* a = job.a + job.a_at[s] + row;
    const float* b = job.b + job.b_at[s] + column;
    for (int64_t k = 0; k < job.length; ++k) {
      Vec bv[NV];
#pragma GCC unroll 4
      for (int j = 0; j < NV; ++j) bv[j] = load(b + j * kVector);
#pragma GCC unroll 24
      for (int i = 0; i < R; ++i) {
        const Vec x = splat(a[i]);
#pragma GCC unroll 4
        for (int j = 0; j < NV; ++j) acc[i][j] = fma(x, bv[j], acc[i][j]);
      }
      a += job.a_step;
      b += job.b_step;
    }
  }
#pragma GCC unroll 24
  for (int i = 0; i < R; ++i) {
    float* p = c + i * job.n;
#pragma GCC unroll 4
    for (int j = 0; j + 1 < NV; ++j) store(p + j * kVector, acc[i][j]);
    store_part(p + (NV - 1) * kVector, acc[i][NV - 1], lanes);
  }
}

// The rows in blocks of R, what is left in smaller ones.
template <int R, int NV>
void rows(const OuterJob& job, int64_t row, int64_t column, int64_t lanes) {
  for (; row + R <= job.m; row += R) block<R, NV>(job, row, column, lanes);
  if constexpr (R > 1) {
    constexpr int kLess = R > 12 ? 12 : R > 8 ? 8 : R > 6 ? 6 : R > 4 ? 4 : R - 1;
    if (row < job.m) rows<kLess, NV>(job, row, column, lanes);
  }
}

}  // namespace

void outer(const OuterJob& job) {
  constexpr int64_t kWidth = kMostVectors * kVector;
  for (int64_t column = 0; column < job.n; column += kWidth) {
    const int64_t columns = job.n - column < kWidth ? job.n - column : kWidth;
    const int64_t vectors = (columns + kVector - 1) / kVector;
    const int64_t lanes = columns - (vectors - 1) * kVector;
    switch (vectors) {
      case 1:
        rows<kAccumulators, 1>(job, 0, column, lanes);
        break;
      case 2:
        rows<kAccumulators / 2, 2>(job, 0, column, lanes);
        break;
#if defined(__AVX512F__)
      case 3:
        rows<kAccumulators / 3, 3>(job, 0, column, lanes);
        break;
      default:
        rows<kAccumulators / 4, 4>(job, 0, column, lanes);
        break;
#endif
    }
  }
}

}  // namespace rill::kernels::RILL_ISA
