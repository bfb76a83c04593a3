// Batch normalisation with the statistics of the batch, and its gradient. x lies as [outer,
// channels, inner]: inner is 1 when the channels are last. Statistics are floats; x may be half.
#pragma once

#include <cstdint>

#include "rill/dtype.hpp"

namespace rill::kernels {

struct BatchNormShape {
  int64_t outer = 0;
  int64_t channels = 0;
  int64_t inner = 1;
  float epsilon = 1e-3f;
  int64_t count() const { return outer * inner; }  // elements a channel
};

struct BatchNorm {
  BatchNormShape shape;
  // y = x * scale[c] + shift[c]
  using ApplyFn = void (*)(const BatchNormShape&, const void* x, const float* scale,
                           const float* shift, void* y);
  // Mean and population variance of each channel.
  using MomentsFn = void (*)(const BatchNormShape&, const void* x, float* mean, float* variance,
                             float* scratch);
  // Gradients of x, scale and offset. `batch`: the statistics are those of x itself.
  using GradientFn = void (*)(const BatchNormShape&, const void* dy, const void* x,
                              const float* scale, const float* mean, const float* variance,
                              bool batch, void* dx, float* dscale, float* doffset, float* scratch);
  ApplyFn apply = nullptr;
  MomentsFn moments = nullptr;
  GradientFn gradient = nullptr;
  int64_t scratch_floats = 0;  // of moments() and gradient()
};

// Throws UNIMPLEMENTED unless dtype is float32, float16 or bfloat16.
BatchNorm prepare_batch_norm(DType dtype, const BatchNormShape& shape);

}  // namespace rill::kernels
