#include "kernels/conv.h"

#include <algorithm>

#include "kernels/conv_variants.h"
#include "kernels/tap_conv.h"

namespace rill::kernels {
namespace {

int64_t floor_mod(int64_t a, int64_t b) { return ((a % b) + b) % b; }

// A 1x1 convolution with stride 1 and no padding is a product over all pixels.
void flatten_pointwise(TapSpec& t, Phase& phase) {
  t.out = t.in = {1, t.batch * t.out[0] * t.out[1] * t.out[2], 1};
  t.batch = 1;
  phase.count = t.out;
}

}  // namespace

Window same_window(int64_t in, int64_t kernel, int64_t stride, int64_t dilation) {
  Window w;
  w.out = (in + stride - 1) / stride;
  const int64_t span = (kernel - 1) * dilation + 1;
  const int64_t pad = std::max<int64_t>(0, (w.out - 1) * stride + span - in);
  w.pad_before = pad / 2;
  w.pad_after = pad - w.pad_before;
  return w;
}

Window valid_window(int64_t in, int64_t kernel, int64_t stride, int64_t dilation) {
  const int64_t span = (kernel - 1) * dilation + 1;
  return {in < span ? 0 : (in - span) / stride + 1, 0, 0};
}

std::unique_ptr<Convolution> make_convolution(const ConvSpec& spec, const float* constant_filter) {
  if (spec.channels_first) return make_channels_first(spec, constant_filter, false);
  if (is_simple_depthwise(spec)) return make_depthwise(spec, constant_filter);
  if (winograd_pays(spec, constant_filter != nullptr)) {
    return make_winograd(spec, constant_filter);
  }
  TapSpec t;
  t.batch = spec.batch;
  t.in = spec.in;
  t.out = spec.out;
  t.stride = spec.stride;
  t.in_channels = spec.in_channels;
  t.out_channels = spec.out_channels;
  t.groups = spec.groups;
  t.act = spec.act;
  t.threads = spec.threads;
  const int64_t group_in = spec.in_channels / spec.groups;
  t.filter_tap = group_in * spec.out_channels;
  t.filter_in = spec.out_channels;
  t.filter_out = 1;
  t.filter_group = spec.out_channels / spec.groups;
  Phase phase;
  phase.count = spec.out;
  int64_t row = 0;
  for (int64_t kd = 0; kd < spec.kernel[0]; ++kd) {
    for (int64_t kh = 0; kh < spec.kernel[1]; ++kh) {
      for (int64_t kw = 0; kw < spec.kernel[2]; ++kw) {
        phase.taps.push_back(
            {{kd * spec.dilation[0] - spec.pad[0], kh * spec.dilation[1] - spec.pad[1],
              kw * spec.dilation[2] - spec.pad[2]},
             row++});
      }
    }
  }
  const bool pointwise = row == 1 && spec.stride == Dims3{1, 1, 1} && spec.pad == Dims3{0, 0, 0} &&
                         spec.in == spec.out;
  if (pointwise) flatten_pointwise(t, phase);
  std::vector<Phase> phases;
  phases.push_back(std::move(phase));
  return std::make_unique<TapConv>(t, std::move(phases), constant_filter);
}

std::unique_ptr<Convolution> make_transposed_convolution(const ConvSpec& spec,
                                                         const float* constant_filter) {
  if (spec.channels_first) return make_channels_first(spec, constant_filter, true);
  if (is_simple_depthwise(spec)) return make_transposed_depthwise(spec, constant_filter);
  if (transposed_winograd_pays(spec, constant_filter != nullptr)) {
    return make_transposed_winograd(spec, constant_filter);
  }
  TapSpec t;
  t.batch = spec.batch;
  t.in = spec.out;
  t.out = spec.in;
  t.in_channels = spec.out_channels;
  t.out_channels = spec.in_channels;
  t.groups = spec.groups;
  t.act = spec.act;
  t.threads = spec.threads;
  const int64_t group_in = spec.in_channels / spec.groups;
  t.filter_tap = group_in * spec.out_channels;
  t.filter_in = 1;
  t.filter_out = spec.out_channels;
  t.filter_group = spec.out_channels / spec.groups;
  // Output i gets window element j from position (i + pad - j * dilation) / stride, where that is
  // whole: all outputs with the same i mod stride share their window elements.
  std::vector<Phase> phases;
  Dims3 residue;
  for (residue[0] = 0; residue[0] < spec.stride[0]; ++residue[0]) {
    for (residue[1] = 0; residue[1] < spec.stride[1]; ++residue[1]) {
      for (residue[2] = 0; residue[2] < spec.stride[2]; ++residue[2]) {
        Phase phase;
        phase.start = residue;
        phase.step = spec.stride;
        for (size_t d = 0; d < 3; ++d) {
          phase.count[d] = spec.in[d] <= residue[d]
                               ? 0
                               : (spec.in[d] - residue[d] + spec.stride[d] - 1) / spec.stride[d];
        }
        int64_t row = 0;
        Dims3 k;
        for (k[0] = 0; k[0] < spec.kernel[0]; ++k[0]) {
          for (k[1] = 0; k[1] < spec.kernel[1]; ++k[1]) {
            for (k[2] = 0; k[2] < spec.kernel[2]; ++k[2], ++row) {
              Tap tap{{}, row};
              bool whole = true;
              for (size_t d = 0; d < 3; ++d) {
                const int64_t at = residue[d] + spec.pad[d] - k[d] * spec.dilation[d];
                whole = whole && floor_mod(at, spec.stride[d]) == 0;
                tap.shift[d] = (at - floor_mod(at, spec.stride[d])) / spec.stride[d];
              }
              if (whole) phase.taps.push_back(tap);
            }
          }
        }
        phases.push_back(std::move(phase));
      }
    }
  }
  return std::make_unique<TapConv>(t, std::move(phases), constant_filter);
}

}  // namespace rill::kernels
