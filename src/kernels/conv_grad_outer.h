// The gradient of a convolution of one group by its filter, float32: sums of outer products of
// windows of x and pixels of dy, both read where they lie. What lies at the borders of x is copied
// to rows with zeros around them.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/conv.h"
#include "kernels/output_chunks.h"

namespace rill::kernels {

// Immutable once made. Sums in an order that does not depend on the number of threads.
class OuterFilterGradient {
 public:
  // Channels last, one group; the spec is that of the forward convolution.
  explicit OuterFilterGradient(const ConvSpec& spec);
  size_t scratch_bytes() const noexcept;
  // dw = [kd, kh, kw, in_channels, out_channels].
  void run(const float* x, const float* dy, float* dw, void* scratch) const;

 private:
  // What one thread has.
  struct Lane {
    float *x_rows, *dy_rows;
    int64_t *x_at, *dy_at;
  };
  Lane lane(std::byte* memory) const;
  void add_part(int64_t part, int64_t split, const float* x, const float* dy, float* dw,
                const Lane& lane) const;
  void add_windows(const OutputChunk& chunk, int64_t kd, int64_t split, bool first, const float* x,
                   const float* dy, float* dw, const Lane& lane) const;
  void copy_x(const OutputChunk& chunk, int64_t kd, const float* x, float* to) const;
  void copy_dy(const OutputChunk& chunk, const float* dy, float* to) const;

  ConvSpec spec_;
  OutputChunks chunks_;
  int64_t parts_ = 1;   // of the chunks, each with sums of its own
  int64_t splits_ = 1;  // of the rows of dw
  int64_t runs_ = 1;    // of rows of dw that one window row of x makes
  int64_t run_rows_ = 1;
  int64_t dw_floats_ = 0;
  int64_t x_row_floats_ = 0, x_plane_rows_ = 0;  // of the copy; 0: none is needed
  int64_t dy_step_ = 0;                          // between pixels of dy, or of its copy
  size_t x_bytes_ = 0, dy_bytes_ = 0, list_bytes_ = 0;
};

}  // namespace rill::kernels
