// The register tile of every product: MR rows times NV vectors of columns, B in packed panels.
#pragma once

#include "kernels/dense_table.h"
#include "kernels/simd/dense_vec.h"

namespace rill::kernels::RILL_ISA {

// Rows of a tile by its width in vectors: accumulators, one row of B and one broadcast fill the
// registers (32 with AVX-512, else 16).
constexpr int tile_rows(int vectors) {
#if defined(__AVX512F__)
  return vectors == 4 ? 6 : 8;
#else
  return vectors == 2 ? 6 : 8;
#endif
}

inline bool is_cheap(Act act) {
  return act == Act::none || act == Act::relu || act == Act::relu6 || act == Act::leaky_relu;
}

inline Vec cheap(Vec x, Activation act) {
  switch (act.kind) {
    case Act::relu:
      return activated<Act::relu>(x, 0);
    case Act::relu6:
      return activated<Act::relu6>(x, 0);
    case Act::leaky_relu:
      return activated<Act::leaky_relu>(x, act.alpha);
    default:
      return x;
  }
}

template <Act kind, int MR, int NV>
inline void activate_tile(Vec (&acc)[MR][NV], float alpha) {
#pragma GCC unroll 8
  for (int i = 0; i < MR; ++i) {
#pragma GCC unroll 4
    for (int j = 0; j < NV; ++j) acc[i][j] = activated<kind>(acc[i][j], alpha);
  }
}

// Bias, residual, activation; `lanes` are valid in the last vector. All loops are unrolled: the
// accumulators must stay in registers.
template <int MR, int NV>
inline void finish_tile(const PanelJob& job, float* const* c, Vec (&acc)[MR][NV], int64_t column,
                        int64_t lanes) {
  if (job.finish) {
    if (job.bias) {
#pragma GCC unroll 4
      for (int j = 0; j < NV; ++j) {
        const float* p = job.bias + column + j * kVector;
        const Vec b = j + 1 < NV ? load(p) : load_part(p, lanes);
#pragma GCC unroll 8
        for (int i = 0; i < MR; ++i) acc[i][j] += b;
      }
    }
    if (job.residual) {
#pragma GCC unroll 8
      for (int i = 0; i < MR; ++i) {
        const float* r = job.residual + (c[i] - job.c_base) + column;
#pragma GCC unroll 4
        for (int j = 0; j < NV; ++j) {
          acc[i][j] += j + 1 < NV ? load(r + j * kVector) : load_part(r + j * kVector, lanes);
        }
      }
    }
    if (job.act.kind == Act::relu) activate_tile<Act::relu>(acc, 0);
    if (job.act.kind == Act::relu6) activate_tile<Act::relu6>(acc, 0);
    if (job.act.kind == Act::leaky_relu) activate_tile<Act::leaky_relu>(acc, job.act.alpha);
  }
#pragma GCC unroll 8
  for (int i = 0; i < MR; ++i) {
    float* out = c[i] + column;
#pragma GCC unroll 4
    for (int j = 0; j + 1 < NV; ++j) store(out + j * kVector, acc[i][j]);
    store_part(out + (NV - 1) * kVector, acc[i][NV - 1], lanes);
  }
  if (job.finish && !is_cheap(job.act.kind)) {
    const int64_t columns = (NV - 1) * kVector + lanes;
    for (int i = 0; i < MR; ++i) activate_span(c[i] + column, columns, job.act);
  }
}

template <int MR, int NV>
__attribute__((noinline)) void tile(const PanelJob& job, const float* const* rows, float* const* c,
                                    const float* b, int64_t column, int64_t lanes) {
  Vec acc[MR][NV];
#pragma GCC unroll 8
  for (int i = 0; i < MR; ++i) {
#pragma GCC unroll 4
    for (int j = 0; j < NV; ++j) {
      if (!job.accumulate) {
        acc[i][j] = Vec{};
      } else {
        const float* p = c[i] + column + j * kVector;
        acc[i][j] = j + 1 < NV ? load(p) : load_part(p, lanes);
      }
    }
  }
  if (!job.accumulate) {
    for (int i = 0; i < MR; ++i) {
      for (int j = 0; j < NV; ++j) prefetch_to_write(c[i] + column + j * kVector);
    }
  }
  for (int64_t t = 0; t < job.ntaps; ++t) {
    const float* a[MR];
    for (int i = 0; i < MR; ++i) a[i] = rows[i] + job.taps[t];
    for (int64_t k = 0; k < job.klen; ++k) {
      Vec bv[NV];
#pragma GCC unroll 4
      for (int j = 0; j < NV; ++j) bv[j] = load(b + j * kVector);
      b += NV * kVector;
#pragma GCC unroll 8
      for (int i = 0; i < MR; ++i) {
        const Vec s = splat(a[i][k]);
#pragma GCC unroll 4
        for (int j = 0; j < NV; ++j) acc[i][j] = fma(s, bv[j], acc[i][j]);
      }
    }
  }
  finish_tile<MR, NV>(job, c, acc, column, lanes);
}

// One row: independent sums over k modulo U hide the latency of the multiply-add.
template <int NV, int U>
__attribute__((noinline)) void row_tile(const PanelJob& job, const float* b, int64_t column,
                                        int64_t lanes) {
  const float* a = job.a[0];
  Vec sums[U][NV] = {};
  int64_t k = 0;
  for (; k + U <= job.klen; k += U) {
#pragma GCC unroll 8
    for (int u = 0; u < U; ++u) {
      const Vec s = splat(a[k + u]);
#pragma GCC unroll 4
      for (int j = 0; j < NV; ++j) {
        sums[u][j] = fma(s, load(b + (u * NV + j) * kVector), sums[u][j]);
      }
    }
    b += U * NV * kVector;
  }
  for (; k < job.klen; ++k) {
    const Vec s = splat(a[k]);
    for (int j = 0; j < NV; ++j) sums[0][j] = fma(s, load(b + j * kVector), sums[0][j]);
    b += NV * kVector;
  }
  Vec acc[1][NV];
  for (int j = 0; j < NV; ++j) {
    Vec sum = sums[0][j];
    for (int u = 1; u < U; ++u) sum += sums[u][j];
    if (job.accumulate) {
      const float* p = job.c[0] + column + j * kVector;
      sum += j + 1 < NV ? load(p) : load_part(p, lanes);
    }
    acc[0][j] = sum;
  }
  finish_tile<1, NV>(job, job.c, acc, column, lanes);
}

using TileFn = void (*)(const PanelJob&, const float* const*, float* const*, const float*, int64_t,
                        int64_t);

}  // namespace rill::kernels::RILL_ISA
