// Convolution in one, two or three dimensions; prepared once, run by any thread at once.
//
// All shapes are given as depth, height, width; a lower dimension has size 1 and stands in front.
// Tensors are channels-last unless channels_first says otherwise. Padding before is explicit;
// what a window reads beyond the input is zero.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "kernels/activation.h"

namespace rill::kernels {

using Dims3 = std::array<int64_t, 3>;

struct ConvSpec {
  int64_t batch = 1;
  Dims3 in{1, 1, 1}, out{1, 1, 1};
  int64_t in_channels = 1, out_channels = 1;
  int64_t groups = 1;  // filter: [kd, kh, kw, in_channels / groups, out_channels]
  // DepthwiseConv2dNative: filter [kh, kw, in_channels, out_channels / in_channels]; groups is
  // then in_channels.
  Dims3 kernel{1, 1, 1}, stride{1, 1, 1}, dilation{1, 1, 1}, pad{0, 0, 0};
  Activation act;
  bool channels_first = false;
  int threads = 1;
  bool allow_winograd = true;
};

// Output size and padding before of one dimension for TensorFlow's "SAME" and "VALID".
struct Window {
  int64_t out = 0, pad_before = 0, pad_after = 0;
};
Window same_window(int64_t in, int64_t kernel, int64_t stride, int64_t dilation);
Window valid_window(int64_t in, int64_t kernel, int64_t stride, int64_t dilation);

class Convolution {
 public:
  virtual ~Convolution() = default;
  // Scratch that run() needs, 64-byte aligned; may be 0.
  virtual size_t scratch_bytes() const noexcept = 0;
  // bias: out_channels values; residual: laid out as y; either may be null. filter is ignored
  // when it was constant. y may be the residual, but not x.
  virtual void run(const float* x, const float* filter, const float* bias, const float* residual,
                   float* y, void* scratch) const = 0;
  // Which kernel was chosen: "winograd4x4", "gemm", "depthwise".
  virtual const char* name() const noexcept = 0;
};

// y = conv(x, filter). constant_filter, when not null, is packed here and not needed afterwards.
std::unique_ptr<Convolution> make_convolution(const ConvSpec& spec, const float* constant_filter);

// The transposed convolution: Conv*DBackpropInput and Conv*DTranspose. The spec is that of the
// forward convolution; run() takes x = what lies at its output ([batch, out..., out_channels]) and
// makes y = what lies at its input; bias has in_channels values.
std::unique_ptr<Convolution> make_transposed_convolution(const ConvSpec& spec,
                                                         const float* constant_filter);

}  // namespace rill::kernels
