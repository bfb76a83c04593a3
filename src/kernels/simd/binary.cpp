#include <cstdint>

#include "kernels/simd/functions.h"
#include "kernels/simd/table.h"

extern "C" float powf(float, float);

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

// Operands that are not plain go to the C library.
void map_pow(const float* a, const float* b, float* y, int64_t n, BinaryMode mode, float) {
  constexpr int64_t kBlock = 64;
  // The result may take the place of a scalar operand: that is read once.
  const float sa = *a;
  const float sb = *b;
  for (int64_t begin = 0; begin < n; begin += kBlock) {
    const int64_t length = n - begin < kBlock ? n - begin : kBlock;
    float as[kBlock];
    float bs[kBlock];
    for (int64_t i = 0; i < length; ++i) {
      as[i] = mode == BinaryMode::scalar_vector ? sa : a[begin + i];
    }
    for (int64_t i = 0; i < length; ++i) {
      bs[i] = mode == BinaryMode::vector_scalar ? sb : b[begin + i];
    }
    int special = 0;
    for (int64_t i = 0; i < length; ++i) special |= !is_plain_power(as[i], bs[i]);
    float* ys = y + begin;
    for (int64_t i = 0; i < length; ++i) ys[i] = pow1(as[i], bs[i]);
    if (!special) continue;
    for (int64_t i = 0; i < length; ++i) {
      if (!is_plain_power(as[i], bs[i])) ys[i] = powf(as[i], bs[i]);
    }
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
  table.binary[static_cast<int>(BinaryOp::pow)] = map_pow;
  for_each_comparison(
      [&]<BinaryOp op, typename F>() { table.compare[static_cast<int>(op)] = compare<F>; });
}

}  // namespace rill::kernels::RILL_ISA
