// AudioSpectrogram: the spectrum of each window of a sound, under a periodic Hann window padded to
// a power of two. Source: tensorflow/core/kernels/spectrogram.cc, spectrogram_op.cc.
#include <bit>
#include <cmath>
#include <numbers>

#include "kernels/fft.h"
#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"

namespace rill {
namespace {

struct Spec {
  int64_t window, stride, fft;
  Spec(const NodeAccess& node)
      : window(node.attr<int64_t>("window_size")), stride(node.attr<int64_t>("stride")) {
    node.require(window >= 2 && window <= INT32_MAX,
                 "window_size must be at least 2 and an int32, got ", window);
    node.require(stride >= 1 && stride <= INT32_MAX, "stride must be positive, got ", stride);
    fft = static_cast<int64_t>(std::bit_ceil(static_cast<uint64_t>(window)));
  }
  int64_t windows(int64_t samples) const {
    return samples < window ? 0 : 1 + (samples - window) / stride;
  }
  int64_t channels() const { return 1 + fft / 2; }
};

void infer_audio_spectrogram(ShapeContext& ctx) {
  const Spec spec(ctx);
  ctx.require_rank_exactly(0, 2);
  const Shape in = ctx.input(0).has_rank() ? ctx.input(0) : Shape::unknown_dims(2);
  ctx.set_output(0, Shape{in[1], in[0] < 0 ? -1 : spec.windows(in[0]), spec.channels()});
}

void run_audio_spectrogram(KernelContext& ctx) {
  const Spec spec(ctx);
  const Tensor& in = ctx.input(0);
  ctx.require(in.rank() == 2, "input must be 2-dimensional, got shape ", in.shape());
  const int64_t channels = in.dim(1), windows = spec.windows(in.dim(0));
  float* to = ctx.output(0, Shape{channels, windows, spec.channels()}).data<float>();
  if (windows == 0 || channels == 0) return;
  std::vector<double> hann(static_cast<size_t>(spec.window));
  for (size_t i = 0; i < hann.size(); ++i) {
    hann[i] = 0.5 - 0.5 * std::cos(2 * std::numbers::pi * static_cast<double>(i) /
                                   static_cast<double>(spec.window));
  }
  const kernels::Fft fft(spec.fft);
  std::vector<kernels::Fft::Complex> x(static_cast<size_t>(spec.fft)),
      work(static_cast<size_t>(fft.work()));
  const bool squared = ctx.attr<bool>("magnitude_squared");
  for (int64_t c = 0; c < channels; ++c) {
    for (int64_t w = 0; w < windows; ++w) {
      const float* from = in.data<float>() + w * spec.stride * channels + c;
      std::fill(x.begin(), x.end(), 0.0);
      for (int64_t i = 0; i < spec.window; ++i) {
        x[static_cast<size_t>(i)] =
            static_cast<double>(from[i * channels]) * hann[static_cast<size_t>(i)];
      }
      fft.run(x.data(), work.data(), false);
      for (int64_t k = 0; k < spec.channels(); ++k) {
        const auto power = static_cast<float>(std::norm(x[static_cast<size_t>(k)]));
        *to++ = squared ? power : std::sqrt(power);
      }
    }
  }
}

}  // namespace

void register_audio_spectrogram(OpRegistry& registry) {
  registry.add({.signature = "AudioSpectrogram(input: float32) -> (spectrogram: float32)",
                .attrs = {int_attr("window_size"), int_attr("stride"),
                          bool_attr("magnitude_squared", false)},
                .shape = infer_audio_spectrogram,
                .kernel = run_audio_spectrogram});
}

}  // namespace rill
