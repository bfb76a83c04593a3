#include <cstdint>

#include "kernels/simd/functions.h"
#include "kernels/simd/table.h"

namespace rill::kernels::RILL_ISA {
namespace {

template <typename F>
void map2(const float* a, const float* b, float* y, int64_t n, BinaryMode mode, float alpha) {
  if (mode == BinaryMode::vector_vector) {
#pragma GCC ivdep
    for (int64_t i = 0; i < n; ++i) y[i] = F::f(a[i], b[i], alpha);
  } else if (mode == BinaryMode::scalar_vector) {
    const float s = *a;
#pragma GCC ivdep
    for (int64_t i = 0; i < n; ++i) y[i] = F::f(s, b[i], alpha);
  } else {
    const float s = *b;
#pragma GCC ivdep
    for (int64_t i = 0; i < n; ++i) y[i] = F::f(a[i], s, alpha);
  }
}

template <typename F>
void compare(const float* a, const float* b, bool* y, int64_t n, BinaryMode mode) {
  auto* out = reinterpret_cast<unsigned char*>(y);
  if (mode == BinaryMode::vector_vector) {
#pragma GCC ivdep
    for (int64_t i = 0; i < n; ++i) out[i] = F::f(a[i], b[i]);
  } else if (mode == BinaryMode::scalar_vector) {
    const float s = *a;
#pragma GCC ivdep
    for (int64_t i = 0; i < n; ++i) out[i] = F::f(s, b[i]);
  } else {
    const float s = *b;
#pragma GCC ivdep
    for (int64_t i = 0; i < n; ++i) out[i] = F::f(a[i], s);
  }
}

}  // namespace

void fill_binary(SimdTable& table);
void fill_binary(SimdTable& table) {
  for_each_binary([&]<BinaryOp op, typename F>() { table.binary[static_cast<int>(op)] = map2<F>; });
  for_each_comparison(
      [&]<BinaryOp op, typename F>() { table.compare[static_cast<int>(op)] = compare<F>; });
}

}  // namespace rill::kernels::RILL_ISA
