// The gradient of a 3x3 convolution with stride 1 by its filter, float32, in tiles of 4x4 pixels:
// 36 outer products of transformed tiles instead of nine a pixel, a quarter of the multiplications.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/conv.h"

namespace rill::kernels {

// Channels last; the spec is that of the forward convolution.
bool winograd_gradient_pays(const ConvSpec& spec);

// Immutable once made. Sums in an order that does not depend on the number of threads.
class WinogradFilterGradient {
 public:
  explicit WinogradFilterGradient(const ConvSpec& spec);
  size_t scratch_bytes() const noexcept;
  // dw = [3, 3, in_channels, out_channels].
  void run(const float* x, const float* dy, float* dw, void* scratch) const;

 private:
  // Transformed tiles of x and of dy, and what points into them.
  struct Block {
    float *x, *dy;
  };
  Block block(std::byte* memory) const;
  void transform(const float* x, const float* dy, int64_t first, int64_t last, int64_t origin,
                 const Block& to) const;
  void add_products(const Block& block, int64_t tiles, int64_t plane, bool accumulate,
                    float* sums) const;

  ConvSpec spec_;
  int64_t tiles_x_ = 0, image_tiles_ = 0, tiles_ = 0;
  int64_t matrix_ = 0;  // floats of dw for one tap
  int64_t block_ = 1;   // tiles that are transformed before they are multiplied
  int64_t parts_ = 1;   // of the tiles, each with sums of its own
  int64_t x_plane_ = 0, dy_plane_ = 0, dy_pitch_ = 0;
};

}  // namespace rill::kernels
