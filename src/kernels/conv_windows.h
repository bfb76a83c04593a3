// Where the windows of a convolution or a pool lie.
#pragma once

#include <cstdint>

#include "kernels/conv.h"

namespace rill::kernels {

// Strides of [batch, d, h, w, c] or [batch, c, d, h, w].
struct PixelLayout {
  int64_t image, pixel, channel;
  PixelLayout(const Dims3& size, int64_t channels, bool channels_first) {
    const int64_t pixels = size[0] * size[1] * size[2];
    image = pixels * channels;
    pixel = channels_first ? 1 : channels;
    channel = channels_first ? pixels : 1;
  }
};

inline int64_t flat(const Dims3& size, const Dims3& i) {
  return (i[0] * size[1] + i[1]) * size[2] + i[2];
}

// f(input pixel, window element) for each element of output o's window that lies inside.
template <typename F>
void each_in_window(const Dims3& in, const Dims3& kernel, const Dims3& stride,
                    const Dims3& dilation, const Dims3& pad, const Dims3& o, F&& f) {
  int64_t tap = 0;
  Dims3 k, i;
  for (k[0] = 0; k[0] < kernel[0]; ++k[0]) {
    for (k[1] = 0; k[1] < kernel[1]; ++k[1]) {
      for (k[2] = 0; k[2] < kernel[2]; ++k[2], ++tap) {
        bool inside = true;
        for (size_t d = 0; d < 3; ++d) {
          i[d] = o[d] * stride[d] - pad[d] + k[d] * dilation[d];
          inside = inside && i[d] >= 0 && i[d] < in[d];
        }
        if (inside) f(flat(in, i), tap);
      }
    }
  }
}

inline Dims3 position(const Dims3& size, int64_t index) {
  return {index / (size[1] * size[2]), index / size[2] % size[1], index % size[2]};
}

inline int64_t volume(const Dims3& d) { return d[0] * d[1] * d[2]; }

}  // namespace rill::kernels
