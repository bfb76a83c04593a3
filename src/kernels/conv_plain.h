// Convolutions, their two gradients, and pooling for any number type, by plain loops: the reference
// of conv.h and pool.h, and what they (float32) do not do.
#pragma once

#include "kernels/conv.h"
#include "kernels/pool.h"
#include "rill/dtype.hpp"

namespace rill::kernels {

enum class ConvPart : uint8_t {
  forward,          // (x, filter) -> y
  input_gradient,   // (dy, filter) -> dx: also the transposed convolution
  filter_gradient,  // (x, dy) -> dfilter
};

// Spec, layouts and the order of the filter are those of conv.h; the activation is not applied.
// Integers wrap around.
struct PlainConvolution {
  using Fn = void (*)(const ConvSpec& spec, ConvPart part, const void* a, const void* b,
                      void* result);
  ConvSpec spec;
  ConvPart part = ConvPart::forward;
  Fn fn = nullptr;
  void run(const void* a, const void* b, void* result) const { fn(spec, part, a, b, result); }
};
// float32, float64 and int32. Throws UNIMPLEMENTED for others.
PlainConvolution prepare_plain_convolution(DType dtype, const ConvSpec& spec, ConvPart part);

// Channels last. Every window must hold at least one element.
void plain_pool(DType dtype, const PoolSpec& spec, const void* x, void* y);
// dx from dy; the maximum's gradient goes to the first largest element of the window, or, with the
// maxima y, to all that are near them (TensorFlow: in three dimensions).
void plain_pool_gradient(DType dtype, const PoolSpec& spec, const void* x, const void* y,
                         const void* dy, void* dx);
// to[i]: what `from` has where x first equals the maximum y[i] of window i; 0 where it does
// nowhere.
void plain_take_at_maxima(DType dtype, const PoolSpec& spec, const void* x, const void* y,
                          const void* from, void* to);
// Where the first largest element of each window lies (NaN, where that comes first): ((h * in_w) +
// w) * channels + c, as MaxPoolWithArgmax counts it; with_batch adds the image as well. y may be
// null.
void plain_max_pool_argmax(DType dtype, const PoolSpec& spec, const void* x, void* y,
                           int64_t* argmax, bool with_batch);

}  // namespace rill::kernels
