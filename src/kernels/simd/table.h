// What the sources of this folder offer, as plain function pointers. Each source is compiled once
// an instruction set and fills its part of one table; kernels/dispatch.h picks the table at start.
// No function here allocates, throws or starts threads. Only plain types: see op_codes.h.
#pragma once

#include <cstdint>

#include "kernels/op_codes.h"

namespace rill::kernels {

enum class FloatReduce : int { sum, prod, max, min, sum_squares, sum_centred_squares };
inline constexpr int kFloatReduces = 6;

struct SimdTable {
  using UnaryFn = void (*)(const float* x, float* y, int64_t n, float alpha);
  using BinaryFn = void (*)(const float* a, const float* b, float* y, int64_t n, BinaryMode mode,
                            float alpha);
  using CompareFn = void (*)(const float* a, const float* b, bool* y, int64_t n, BinaryMode mode);

  using ReduceFn = float (*)(const float* x, int64_t n, float center);
  // Into acc[columns], row after row; `center` has `columns` elements or is null where unused.
  using ReduceRowsFn = void (*)(const float* x, int64_t rows, int64_t stride, int64_t columns,
                                const float* center, float* acc);

  const char* name = nullptr;
  // In place (y == x) is fine; other overlap is not. Null where there is only the generic kernel.
  UnaryFn unary[kUnaryOps] = {};
  BinaryFn binary[kBinaryOps] = {};
  CompareFn compare[kBinaryOps] = {};

  // For blocks of some thousand elements: accumulates in float.
  ReduceFn reduce[kFloatReduces] = {};
  ReduceRowsFn reduce_rows[kFloatReduces] = {};

  void (*half_to_float)(const uint16_t* x, float* y, int64_t n) = nullptr;
  void (*float_to_half)(const float* x, uint16_t* y, int64_t n) = nullptr;
  void (*bfloat_to_float)(const uint16_t* x, float* y, int64_t n) = nullptr;
  void (*float_to_bfloat)(const float* x, uint16_t* y, int64_t n) = nullptr;
};

}  // namespace rill::kernels
