#include <cstdint>

#include "kernels/simd/blocks.h"
#include "kernels/simd/functions.h"
#include "kernels/simd/table.h"

extern "C" float powf(float, float);

namespace rill::kernels::RILL_ISA {
namespace {

// A scalar is a block of copies that stands still: one copy of each function does for all modes.
constexpr int64_t kStep = kBlock<float>;
using Blocks = void (*)(const float* a, int64_t a_step, const float* b, int64_t b_step, void* y,
                        int64_t n, float alpha);

template <typename F>
void map2_blocks(const float* a, int64_t a_step, const float* b, int64_t b_step, void* out,
                 int64_t n, float alpha) {
  auto* y = static_cast<float*>(out);
  for (; n > 0; n -= kStep, a += a_step, b += b_step, y += kStep) {
#pragma GCC ivdep
    for (int64_t i = 0; i < kStep; ++i) y[i] = F::f(a[i], b[i], alpha);
  }
}

template <typename F>
void compare_blocks(const float* a, int64_t a_step, const float* b, int64_t b_step, void* out,
                    int64_t n, float) {
  auto* y = static_cast<unsigned char*>(out);
  for (; n > 0; n -= kStep, a += a_step, b += b_step, y += kStep) {
#pragma GCC ivdep
    for (int64_t i = 0; i < kStep; ++i) y[i] = F::f(a[i], b[i]);
  }
}

template <typename F>
struct AsFloat {
  static inline float f(float a, float b, float) { return F::f(a, b) ? 1.0f : 0.0f; }
};

struct Operand {
  Operand(const float* x, bool scalar, int64_t whole, int64_t n) : step(scalar ? 0 : kStep) {
    const int64_t count = scalar ? kStep : n - whole;
    for (int64_t i = 0; i < count; ++i) copy[i] = scalar ? *x : x[whole + i];
    blocks = scalar ? copy : x;
  }
  float copy[kStep] = {};  // of the scalar, or of what is beyond the whole blocks
  const float* blocks;
  int64_t step;
};

void run(const float* a, const float* b, void* y, int64_t y_size, int64_t n, BinaryMode mode,
         float alpha, Blocks blocks) {
  const int64_t whole = n / kStep * kStep;
  const Operand left(a, mode == BinaryMode::scalar_vector, whole, n);
  const Operand right(b, mode == BinaryMode::vector_scalar, whole, n);
  blocks(left.blocks, left.step, right.blocks, right.step, y, whole, alpha);
  if (whole == n) return;
  float rest[kStep];
  blocks(left.copy, 0, right.copy, 0, rest, kStep, alpha);
  const auto* from = reinterpret_cast<const unsigned char*>(rest);
  auto* to = static_cast<unsigned char*>(y) + whole * y_size;
  for (int64_t i = 0; i < (n - whole) * y_size; ++i) to[i] = from[i];
}

template <typename F>
void map2(const float* a, const float* b, float* y, int64_t n, BinaryMode mode, float alpha) {
  run(a, b, y, sizeof(float), n, mode, alpha, map2_blocks<F>);
}

template <typename F>
void compare(const float* a, const float* b, bool* y, int64_t n, BinaryMode mode) {
  run(a, b, y, 1, n, mode, 0.0f, compare_blocks<F>);
}

// Operands that are not plain go to the C library.
void map_pow(const float* a, const float* b, float* y, int64_t n, BinaryMode mode, float) {
  constexpr int64_t kStretch = 64;
  // The result may take the place of a scalar operand: that is read once.
  const float sa = *a;
  const float sb = *b;
  for (int64_t begin = 0; begin < n; begin += kStretch) {
    const int64_t length = n - begin < kStretch ? n - begin : kStretch;
    float as[kStretch];
    float bs[kStretch];
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

}  // namespace

void fill_binary(SimdTable& table);
void fill_binary(SimdTable& table) {
  for_each_binary([&]<BinaryOp op, typename F>() { table.binary[static_cast<int>(op)] = map2<F>; });
  table.binary[static_cast<int>(BinaryOp::pow)] = map_pow;
  for_each_comparison([&]<BinaryOp op, typename F>() {
    table.compare[static_cast<int>(op)] = compare<F>;
    table.compare_float[static_cast<int>(op)] = map2<AsFloat<F>>;
  });
}

}  // namespace rill::kernels::RILL_ISA
