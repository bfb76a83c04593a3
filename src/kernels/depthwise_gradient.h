// The gradient of a depthwise convolution by its filter, float32, one output a channel.
#pragma once

#include <cstddef>

#include "kernels/conv.h"

namespace rill::kernels {

// Immutable once made. Sums in an order that does not depend on the number of threads.
class DepthwiseFilterGradient {
 public:
  // Channels last; the spec is that of the forward convolution, is_simple_depthwise().
  explicit DepthwiseFilterGradient(const ConvSpec& spec);
  size_t scratch_bytes() const noexcept;
  // dw = [kh, kw, channels].
  void run(const float* x, const float* dy, float* dw, void* scratch) const;

 private:
  ConvSpec spec_;
  int64_t parts_;  // of the rows, each with sums of its own
};

}  // namespace rill::kernels
