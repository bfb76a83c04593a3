// Mfcc: mel-frequency cepstral coefficients of a spectrogram of squared magnitudes.
// Source: tensorflow/core/kernels/mfcc.cc, mfcc_mel_filterbank.cc, mfcc_dct.cc.
#include <cmath>
#include <numbers>

#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"

namespace rill {
namespace {

constexpr int64_t kMostCosines = int64_t{1} << 26;

double mel(double hertz) { return 1127.0 * std::log1p(hertz / 700.0); }

// Triangles, evenly spread over the mel scale; each bin of the spectrum lies in two.
class Filterbank {
 public:
  Filterbank(const NodeAccess& node, int64_t bins, double rate, int64_t channels, double low,
             double high)
      : channels_(channels) {
    node.require(channels >= 1 && channels <= INT32_MAX && rate > 0 && bins >= 2 && low >= 0 &&
                     high > low && high < 1e30,
                 "Mfcc initialization failed for channel count ", bins, " and sample rate ", rate);
    const double mel_low = mel(low);
    const double spacing = (mel(high) - mel_low) / static_cast<double>(channels + 1);
    const auto center = [&](int64_t i) { return mel_low + spacing * static_cast<double>(i + 1); };
    const double hertz = 0.5 * rate / static_cast<double>(bins - 1);
    begin_ = static_cast<int64_t>(std::min(1.5 + low / hertz, 1e15));
    end_ = static_cast<int64_t>(std::min(high / hertz, 1e15)) + 1;
    if (end_ > bins) return;  // the spectrum is too short: no channel gets anything
    int64_t channel = 0;
    for (int64_t i = begin_; i < end_; ++i) {
      const double m = mel(static_cast<double>(i) * hertz);
      while (channel < channels && center(channel) < m) ++channel;
      const int64_t left = channel - 1;
      const double from = left >= 0 ? center(left) : mel_low;
      bins_.push_back({left, (center(channel) - m) / (center(channel) - from)});
    }
    usable_ = true;
  }
  std::vector<double> operator()(const float* spectrum) const {
    std::vector<double> out(usable_ ? static_cast<size_t>(channels_) : 0);
    for (size_t i = 0; i < bins_.size(); ++i) {
      const double value =
          std::sqrt(static_cast<double>(spectrum[begin_ + static_cast<int64_t>(i)]));
      const double weighted = value * bins_[i].weight;
      const int64_t left = bins_[i].left;
      if (left >= 0) out[static_cast<size_t>(left)] += weighted;
      if (left + 1 < channels_) out[static_cast<size_t>(left + 1)] += value - weighted;
    }
    return out;
  }

 private:
  struct Bin {
    int64_t left;  // the channel on whose right side it lies; -1: before the first
    double weight;
  };
  int64_t channels_, begin_ = 0, end_ = 0;
  std::vector<Bin> bins_;
  bool usable_ = false;
};

void infer_mfcc(ShapeContext& ctx) {
  ctx.require_rank_exactly(0, 3);
  ctx.require_rank_exactly(1, 0);
  const Shape in = ctx.input(0).has_rank() ? ctx.input(0) : Shape::unknown_dims(3);
  const auto count = ctx.attr<int64_t>("dct_coefficient_count");
  ctx.require(count >= 0, "dct_coefficient_count must not be negative, got ", count);
  ctx.set_output(0, Shape{in[0], in[1], count});
}

void run_mfcc(KernelContext& ctx) {
  const Tensor& in = ctx.input(0);
  ctx.require(in.rank() == 3, "spectrogram must be 3-dimensional, got shape ", in.shape());
  ctx.require(ctx.input(1).rank() == 0, "Input sample_rate should be a scalar tensor, got shape ",
              ctx.input(1).shape());
  const auto channels = ctx.attr<int64_t>("filterbank_channel_count");
  const auto count = ctx.attr<int64_t>("dct_coefficient_count");
  if (count > 0 && channels > kMostCosines / count) {
    ctx.fail(Code::resource_exhausted, channels, " channels and ", count,
             " coefficients need too much memory");
  }
  const Filterbank filterbank(ctx, in.dim(2), *ctx.input(1).data<int32_t>(), channels,
                              static_cast<double>(ctx.attr<float>("lower_frequency_limit")),
                              static_cast<double>(ctx.attr<float>("upper_frequency_limit")));
  ctx.require(count >= 1 && count <= channels,
              "dct_coefficient_count must be between 1 and the number of channels, ", channels,
              ", got ", count);
  const auto n = static_cast<double>(channels);
  std::vector<double> cosines;
  for (int64_t i = 0; i < count; ++i) {
    for (int64_t j = 0; j < channels; ++j) {
      cosines.push_back(std::sqrt(2.0 / n) * std::cos(static_cast<double>(i) * std::numbers::pi /
                                                      n * (static_cast<double>(j) + 0.5)));
    }
  }
  float* to = ctx.output(0, Shape{in.dim(0), in.dim(1), count}).data<float>();
  for (int64_t frame = 0; frame < in.dim(0) * in.dim(1); ++frame) {
    std::vector<double> energy = filterbank(in.data<float>() + frame * in.dim(2));
    for (double& e : energy) e = std::log(e < 1e-12 ? 1e-12 : e);
    for (int64_t i = 0; i < count; ++i) {
      double sum = 0;
      for (size_t j = 0; j < energy.size(); ++j) {
        sum += cosines[static_cast<size_t>(i * channels) + j] * energy[j];
      }
      *to++ = static_cast<float>(sum);
    }
  }
}

}  // namespace

void register_mfcc(OpRegistry& registry) {
  registry.add(
      {.signature = "Mfcc(spectrogram: float32, sample_rate: int32) -> (output: float32)",
       .attrs = {float_attr("upper_frequency_limit", 4000), float_attr("lower_frequency_limit", 20),
                 int_attr("filterbank_channel_count", 40), int_attr("dct_coefficient_count", 13)},
       .shape = infer_mfcc,
       .kernel = run_mfcc});
}

}  // namespace rill
