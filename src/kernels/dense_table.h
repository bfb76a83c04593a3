// What the instruction sets implement for the dense kernels: one table each, picked once at start.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/activation.h"
#include "kernels/pool.h"

namespace rill::kernels {

struct MatrixTable;

// A block of a product C = sum over taps of A(row + tap) * B, with bias, residual and activation.
// B is packed in panels of `panel_width` columns (the last one narrower, a multiple of the vector).
struct PanelJob {
  const float* const* a = nullptr;  // m row pointers
  float* const* c = nullptr;        // m row pointers, at column 0
  int64_t m = 0;
  const int64_t* taps = nullptr;  // offsets in elements, added to every row pointer of A
  int64_t ntaps = 0;
  int64_t klen = 0;          // contiguous elements of A taken at each tap
  const float* b = nullptr;  // panel 0; panel p begins at b + p * k_total * panel_width
  int64_t k_total = 0;       // rows of a whole panel
  int64_t k_first = 0;       // this job's first row; it takes ntaps * klen
  int64_t first_panel = 0, last_panel = 0;  // [first, last)
  int64_t n = 0;                            // columns of C
  bool accumulate = false;                  // add to what C holds
  bool finish = true;                       // apply bias, residual and activation
  const float* bias = nullptr;
  const float* residual = nullptr;  // laid out as C: residual[c[i] - c_base]
  const float* c_base = nullptr;
  Activation act;
};

// c[i] = a[i] B for i < m: rows of k by packed panels of k x n, all of them.
inline PanelJob product_job(const float* const* a, float* const* c, int64_t m, const float* packed,
                            int64_t k, int64_t n, int64_t panel_width) {
  static constexpr int64_t kOneTap = 0;
  PanelJob job;
  job.a = a;
  job.c = c;
  job.m = m;
  job.taps = &kOneTap;
  job.ntaps = 1;
  job.klen = k;
  job.b = packed;
  job.k_total = k;
  job.last_panel = (n + panel_width - 1) / panel_width;
  job.n = n;
  return job;
}

// C (m x n, rows one after another) = the sum of a[k]^T b[k] over the rows k of A and B. They stand
// in segments of `length` rows: segment s begins at a_at[s] and b_at[s]. Rows of B are read in
// whole vectors.
struct OuterJob {
  const float *a, *b;
  const int64_t *a_at, *b_at;
  int64_t segments, length;
  int64_t a_step, b_step;  // between rows of a segment
  int64_t m, n;            // elements of a row of A, of B
  float* c;
  bool accumulate;  // add to what C holds
};

// F(4x4, 3x3) of tiles [first, first + count) of one image; `plane` floats between the 36 planes.
struct WinogradTiles {
  const float* x;  // one image, NHWC
  int64_t height, width, channels;
  int64_t pad_top, pad_left;
  int64_t tiles_x;  // tiles in a row
  int64_t first, count;
  float* v;  // [36][count][channels]
  int64_t plane;
};

struct WinogradResult {
  const float* m;  // [36][count][channels]
  int64_t plane;
  int64_t tiles_x, first, count;
  int64_t height, width, channels;  // of y
  float* y;                         // one image
  const float* bias;
  const float* residual;  // laid out as y
  Activation act;
};

struct DepthwiseGeometry {
  int64_t in_h, in_w, channels, out_h, out_w;
  int64_t kh, kw, stride_h, stride_w, dilation_h, dilation_w, pad_top, pad_left;
};

struct DepthwiseRows : DepthwiseGeometry {
  const float* x;  // one image, NHWC
  const float* w;  // [kh][kw][channels]
  const float* bias;
  const float* residual;  // laid out as y
  float* y;               // one image
  int64_t first_row, last_row;
  Activation act;
};

// Gradients of a depthwise convolution with one output a channel, by rows of the forward one's
// geometry.
struct DepthwiseBack : DepthwiseGeometry {
  const float* x;   // [batch][in_h][in_w][channels], for the filter's gradient
  const float* w;   // [kh][kw][channels], for the input's
  const float* dy;  // [batch][out_h][out_w][channels]
  float* result;    // dw or dx
  int64_t batch;
  bool adds;  // to what dx holds; else it is set
};

struct PoolRows {
  const float* x;  // one image, [d][h][w][channels]
  float* y;
  int64_t in_d, in_h, in_w, out_d, out_h, out_w, channels;
  int64_t kd, kh, kw, stride_d, stride_h, stride_w, pad_d, pad_h, pad_w;
  int64_t first_row, last_row;    // of out_d * out_h
  int64_t first_output, outputs;  // which of all elements y is, and how many there are
  Maximum maximum;
  float lowest;
  bool average;  // else max; the average counts only what lies inside
};

// The gradient of pooling for channels [first_channel, last_channel) of one image.
struct PoolBack {
  const float* x;  // max only
  const float* y;  // the maxima, when all elements near them get the gradient; else null
  const float* dy;
  float* dx;
  int64_t in_d, in_h, in_w, out_d, out_h, out_w, channels;
  int64_t kd, kh, kw, stride_d, stride_h, stride_w, pad_d, pad_h, pad_w;
  int64_t first_channel, last_channel;
  bool average;
};

// Rows [rows, channels, inner] of what is normalised by channel.
struct NormBlock {
  const float* x;
  const float* dy;
  int64_t rows, channels, inner;
  const float* mean;
  float *a, *b;  // results, one a channel
};
// dx = dy[c] * by_dy[c] + x * by_x[c] + offset[c]
struct NormBack {
  const float *x, *dy;
  float* dx;
  int64_t rows, channels, inner;
  const float *by_dy, *by_x, *offset;
};

// One pass of Stockham's algorithm over complex numbers that are two vectors each, the real parts
// and the imaginary ones: `stride` transforms of length n become radix times as many.
struct FftPass {
  int64_t radix, n, stride, size;
  const float* x;
  float* y;
  const float* roots;  // exp(-2 pi i k / size), k < size
  float sign;          // -1: of the inverse
};
// Between the transform of reals and that of half the length, whose numbers are two of them each.
struct FftHalves {
  int64_t half;
  const float* x;
  float* y;
  const float* roots;  // exp(-pi i k / half), k < half
  float scale;         // half of what the parts are multiplied with
};

// The numbers of `count` rows, at most as many side by side as a vector has lanes, from and to
// pairs in memory that begin `row` floats apart.
struct FftColumns {
  const float* x;
  float* y;
  int64_t row, count, lanes;
  float scale;  // of what is written
};

// One step of a recurrent cell for `units` units of one row; a gate of z and zh begins `gate`
// floats after the one before.
struct CellStep {
  const float* z;       // [gates * units]: x W + b (+ h U)
  const float* zh;      // GRU with reset_after: h U + b, else null
  const float* before;  // GRU only: h of the step before; may be h
  float* h;
  float* c;  // LSTM only
  int64_t units, gate;
  Activation act, recurrent_act;
};

struct DenseTable {
  int64_t vector;       // floats in a vector
  int64_t panel_width;  // floats in a full panel
  // Copies B (k x n, element (p, j) at b[p*row + j*col]) into rows [k_first, k_first + k) of the
  // panels at out, which are packed_floats(k_total, n) long.
  void (*pack)(const float* b, int64_t row, int64_t col, int64_t k, int64_t n, float* out,
               int64_t k_first, int64_t k_total);
  void (*panels)(const PanelJob&);
  // y = x B with packed B: another order of summation than panels(), so only for whole products.
  void (*gemv)(const PanelJob&);
  void (*outer)(const OuterJob&);
  const MatrixTable& (*matrices)();  // kernels/matrix_table.h
  // c[i] = sum over k of a[i * k + p] * b[p], i < m.
  void (*dot_rows)(const float* a, int64_t m, int64_t k, const float* b, float* c);
  // to[j * to_row + i] = from[i * from_row + j].
  void (*transpose)(const float* from, int64_t from_row, int64_t rows, int64_t columns, float* to,
                    int64_t to_row);
  void (*activate)(float* x, int64_t n, Activation);
  void (*winograd_input)(const WinogradTiles&);
  void (*winograd_output)(const WinogradResult&);
  void (*winograd_filter)(const float* w, int64_t in_channels, int64_t out_channels, int64_t first,
                          int64_t last, float* u);
  void (*depthwise)(const DepthwiseRows&);
  // Adds to channels [first, last) of dw what rows [first_row, last_row) of batch * out_h give.
  void (*depthwise_filter_gradient)(const DepthwiseBack&, int64_t first_row, int64_t last_row,
                                    int64_t first, int64_t last);
  // One row of one image of dx.
  void (*depthwise_input_gradient)(const DepthwiseBack&, int64_t image, int64_t row);
  void (*pool)(const PoolRows&);
  void (*pool_gradient)(const PoolBack&);
  // a: the mean of the block, b: the sum of squared distances from it.
  void (*norm_moments)(const NormBlock&);
  // a: the sum of dy, b: of dy * (x - mean).
  void (*norm_products)(const NormBlock&);
  void (*norm_gradient)(const NormBack&);
  void (*fft_pass)(const FftPass&);
  // From the transform of half the length, and to what its inverse takes.
  void (*fft_join)(const FftHalves&);
  void (*fft_part)(const FftHalves&);
  // Lanes that are not there become zero.
  void (*fft_split)(const FftColumns&);
  void (*fft_merge)(const FftColumns&);
  // y[k] = x[k] w[k] scale for k < count, or with w's conjugate (sign -1).
  void (*fft_times)(const float* x, const float* w, int64_t count, float sign, float scale,
                    float* y);
  void (*lstm_step)(const CellStep&);
  void (*gru_step)(const CellStep&);
};

// The table of the best instruction set this machine has.
const DenseTable& dense_table() noexcept;

inline int64_t div_up(int64_t x, int64_t by) { return (x + by - 1) / by; }
inline int64_t round_up(int64_t x, int64_t to) { return (x + to - 1) / to * to; }
// Floats of a packed k x n matrix.
inline int64_t packed_floats(const DenseTable& t, int64_t k, int64_t n) {
  return k * round_up(n, t.vector);
}

}  // namespace rill::kernels
