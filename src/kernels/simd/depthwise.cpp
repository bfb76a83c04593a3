// Depthwise convolution, channels last: vectors run along the channels, a few pixels at a time.
#include "kernels/simd/dense_isa.h"
#include "kernels/simd/gemm_tile.h"

namespace rill::kernels::RILL_ISA {
namespace {

struct Row {
  const float* x[64];  // input row of each window row that lies inside, at window column 0
  const float* w[64];  // [kw][channels]
  int64_t count = 0;
};

// P pixels of one vector of channels; window columns [k0, k1).
template <int P>
inline void pixels(const DepthwiseRows& job, const Row& row, int64_t ox, int64_t c, int64_t lanes,
                   int64_t k0, int64_t k1, Vec bias, float* y, const float* residual) {
  const int64_t channels = job.channels;
  Vec acc[P];
  for (int p = 0; p < P; ++p) acc[p] = bias;
  const int64_t step = job.stride_w * channels;
  const int64_t at = (ox * job.stride_w - job.pad_left) * channels + c;
  for (int64_t r = 0; r < row.count; ++r) {
    for (int64_t k = k0; k < k1; ++k) {
      const Vec w = load_part(row.w[r] + k * channels + c, lanes);
      const float* x = row.x[r] + at + k * job.dilation_w * channels;
#pragma GCC unroll 8
      for (int p = 0; p < P; ++p) acc[p] = fma(load_part(x + p * step, lanes), w, acc[p]);
    }
  }
  for (int p = 0; p < P; ++p) {
    const int64_t to = (ox + p) * channels + c;
    if (residual) acc[p] += load_part(residual + to, lanes);
    store_part(y + to, cheap(acc[p], job.act), lanes);
  }
}

// Three window columns, stride 1: six input vectors serve four pixels.
inline void pixels_3(const DepthwiseRows& job, const Row& row, int64_t ox, int64_t c, Vec bias,
                     float* y, const float* residual) {
  const int64_t channels = job.channels;
  Vec acc[4] = {bias, bias, bias, bias};
  const int64_t at = (ox - job.pad_left) * channels + c;
  for (int64_t r = 0; r < row.count; ++r) {
    const float* x = row.x[r] + at;
    const Vec w0 = load(row.w[r] + c), w1 = load(row.w[r] + channels + c),
              w2 = load(row.w[r] + 2 * channels + c);
    const Vec x2 = load(x + 2 * channels), x3 = load(x + 3 * channels);
    const Vec x1 = load(x + channels), x4 = load(x + 4 * channels);
    acc[0] = fma(load(x), w0, acc[0]);
    acc[1] = fma(x1, w0, acc[1]);
    acc[2] = fma(x2, w0, acc[2]);
    acc[3] = fma(x3, w0, acc[3]);
    acc[0] = fma(x1, w1, acc[0]);
    acc[1] = fma(x2, w1, acc[1]);
    acc[2] = fma(x3, w1, acc[2]);
    acc[3] = fma(x4, w1, acc[3]);
    acc[0] = fma(x2, w2, acc[0]);
    acc[1] = fma(x3, w2, acc[1]);
    acc[2] = fma(x4, w2, acc[2]);
    acc[3] = fma(load(x + 5 * channels), w2, acc[3]);
  }
  for (int p = 0; p < 4; ++p) {
    const int64_t to = (ox + p) * channels + c;
    if (residual) acc[p] += load(residual + to);
    store(y + to, cheap(acc[p], job.act));
  }
}

inline int64_t clamp(int64_t x, int64_t lo, int64_t hi) { return x < lo ? lo : x > hi ? hi : x; }

// One vector of channels of an output row.
void channel_row(const DepthwiseRows& job, const Row& row, int64_t c, int64_t lanes, float* y,
                 const float* residual) {
  const Vec bias = job.bias ? load_part(job.bias + c, lanes) : Vec{};
  const int64_t s = job.stride_w, d = job.dilation_w;
  const int64_t inside0 = clamp((job.pad_left + s - 1) / s, 0, job.out_w);
  const int64_t room = job.in_w - 1 + job.pad_left - (job.kw - 1) * d;  // last start that fits
  const int64_t inside1 = clamp(room < 0 ? 0 : room / s + 1, inside0, job.out_w);
  const auto edge = [&](int64_t ox) {
    const int64_t start = ox * s - job.pad_left;
    const int64_t k0 = clamp((-start + d - 1) / d, 0, job.kw);
    const int64_t k1 = clamp((job.in_w - start + d - 1) / d, k0, job.kw);
    pixels<1>(job, row, ox, c, lanes, k0, k1, bias, y, residual);
  };
  int64_t ox = 0;
  for (; ox < inside0; ++ox) edge(ox);
  if (lanes == kVector && job.kw == 3 && s == 1 && d == 1) {
    for (; ox + 4 <= inside1; ox += 4) pixels_3(job, row, ox, c, bias, y, residual);
  } else if (lanes == kVector) {
    for (; ox + 4 <= inside1; ox += 4) {
      pixels<4>(job, row, ox, c, kVector, 0, job.kw, bias, y, residual);
    }
  }
  for (; ox < inside1; ++ox) pixels<1>(job, row, ox, c, lanes, 0, job.kw, bias, y, residual);
  for (; ox < job.out_w; ++ox) edge(ox);
}

}  // namespace

void depthwise(const DepthwiseRows& job) {
  for (int64_t oy = job.first_row; oy < job.last_row; ++oy) {
    const int64_t at = oy * job.out_w * job.channels;
    float* y = job.y + at;
    const float* residual = job.residual ? job.residual + at : nullptr;
    Row row;
    for (int64_t k = 0; k < job.kh; ++k) {
      const int64_t iy = oy * job.stride_h - job.pad_top + k * job.dilation_h;
      if (iy < 0 || iy >= job.in_h) continue;
      row.x[row.count] = job.x + iy * job.in_w * job.channels;
      row.w[row.count++] = job.w + k * job.kw * job.channels;
    }
    for (int64_t c = 0; c < job.channels; c += kVector) {
      const int64_t lanes = job.channels - c < kVector ? job.channels - c : kVector;
      channel_row(job, row, c, lanes, y, residual);
    }
    if (!is_cheap(job.act.kind)) activate_span(y, job.out_w * job.channels, job.act);
  }
}

}  // namespace rill::kernels::RILL_ISA
