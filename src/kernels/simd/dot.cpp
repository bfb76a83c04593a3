// Products with a single column: a dot product a row.
#include "kernels/simd/dense_isa.h"
#include "kernels/simd/dense_vec.h"

namespace rill::kernels::RILL_ISA {
namespace {

inline float sum(Vec v) {
  float t[kVector];
  store(t, v);
  for (int64_t n = kVector / 2; n > 0; n /= 2) {
    for (int64_t i = 0; i < n; ++i) t[i] += t[i + n];
  }
  return t[0];
}

}  // namespace

void dot_rows(const float* a, int64_t m, int64_t k, const float* b, float* c) {
  for (int64_t i = 0; i < m; ++i, a += k) {
    Vec s[4] = {};
    int64_t p = 0;
    for (; p + 4 * kVector <= k; p += 4 * kVector) {
      for (int u = 0; u < 4; ++u) {
        s[u] = fma(load(a + p + u * kVector), load(b + p + u * kVector), s[u]);
      }
    }
    for (; p < k; p += kVector) {
      const int64_t n = k - p < kVector ? k - p : kVector;
      s[0] = fma(load_part(a + p, n), load_part(b + p, n), s[0]);
    }
    c[i] = sum((s[0] + s[1]) + (s[2] + s[3]));
  }
}

}  // namespace rill::kernels::RILL_ISA
