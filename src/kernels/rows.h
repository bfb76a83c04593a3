// Operations on rows of floats: softmax, normalisation, bias and activation, batch norm. Dense rows
// of `columns` elements. As everywhere in kernels: prepare may throw, run() does nothing but run.
#pragma once

#include <cstdint>
#include <span>

#include "kernels/op_codes.h"
#include "rill/dtype.hpp"
#include "rill/shape.hpp"

namespace rill::kernels {

// Softmax, or its logarithm, of every row. float32, float64, float16, bfloat16. In place is fine.
struct Softmax {
  using Fn = void (*)(const Softmax& self, const void* x, void* y);
  Fn fn = nullptr;
  int64_t rows = 0;
  int64_t columns = 0;
  bool logarithm = false;

  void run(const void* x, void* y) const noexcept { fn(*this, x, y); }
};
Softmax prepare_softmax(DType dtype, int64_t rows, int64_t columns, bool logarithm);

// y = (x - mean) / sqrt(variance + epsilon) * gamma + beta, by row; rms: y = x / sqrt(mean(x^2) +
// epsilon) * gamma. gamma, beta: `columns` elements or null; mean, inverse: one a row, or null when
// not wanted (inverse = 1 / sqrt(variance + epsilon)). In place is fine.
struct LayerNorm {
  int64_t rows = 0;
  int64_t columns = 0;
  float epsilon = 1e-3f;
  bool rms = false;

  void run(const float* x, const float* gamma, const float* beta, float* y, float* mean = nullptr,
           float* inverse = nullptr) const noexcept;
};

// y[r, c] = activation(x[r, c] * scale[c] + shift[c]); scale or shift may be null. Rows are
// [batch and space, channels]. With `channels_first`, x is [batch, channels, space].
// Batch norm: scale = gamma / sqrt(variance + epsilon), shift = beta - mean * scale. In place is
// fine.
struct ScaleShift {
  int64_t outer = 0;  // rows; with channels_first: batch
  int64_t channels = 0;
  int64_t inner = 1;  // with channels_first: space
  bool channels_first = false;
  UnaryOp activation = UnaryOp::identity;
  float alpha = 1.0f;

  void run(const float* x, const float* scale, const float* shift, float* y) const noexcept;
};
// Throws UNIMPLEMENTED when the activation has no float kernel.
ScaleShift prepare_scale_shift(int64_t outer, int64_t channels, int64_t inner, bool channels_first,
                               UnaryOp activation = UnaryOp::identity, float alpha = 1.0f);

// scale and shift of a batch norm with fixed statistics; gamma, beta may be null.
void batch_norm_scale_shift(const float* gamma, const float* beta, const float* mean,
                            const float* variance, float epsilon, int64_t channels, float* scale,
                            float* shift) noexcept;

}  // namespace rill::kernels
