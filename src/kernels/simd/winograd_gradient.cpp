// The gradient by the filter of Winograd's F(4x4, 3x3): with Y = A^T [(G g G^T) * (B^T d B)] A,
// that of g is G^T [(A dY A^T) * (B^T d B)] G.
#include "kernels/simd/dense_isa.h"
#include "kernels/simd/dense_vec.h"

namespace rill::kernels::RILL_ISA {
namespace {

// out = A d, d of four, out of six.
inline void spread(const Vec* d, int64_t step, Vec* out, int64_t out_step) {
  const Vec d0 = d[0], d1 = d[step], d2 = d[2 * step], d3 = d[3 * step];
  const Vec even = d0 + d2, odd = d1 + d3;
  const Vec even2 = fma(splat(4.0f), d2, d0), odd2 = fma(splat(8.0f), d3, splat(2.0f) * d1);
  out[0] = d0;
  out[out_step] = even + odd;
  out[2 * out_step] = even - odd;
  out[3 * out_step] = even2 + odd2;
  out[4 * out_step] = even2 - odd2;
  out[5 * out_step] = d3;
}

// out = G^T u, u of six, out of three.
inline void gather(const Vec* u, int64_t step, Vec* out, int64_t out_step) {
  const Vec s1 = u[step] + u[2 * step], d1 = u[2 * step] - u[step];
  const Vec s2 = u[3 * step] + u[4 * step], d2 = u[3 * step] - u[4 * step];
  const Vec sixth = splat(1.0f / 6.0f);
  out[0] = fma(splat(0.25f), u[0], fma(splat(1.0f / 24.0f), s2, -sixth * s1));
  out[out_step] = fma(splat(1.0f / 12.0f), d2, sixth * d1);
  out[2 * out_step] = fma(sixth, s2 - s1, u[5 * step]);
}

}  // namespace

void winograd_spread(const WinogradTiles& job) {
  const int64_t pitch = (job.channels + kVector - 1) / kVector * kVector;
  for (int64_t t = 0; t < job.count; ++t) {
    const int64_t y0 = (job.first + t) / job.tiles_x * 4, x0 = (job.first + t) % job.tiles_x * 4;
    for (int64_t c = 0; c < job.channels; c += kVector) {
      const int64_t lanes = job.channels - c < kVector ? job.channels - c : kVector;
      Vec in[16], half[24], out[6];
      for (int64_t i = 0; i < 4; ++i) {
        const float* row = job.x + ((y0 + i) * job.width + x0) * job.channels + c;
        for (int64_t j = 0; j < 4; ++j) {
          const bool valid = y0 + i < job.height && x0 + j < job.width;
          in[i * 4 + j] = valid ? load_part(row + j * job.channels, lanes) : Vec{};
        }
      }
      for (int64_t j = 0; j < 4; ++j) spread(in + j, 4, half + j, 4);
      for (int64_t i = 0; i < 6; ++i) {
        spread(half + i * 4, 1, out, 1);
        float* to = job.v + (i * 6) * job.plane + t * pitch + c;
        for (int64_t j = 0; j < 6; ++j) store(to + j * job.plane, out[j]);
      }
    }
  }
}

void winograd_gather(const float* u, int64_t plane, int64_t first, int64_t last, float* dw) {
  for (int64_t i = first; i < last; i += kVector) {
    const int64_t lanes = last - i < kVector ? last - i : kVector;
    Vec in[36], half[18], out[9];
    for (int k = 0; k < 36; ++k) in[k] = load_part(u + k * plane + i, lanes);
    for (int k = 0; k < 6; ++k) gather(in + k, 6, half + k, 6);
    for (int k = 0; k < 3; ++k) gather(half + k * 6, 1, out + k * 3, 1);
    for (int k = 0; k < 9; ++k) store_part(dw + k * plane + i, out[k], lanes);
  }
}

}  // namespace rill::kernels::RILL_ISA
