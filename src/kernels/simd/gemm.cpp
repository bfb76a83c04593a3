// Panels of a product: picks the register tile for each group of rows.
#include "kernels/simd/dense_isa.h"
#include "kernels/simd/gemm_tile.h"

namespace rill::kernels::RILL_ISA {
namespace {

template <int NV>
void rows_of_panel(const PanelJob& job, const float* b, int64_t column, int64_t lanes) {
  constexpr int kRows = tile_rows(NV);
  static constexpr TileFn kTiles[8] = {tile<1, NV>,
                                       tile<2, NV>,
                                       tile<3, NV>,
                                       tile<4, NV>,
                                       tile<5, NV>,
                                       tile<6, NV>,
                                       tile < kRows < 7 ? 1 : 7,
                                       NV >
                                       , tile < kRows < 8 ? 1 : 8, NV > };
  int64_t i = 0;
  for (; i + kRows <= job.m; i += kRows) {
    kTiles[kRows - 1](job, job.a + i, job.c + i, b, column, lanes);
  }
  if (i < job.m) kTiles[job.m - i - 1](job, job.a + i, job.c + i, b, column, lanes);
}

template <int NV>
void row_of_panel(const PanelJob& job, const float* b, int64_t column, int64_t lanes) {
  row_tile<NV, NV == 4 ? 4 : (NV == 1 ? 8 : 4)>(job, b, column, lanes);
}

// Calls f<vectors>(job, panel, column, lanes) on each panel.
template <typename F1, typename F2, typename F3, typename F4>
void each_panel(const PanelJob& job, F1 f1, F2 f2, F3 f3, F4 f4) {
  constexpr int64_t kWidth = kPanelVectors * kVector;
  for (int64_t p = job.first_panel; p < job.last_panel; ++p) {
    const int64_t column = p * kWidth;
    const int64_t columns = job.n - column < kWidth ? job.n - column : kWidth;
    const int64_t vectors = (columns + kVector - 1) / kVector;
    const int64_t lanes = columns - (vectors - 1) * kVector;
    const float* b = job.b + p * job.k_total * kWidth + job.k_first * vectors * kVector;
    switch (vectors) {
      case 1:
        f1(job, b, column, lanes);
        break;
      case 2:
        f2(job, b, column, lanes);
        break;
      case 3:
        f3(job, b, column, lanes);
        break;
      default:
        f4(job, b, column, lanes);
        break;
    }
  }
}

void all_rows(const PanelJob& job) {
#if defined(__AVX512F__)
  each_panel(job, rows_of_panel<1>, rows_of_panel<2>, rows_of_panel<3>, rows_of_panel<4>);
#else
  each_panel(job, rows_of_panel<1>, rows_of_panel<2>, rows_of_panel<2>, rows_of_panel<2>);
#endif
}

// A B that stays in the cache as a whole: some rows at a time through all panels, so that A is read
// and C written once, in order.
constexpr int64_t kSmallB = 32 << 10;  // floats
constexpr int64_t kRowsAtOnce = 24;

}  // namespace

void panels(const PanelJob& job) {
  const int64_t k = job.ntaps * job.klen;
  const int64_t count = job.last_panel - job.first_panel;
  if (count < 2 || job.m <= kRowsAtOnce || k * count * kPanelVectors * kVector > kSmallB) {
    return all_rows(job);
  }
  PanelJob part = job;
  for (int64_t i = 0; i < job.m; i += kRowsAtOnce) {
    part.a = job.a + i;
    part.c = job.c + i;
    part.m = job.m - i < kRowsAtOnce ? job.m - i : kRowsAtOnce;
    all_rows(part);
  }
}

void gemv(const PanelJob& job) {
#if defined(__AVX512F__)
  each_panel(job, row_of_panel<1>, row_of_panel<2>, row_of_panel<3>, row_of_panel<4>);
#else
  each_panel(job, row_of_panel<1>, row_of_panel<2>, row_of_panel<2>, row_of_panel<2>);
#endif
}

void pack(const float* b, int64_t row, int64_t col, int64_t k, int64_t n, float* out,
          int64_t k_first, int64_t k_total) {
  constexpr int64_t kWidth = kPanelVectors * kVector;
  for (int64_t column = 0; column < n; column += kWidth) {
    const int64_t columns = n - column < kWidth ? n - column : kWidth;
    const int64_t width = (columns + kVector - 1) / kVector * kVector;
    const float* from = b + column * col;
    float* to = out + column * k_total + k_first * width;
    if (col == 1) {
      for (int64_t p = 0; p < k; ++p) {
        int64_t j = 0;
        for (; j + kVector <= columns; j += kVector) store(to + j, load(from + j));
        for (; j < width; ++j) to[j] = j < columns ? from[j] : 0.0f;
        from += row;
        to += width;
      }
      continue;
    }
    if (row == 1) transpose(from, col, columns, k, to, width);
    for (int64_t p = 0; p < k; ++p) {
      for (int64_t j = row == 1 ? columns : 0; j < width; ++j) {
        to[p * width + j] = j < columns ? from[p * row + j * col] : 0.0f;
      }
    }
  }
}

void activate(float* x, int64_t n, Activation act) { activate_span(x, n, act); }

}  // namespace rill::kernels::RILL_ISA
