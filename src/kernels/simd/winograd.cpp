// Winograd's minimal filtering F(4x4, 3x3): transforms of input, filter and result.
// Matrices: Lavin, Gray, "Fast Algorithms for Convolutional Neural Networks" (2015).
#include "kernels/simd/dense_isa.h"
#include "kernels/simd/dense_vec.h"

namespace rill::kernels::RILL_ISA {
namespace {

// out = B^T d, d and out of six.
inline void transform_in(const Vec* d, int64_t step, Vec* out, int64_t out_step) {
  const Vec d0 = d[0], d1 = d[step], d2 = d[2 * step], d3 = d[3 * step], d4 = d[4 * step],
            d5 = d[5 * step];
  const Vec four = splat(4.0f), five = splat(-5.0f), two = splat(2.0f);
  const Vec a = fma(d2, -four, d4), b = fma(d1, -four, d3);  // d4 - 4 d2, d3 - 4 d1
  const Vec e = d4 - d2, f = two * (d3 - d1);
  out[0] = fma(four, d0, fma(five, d2, d4));
  out[out_step] = a + b;
  out[2 * out_step] = a - b;
  out[3 * out_step] = e + f;
  out[4 * out_step] = e - f;
  out[5 * out_step] = fma(four, d1, fma(five, d3, d5));
}

// out = A^T m, m of six, out of four.
inline void transform_out(const Vec* m, int64_t step, Vec* out, int64_t out_step) {
  const Vec m0 = m[0], m1 = m[step], m2 = m[2 * step], m3 = m[3 * step], m4 = m[4 * step],
            m5 = m[5 * step];
  const Vec s = m1 + m2, d = m1 - m2, s2 = m3 + m4, d2 = m3 - m4;
  out[0] = m0 + s + s2;
  out[out_step] = fma(splat(2.0f), d2, d);
  out[2 * out_step] = fma(splat(4.0f), s2, s);
  out[3 * out_step] = fma(splat(8.0f), d2, d) + m5;
}

template <Act kind>
void result(const WinogradResult& job) {
  for (int64_t t = 0; t < job.count; ++t) {
    const int64_t y0 = (job.first + t) / job.tiles_x * 4, x0 = (job.first + t) % job.tiles_x * 4;
    const int64_t rows = job.height - y0 < 4 ? job.height - y0 : 4;
    const int64_t columns = job.width - x0 < 4 ? job.width - x0 : 4;
    for (int64_t c = 0; c < job.channels; c += kVector) {
      const int64_t lanes = job.channels - c < kVector ? job.channels - c : kVector;
      const float* m = job.m + t * job.channels + c;
      Vec in[36], half[24], out[16];
      for (int i = 0; i < 36; ++i) in[i] = load_part(m + i * job.plane, lanes);
      for (int i = 0; i < 6; ++i) transform_out(in + i, 6, half + i, 6);
      for (int i = 0; i < 4; ++i) transform_out(half + i * 6, 1, out + i * 4, 1);
      const Vec bias = job.bias ? load_part(job.bias + c, lanes) : Vec{};
      for (int64_t i = 0; i < rows; ++i) {
        const int64_t at = ((y0 + i) * job.width + x0) * job.channels + c;
        for (int64_t j = 0; j < columns; ++j) {
          Vec v = out[i * 4 + j] + bias;
          if (job.residual) v += load_part(job.residual + at + j * job.channels, lanes);
          store_part(job.y + at + j * job.channels, activated<kind>(v, job.act.alpha), lanes);
        }
      }
    }
  }
}

}  // namespace

void winograd_input(const WinogradTiles& job) {
  for (int64_t t = 0; t < job.count; ++t) {
    const int64_t y0 = (job.first + t) / job.tiles_x * 4 - job.pad_top;
    const int64_t x0 = (job.first + t) % job.tiles_x * 4 - job.pad_left;
    const bool inside = y0 >= 0 && x0 >= 0 && y0 + 6 <= job.height && x0 + 6 <= job.width;
    float* v = job.v + t * job.channels;
    for (int64_t c = 0; c < job.channels; c += kVector) {
      const int64_t lanes = job.channels - c < kVector ? job.channels - c : kVector;
      Vec in[36], half[36], out[6];
      for (int64_t i = 0; i < 6; ++i) {
        const int64_t y = y0 + i;
        const float* row = job.x + (y * job.width + x0) * job.channels + c;
        for (int64_t j = 0; j < 6; ++j) {
          const bool valid =
              inside || (y >= 0 && y < job.height && x0 + j >= 0 && x0 + j < job.width);
          in[i * 6 + j] = valid ? load_part(row + j * job.channels, lanes) : Vec{};
        }
      }
      for (int64_t j = 0; j < 6; ++j) transform_in(in + j, 6, half + j, 6);
      for (int64_t i = 0; i < 6; ++i) {
        transform_in(half + i * 6, 1, out, 1);
        for (int64_t j = 0; j < 6; ++j) {
          store_part(v + (i * 6 + j) * job.plane + c, out[j], lanes);
        }
      }
    }
  }
}

void winograd_output(const WinogradResult& job) {
  switch (job.act.kind) {
    case Act::relu:
      return result<Act::relu>(job);
    case Act::relu6:
      return result<Act::relu6>(job);
    case Act::leaky_relu:
      return result<Act::leaky_relu>(job);
    case Act::swish:
      return result<Act::swish>(job);
    default:
      break;
  }
  result<Act::none>(job);
  if (job.act.kind == Act::none) return;
  for (int64_t t = 0; t < job.count; ++t) {
    const int64_t y0 = (job.first + t) / job.tiles_x * 4, x0 = (job.first + t) % job.tiles_x * 4;
    const int64_t columns = job.width - x0 < 4 ? job.width - x0 : 4;
    for (int64_t y = y0; y < y0 + 4 && y < job.height; ++y) {
      activate_span(job.y + (y * job.width + x0) * job.channels, columns * job.channels, job.act);
    }
  }
}

// Input channels [first, last): w is [3][3][in][out], u gets 36 packed matrices [in x out] of
// packed_floats() each. The last panel is narrower.
void winograd_filter(const float* w, int64_t in_channels, int64_t out_channels, int64_t first,
                     int64_t last, float* u) {
  constexpr int64_t kWidth = kVector * kPanelVectors;
  const int64_t packed = in_channels * ((out_channels + kVector - 1) / kVector * kVector);
  const Vec q = splat(0.25f), s = splat(1.0f / 6.0f), p = splat(1.0f / 24.0f),
            r = splat(1.0f / 12.0f);
  const auto transform = [&](const Vec* g, int64_t step, Vec* out, int64_t out_step) {
    const Vec g0 = g[0], g1 = g[step], g2 = g[2 * step];
    const Vec sum = (g0 + g2) * s, mid = g1 * s;
    const Vec ends = fma(g2, s, g0 * p), half = g1 * r;
    out[0] = g0 * q;
    out[out_step] = -sum - mid;
    out[2 * out_step] = mid - sum;
    out[3 * out_step] = ends + half;
    out[4 * out_step] = ends - half;
    out[5 * out_step] = g2;
  };
  for (int64_t column = 0; column < out_channels; column += kWidth) {
    const int64_t columns = out_channels - column < kWidth ? out_channels - column : kWidth;
    const int64_t width = (columns + kVector - 1) / kVector * kVector;
    for (int64_t i = first; i < last; ++i) {
      for (int64_t j = 0; j < columns; j += kVector) {
        const int64_t lanes = columns - j < kVector ? columns - j : kVector;
        const float* from = w + i * out_channels + column + j;
        Vec g[9], half[18], out[36];
        for (int t = 0; t < 9; ++t) {
          g[t] = load_part(from + t * in_channels * out_channels, lanes);
        }
        for (int t = 0; t < 3; ++t) transform(g + t, 3, half + t, 3);
        for (int t = 0; t < 6; ++t) transform(half + t * 3, 1, out + t * 6, 1);
        float* to = u + column * in_channels + i * width + j;
        for (int t = 0; t < 36; ++t) store(to + t * packed, out[t]);
      }
    }
  }
}

}  // namespace rill::kernels::RILL_ISA
