// float16 and bfloat16 to float and back, to nearest even, by integer arithmetic.
#include <cstdint>

#include "kernels/simd/math.h"
#include "kernels/simd/table.h"

namespace rill::kernels::RILL_ISA {
namespace {

inline float widened(uint16_t x) {
  const uint32_t sign = static_cast<uint32_t>(x & 0x8000u) << 16;
  const uint32_t shifted = static_cast<uint32_t>(x & 0x7fffu) << 13;
  const uint32_t exponent = shifted & 0x0f800000u;
  const float subnormal = from_bits(shifted + (113u << 23)) - from_bits(113u << 23);
  const uint32_t rest = shifted + (exponent == 0x0f800000u ? 224u << 23 : 112u << 23);
  return from_bits((exponent == 0 ? to_bits(subnormal) : rest) | sign);
}

void half_to_float(const uint16_t* x, float* y, int64_t n) {
  for (int64_t i = 0; i < n; ++i) y[i] = widened(x[i]);
}

// The sum of two numbers that float16 has, rounded to it. Below 2^-14 sums are exact.
inline float half_sum(float a, float b) {
  const uint32_t bits = to_bits(a + b);
  const uint32_t size = bits & 0x7fffffffu;
  const uint32_t near = (size + 0xfffu + ((size >> 13) & 1u)) & ~0x1fffu;
  const uint32_t finite = near >= 0x47800000u ? 0x7f800000u : near;  // from 2^16 on
  return from_bits((size > 0x7f800000u ? size : finite) | (bits & 0x80000000u));
}

template <int64_t kColumns>
void add_columns(const uint16_t* x, int64_t rows, int64_t stride, float* acc) {
  float lane[kColumns];
  for (int64_t c = 0; c < kColumns; ++c) lane[c] = acc[c];
  for (int64_t r = 0; r < rows; ++r) {
    for (int64_t c = 0; c < kColumns; ++c) lane[c] = half_sum(lane[c], widened(x[r * stride + c]));
  }
  for (int64_t c = 0; c < kColumns; ++c) acc[c] = lane[c];
}

void add_halves(const uint16_t* x, int64_t rows, int64_t stride, int64_t columns, float* acc) {
  constexpr int64_t kWide = 32;
  int64_t c = 0;
  for (; c + kWide <= columns; c += kWide) add_columns<kWide>(x + c, rows, stride, acc + c);
  for (int64_t r = 0; r < rows; ++r) {
    for (int64_t k = c; k < columns; ++k) acc[k] = half_sum(acc[k], widened(x[r * stride + k]));
  }
}

void float_to_half(const float* x, uint16_t* y, int64_t n) {
  for (int64_t i = 0; i < n; ++i) {
    const uint32_t bits = to_bits(x[i]);
    const uint32_t a = bits & 0x7fffffffu;
    const uint32_t special = a > 0x7f800000u ? 0x7e00u : 0x7c00u;
    const uint32_t subnormal = to_bits(from_bits(a) + 0.5f) - to_bits(0.5f);
    const uint32_t normal = (a + 0xc8000fffu + ((a >> 13) & 1u)) >> 13;
    const uint32_t finite = a < (113u << 23) ? subnormal : normal;
    y[i] = static_cast<uint16_t>((a >= (143u << 23) ? special : finite) | ((bits >> 16) & 0x8000u));
  }
}

void bfloat_to_float(const uint16_t* x, float* y, int64_t n) {
  for (int64_t i = 0; i < n; ++i) y[i] = from_bits(static_cast<uint32_t>(x[i]) << 16);
}

void float_to_bfloat(const float* x, uint16_t* y, int64_t n) {
  for (int64_t i = 0; i < n; ++i) {
    const uint32_t u = to_bits(x[i]);
    const uint32_t nan = (u >> 16) | 0x40u;
    const uint32_t rounded = (u + 0x7fffu + ((u >> 16) & 1u)) >> 16;
    y[i] = static_cast<uint16_t>((u & 0x7fffffffu) > 0x7f800000u ? nan : rounded);
  }
}

}  // namespace

void fill_convert(SimdTable& table);
void fill_convert(SimdTable& table) {
  table.half_to_float = half_to_float;
  table.float_to_half = float_to_half;
  table.bfloat_to_float = bfloat_to_float;
  table.float_to_bfloat = float_to_bfloat;
  table.add_halves = add_halves;
}

}  // namespace rill::kernels::RILL_ISA
