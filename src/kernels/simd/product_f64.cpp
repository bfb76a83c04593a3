// C = A B in double precision, a panel of B at a time: sums of some rows stay in registers.
#include "kernels/simd/dense_isa.h"
#include "kernels/simd/dense_vec.h"

namespace rill::kernels::RILL_ISA {
namespace {

constexpr int64_t kDoubles = kVector / 2;
constexpr int kColumns = static_cast<int>(kPanelF64 / kDoubles);  // vectors of a panel
typedef double Double __attribute__((vector_size(kDoubles * 8)));
typedef double DoubleU __attribute__((vector_size(kDoubles * 8), aligned(8), may_alias));

inline Double load_d(const double* p) { return *reinterpret_cast<const DoubleU*>(p); }

inline Double fma_d(double a, Double b, Double c) {
#if defined(__AVX512F__)
  return _mm512_fmadd_pd(_mm512_set1_pd(a), b, c);
#elif defined(__FMA__)
  return _mm256_fmadd_pd(_mm256_set1_pd(a), b, c);
#else
  return a * b + c;
#endif
}

template <int R>
void rows(const ProductF64& job, int64_t i) {
  Double sum[R][kColumns] = {};
  const double* a = job.a + i * job.a_row;
  for (int64_t p = 0; p < job.k; ++p) {
    Double b[kColumns];
    for (int v = 0; v < kColumns; ++v) b[v] = load_d(job.b + p * kPanelF64 + v * kDoubles);
#pragma GCC unroll 4
    for (int r = 0; r < R; ++r) {
      const double x = a[r * job.a_row + p * job.a_column];
#pragma GCC unroll 4
      for (int v = 0; v < kColumns; ++v) sum[r][v] = fma_d(x, b[v], sum[r][v]);
    }
  }
  for (int r = 0; r < R; ++r) {
    double* c = job.c + (i + r) * job.c_row;
    for (int64_t j = 0; j < job.n; ++j) c[j] = sum[r][j / kDoubles][j % kDoubles];
  }
}

}  // namespace

void product_f64(const ProductF64& job) {
  int64_t i = 0;
  for (; i + 4 <= job.m; i += 4) rows<4>(job, i);
  for (; i < job.m; ++i) rows<1>(job, i);
}

}  // namespace rill::kernels::RILL_ISA
