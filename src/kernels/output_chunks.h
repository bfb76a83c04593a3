// The output of a convolution in chunks: what a gradient by the filter adds up at a time.
#pragma once

#include <algorithm>
#include <cstdint>

#include "kernels/conv.h"
#include "kernels/dense_table.h"

namespace rill::kernels {

// Rows of one plane, or whole planes. A plane is one of batch * out depth.
struct OutputChunk {
  int64_t first_plane, planes;
  int64_t first_row, rows;
};

class OutputChunks {
 public:
  OutputChunks() = default;
  // Of about so many pixels, at least one row.
  OutputChunks(const ConvSpec& spec, int64_t wanted_pixels)
      : all_planes_(spec.batch * spec.out[0]), all_rows_(spec.out[1]) {
    const int64_t pixels = std::max<int64_t>(1, spec.out[1] * spec.out[2]);
    if (pixels > wanted_pixels) {
      rows_ = std::max<int64_t>(1, wanted_pixels / spec.out[2]);
    } else {
      rows_ = std::max<int64_t>(1, spec.out[1]);
      planes_ = std::clamp<int64_t>(wanted_pixels / pixels, 1, std::max<int64_t>(1, all_planes_));
    }
  }

  int64_t planes() const noexcept { return planes_; }  // of the largest chunk
  int64_t rows() const noexcept { return rows_; }
  int64_t count() const noexcept { return div_up(all_planes_, planes_) * div_up(all_rows_, rows_); }
  OutputChunk operator[](int64_t index) const noexcept {
    const int64_t in_plane = div_up(all_rows_, rows_);
    const int64_t plane = index / in_plane * planes_, row = index % in_plane * rows_;
    return {plane, std::min(planes_, all_planes_ - plane), row, std::min(rows_, all_rows_ - row)};
  }

 private:
  int64_t all_planes_ = 0, all_rows_ = 0;
  int64_t planes_ = 1, rows_ = 1;
};

// Which depth of the image a plane of the output sees through depth `kd` of the window, and where
// a row of it begins, in floats; either may lie outside of the image.
inline int64_t seen_depth(const ConvSpec& s, int64_t plane, int64_t kd) {
  return plane % s.out[0] * s.stride[0] - s.pad[0] + kd * s.dilation[0];
}
inline int64_t image_row(const ConvSpec& s, int64_t plane, int64_t depth, int64_t row) {
  return ((plane / s.out[0] * s.in[0] + depth) * s.in[1] + row) * s.in[2] * s.in_channels;
}

}  // namespace rill::kernels
