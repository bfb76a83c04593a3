#include <cstdint>

#include "kernels/simd/math.h"
#include "kernels/simd/table.h"

namespace rill::kernels::RILL_ISA {
namespace {

struct Add {
  static constexpr float kIdentity = 0.0f;
  static inline float f(float a, float b) { return a + b; }
};
struct Mul {
  static constexpr float kIdentity = 1.0f;
  static inline float f(float a, float b) { return a * b; }
};
struct Max {
  static constexpr float kIdentity = -kInf;
  static inline float f(float a, float b) { return max1(a, b); }
};
struct Min {
  static constexpr float kIdentity = kInf;
  static inline float f(float a, float b) { return min1(a, b); }
};
struct Square {
  static inline float f(float x, float) { return x * x; }
};
struct CentredSquare {
  static inline float f(float x, float c) { return (x - c) * (x - c); }
};
struct Same {
  static inline float f(float x, float) { return x; }
};

// 64 lanes on every instruction set, folded in halves: the same rounding everywhere.
constexpr int kLanes = 64;

template <typename Op, typename Map>
float contiguous(const float* x, int64_t n, float center) {
  float lane[kLanes];
  for (int j = 0; j < kLanes; ++j) lane[j] = Op::kIdentity;
  int64_t i = 0;
  for (; i + kLanes <= n; i += kLanes) {
    for (int j = 0; j < kLanes; ++j) lane[j] = Op::f(lane[j], Map::f(x[i + j], center));
  }
  const int rest = static_cast<int>(n - i);
  for (int j = 0; j < rest; ++j) lane[j] = Op::f(lane[j], Map::f(x[i + j], center));
#pragma GCC unroll 8
  for (int width = kLanes / 2; width > 0; width /= 2) {
    for (int j = 0; j < width; ++j) lane[j] = Op::f(lane[j], lane[j + width]);
  }
  return lane[0];
}

// acc[c] = op(acc[c], map(x[r, c], center[c])) over the rows; `center` may be null for Same,
// Square.
template <typename Op, typename Map, bool centred>
void rows(const float* x, int64_t count, int64_t stride, int64_t columns, const float* center,
          float* acc) {
  int64_t r = 0;
  for (; r + 4 <= count; r += 4) {
    const float* a = x + r * stride;
    const float* b = a + stride;
    const float* c = b + stride;
    const float* d = c + stride;
#pragma GCC ivdep
    for (int64_t j = 0; j < columns; ++j) {
      const float m = centred ? center[j] : 0.0f;
      const float ab = Op::f(Map::f(a[j], m), Map::f(b[j], m));
      const float cd = Op::f(Map::f(c[j], m), Map::f(d[j], m));
      acc[j] = Op::f(acc[j], Op::f(ab, cd));
    }
  }
  for (; r < count; ++r) {
    const float* a = x + r * stride;
#pragma GCC ivdep
    for (int64_t j = 0; j < columns; ++j) {
      acc[j] = Op::f(acc[j], Map::f(a[j], centred ? center[j] : 0.0f));
    }
  }
}

}  // namespace

void fill_reduce(SimdTable& table);
void fill_reduce(SimdTable& table) {
  const auto put = [&](FloatReduce op, SimdTable::ReduceFn one, SimdTable::ReduceRowsFn many) {
    table.reduce[static_cast<int>(op)] = one;
    table.reduce_rows[static_cast<int>(op)] = many;
  };
  put(FloatReduce::sum, contiguous<Add, Same>, rows<Add, Same, false>);
  put(FloatReduce::prod, contiguous<Mul, Same>, rows<Mul, Same, false>);
  put(FloatReduce::max, contiguous<Max, Same>, rows<Max, Same, false>);
  put(FloatReduce::min, contiguous<Min, Same>, rows<Min, Same, false>);
  put(FloatReduce::sum_squares, contiguous<Add, Square>, rows<Add, Square, false>);
  put(FloatReduce::sum_centred_squares, contiguous<Add, CentredSquare>,
      rows<Add, CentredSquare, true>);
}

}  // namespace rill::kernels::RILL_ISA
