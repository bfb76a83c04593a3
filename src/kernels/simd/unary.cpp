#include <cstdint>

#include "kernels/simd/blocks.h"
#include "kernels/simd/functions.h"
#include "kernels/simd/table.h"

extern "C" float sinf(float);
extern "C" float cosf(float);

namespace rill::kernels::RILL_ISA {
namespace {

// Arguments beyond the fast reduction go to the C library.
template <typename F, float (*slow)(float)>
void map_trig(const float* x, float* y, int64_t n, float) {
  constexpr int64_t kStretch = 64;
  for (int64_t begin = 0; begin < n; begin += kStretch) {
    const int64_t length = n - begin < kStretch ? n - begin : kStretch;
    const float* xs = x + begin;
    float* ys = y + begin;
    int large = 0;
    for (int64_t i = 0; i < length; ++i) large |= !(abs1(xs[i]) <= kSinLimit);
    if (large) {
      for (int64_t i = 0; i < length; ++i) {
        ys[i] = abs1(xs[i]) <= kSinLimit ? F::f(xs[i], 0.0f) : slow(xs[i]);
      }
    } else {
      map<F, float>(xs, ys, length, 0.0f);
    }
  }
}

}  // namespace

void fill_unary(SimdTable& table);
void fill_unary(SimdTable& table) {
  for_each_unary(
      [&]<UnaryOp op, typename F>() { table.unary[static_cast<int>(op)] = map<F, float>; });
  table.unary[static_cast<int>(UnaryOp::sin)] = map_trig<f1::sin, sinf>;
  table.unary[static_cast<int>(UnaryOp::cos)] = map_trig<f1::cos, cosf>;
}

}  // namespace rill::kernels::RILL_ISA
