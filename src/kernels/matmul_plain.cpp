#include "kernels/matmul_plain.h"

#include <algorithm>
#include <utility>

#include "base/thread_pool.h"
#include "kernels/accumulate.h"
#include "tensor/dispatch.h"

namespace rill::kernels {
namespace {

// One row of C, some columns at a time so that their sums stay in the cache.
template <typename T>
void row(const MatMulShape& s, const T* a, int64_t a_step, const T* b, T* c) {
  using Acc = Accumulator<T>;
  constexpr int64_t kColumns = 128;
  Acc sum[kColumns];
  const int64_t b_row = s.transpose_b ? 1 : s.n;
  const int64_t b_column = s.transpose_b ? s.k : 1;
  for (int64_t j0 = 0; j0 < s.n; j0 += kColumns) {
    const int64_t columns = std::min(kColumns, s.n - j0);
    std::fill(sum, sum + columns, Acc(0));
    for (int64_t p = 0; p < s.k; ++p) {
      const Acc x = static_cast<Acc>(a[p * a_step]);
      const T* y = b + p * b_row + j0 * b_column;
      for (int64_t j = 0; j < columns; ++j) sum[j] += x * static_cast<Acc>(y[j * b_column]);
    }
    for (int64_t j = 0; j < columns; ++j) c[j0 + j] = static_cast<T>(sum[j]);
  }
}

template <typename T>
void matmul(const MatMulShape& s, const void* a, const void* b, void* c) {
  const int64_t work = std::max<int64_t>(1, s.n * s.k);
  parallel_for(s.batch * s.m, std::max<int64_t>(1, 32768 / work), [&](int64_t begin, int64_t end) {
    for (int64_t r = begin; r < end; ++r) {
      const int64_t product = r / s.m, i = r % s.m;
      const int64_t ia = s.a_index.empty() ? product : s.a_index[static_cast<size_t>(product)];
      const int64_t ib = s.b_index.empty() ? product : s.b_index[static_cast<size_t>(product)];
      const T* pa = static_cast<const T*>(a) + ia * s.m * s.k + (s.transpose_a ? i : i * s.k);
      row(s, pa, s.transpose_a ? s.m : 1, static_cast<const T*>(b) + ib * s.k * s.n,
          static_cast<T*>(c) + r * s.n);
    }
  });
}

}  // namespace

PlainMatMul prepare_plain_matmul(DType dtype, MatMulShape shape) {
  PlainMatMul p;
  p.shape = std::move(shape);
  dispatch_integer(dtype, "MatMul", [&]<typename T>() { p.fn = matmul<T>; });
  return p;
}

}  // namespace rill::kernels
