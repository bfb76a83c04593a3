#include <cstdint>

#include "kernels/simd/functions.h"
#include "kernels/simd/table.h"

extern "C" float sinf(float);
extern "C" float cosf(float);

namespace rill::kernels::RILL_ISA {
namespace {

template <typename F>
void map(const float* x, float* y, int64_t n, float alpha) {
#pragma GCC ivdep
  for (int64_t i = 0; i < n; ++i) y[i] = F::f(x[i], alpha);
}

// Arguments beyond the fast reduction go to the C library.
template <typename F, float (*slow)(float)>
void map_trig(const float* x, float* y, int64_t n, float) {
  constexpr int64_t kBlock = 64;
  for (int64_t begin = 0; begin < n; begin += kBlock) {
    const int64_t length = n - begin < kBlock ? n - begin : kBlock;
    const float* xs = x + begin;
    float* ys = y + begin;
    int large = 0;
    for (int64_t i = 0; i < length; ++i) large |= !(abs1(xs[i]) <= kSinLimit);
    if (large) {
      for (int64_t i = 0; i < length; ++i) {
        ys[i] = abs1(xs[i]) <= kSinLimit ? F::f(xs[i], 0.0f) : slow(xs[i]);
      }
    } else {
      map<F>(xs, ys, length, 0.0f);
    }
  }
}

}  // namespace

void fill_unary(SimdTable& table);
void fill_unary(SimdTable& table) {
  for_each_unary([&]<UnaryOp op, typename F>() { table.unary[static_cast<int>(op)] = map<F>; });
  table.unary[static_cast<int>(UnaryOp::sin)] = map_trig<f1::sin, sinf>;
  table.unary[static_cast<int>(UnaryOp::cos)] = map_trig<f1::cos, cosf>;
}

}  // namespace rill::kernels::RILL_ISA
