// The convolutions beside the general one; make_convolution() chooses.
#pragma once

#include <memory>

#include "kernels/conv.h"
#include "kernels/dense_table.h"

namespace rill::kernels {

// Depthwise in two dimensions, one output a channel; kernel height at most kDepthwiseRows.
inline constexpr int64_t kDepthwiseRows = 64;
inline bool is_simple_depthwise(const ConvSpec& s) {
  return s.groups > 1 && s.groups == s.in_channels && s.out_channels == s.in_channels &&
         s.in[0] == 1 && s.out[0] == 1 && s.kernel[0] == 1 && s.kernel[1] <= kDepthwiseRows;
}
// The geometry of one; tensors and rows are the caller's.
DepthwiseGeometry depthwise_geometry(const ConvSpec& spec);
DepthwiseRows depthwise_rows(const ConvSpec& spec);
std::unique_ptr<Convolution> make_depthwise(const ConvSpec& spec, const float* constant_filter);
std::unique_ptr<Convolution> make_transposed_depthwise(const ConvSpec& spec,
                                                       const float* constant_filter);

// 3x3 with stride 1: F(4x4, 3x3), 36 products instead of 9 taps a pixel. Takes 4 times the weights.
// A filter that is not constant is transformed in each run.
bool winograd_pays(const ConvSpec& spec, bool constant_filter);
std::unique_ptr<Convolution> make_winograd(const ConvSpec& spec, const float* constant_filter);
// The same for the transposed convolution: one of the gradient with the filter turned round.
bool transposed_winograd_pays(const ConvSpec& spec, bool constant_filter);
std::unique_ptr<Convolution> make_transposed_winograd(const ConvSpec& spec,
                                                      const float* constant_filter);

// Turns channels-first tensors round before and after.
std::unique_ptr<Convolution> make_channels_first(const ConvSpec& spec, const float* constant_filter,
                                                 bool transposed);

}  // namespace rill::kernels
