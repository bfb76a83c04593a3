// The gradient of a convolution by its filter, float32: a product of the transposed input (one row
// an element of the window and channel, shifted views of one copy) with the output's gradient.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/conv.h"
#include "kernels/output_chunks.h"

namespace rill::kernels {

// Immutable once made. Sums in an order that does not depend on the number of threads.
class FilterGradient {
 public:
  // Channels last; the spec is that of the forward convolution.
  explicit FilterGradient(const ConvSpec& spec);
  size_t scratch_bytes() const noexcept;
  // dw = [kd, kh, kw, in_channels / groups, out_channels].
  void run(const float* x, const float* dy, float* dw, void* scratch) const;

 private:
  // `first`: nothing is in dw yet.
  void task(const OutputChunk& chunk, bool first, int64_t kd, int64_t index, const float* x,
            const float* packed, float* dw, std::byte* slot) const;
  void fill(const OutputChunk& chunk, int64_t kd, int64_t channel, int64_t channels, const float* x,
            float* slab) const;
  int64_t panel_tasks() const;

  ConvSpec spec_;
  OutputChunks chunks_;
  int64_t slab_rows_ = 1, slab_width_ = 1;
  int64_t plane_floats_ = 0;  // of one channel and plane
  int64_t channels_per_task_ = 1, panels_per_task_ = 1, panels_ = 0;
  size_t packed_bytes_ = 0, slot_bytes_ = 0;
};

}  // namespace rill::kernels
