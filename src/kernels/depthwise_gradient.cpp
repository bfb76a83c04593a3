#include "kernels/depthwise_gradient.h"

#include <algorithm>
#include <cstring>

#include "kernels/conv_variants.h"
#include "kernels/dense_table.h"
#include "kernels/packed.h"
#include "kernels/parallel.h"

namespace rill::kernels {
namespace {

DepthwiseBack depthwise_back(const ConvSpec& s) {
  DepthwiseBack job{};
  static_cast<DepthwiseGeometry&>(job) = depthwise_geometry(s);
  job.batch = s.batch;
  return job;
}

int threads_of(const ConvSpec& s) {
  const int64_t work = s.batch * s.out[1] * s.out[2] * s.in_channels * s.kernel[1] * s.kernel[2];
  return static_cast<int>(std::clamp<int64_t>(work / 50'000, 1, std::max(1, s.threads)));
}

int64_t filter_size(const ConvSpec& s) { return s.kernel[1] * s.kernel[2] * s.in_channels; }

// With strides: each row of what is made gathers what the rows that saw it give.
class Strided final : public Convolution {
 public:
  Strided(const ConvSpec& spec, const float* constant_filter) : spec_(spec) {
    if (!constant_filter) return;
    filter_ = AlignedFloats(filter_size(spec));
    std::memcpy(filter_.get(), constant_filter,
                static_cast<size_t>(filter_size(spec)) * sizeof(float));
  }
  size_t scratch_bytes() const noexcept override { return 0; }
  const char* name() const noexcept override { return "depthwise"; }

  void run(const float* x, const float* filter, const float* bias, const float* residual, float* y,
           void*) const override {
    const auto& s = spec_;
    DepthwiseBack job = depthwise_back(s);
    job.dy = x;
    job.w = filter_ ? filter_.get() : filter;
    job.result = y;
    job.adds = residual || bias;
    const int64_t row = s.in[2] * s.in_channels;
    for_tasks(threads_of(s), s.batch * s.in[1], [&](int, int64_t task) {
      float* to = y + task * row;
      if (residual) {
        if (to != residual + task * row) {
          std::memcpy(to, residual + task * row, static_cast<size_t>(row) * sizeof(float));
        }
      } else if (bias) {
        std::fill(to, to + row, 0.0f);
      }
      if (bias) {
        for (int64_t i = 0; i < row; ++i) to[i] += bias[i % s.in_channels];
      }
      dense_table().depthwise_input_gradient(job, task / s.in[1], task % s.in[1]);
      dense_table().activate(to, row, s.act);
    });
  }

 private:
  ConvSpec spec_;
  AlignedFloats filter_;
};

// With stride 1: the depthwise convolution with the filter turned round.
class Turned final : public Convolution {
 public:
  Turned(const ConvSpec& spec, const float* constant_filter) : spec_(spec) {
    ConvSpec turned = spec;
    std::swap(turned.in, turned.out);
    for (size_t d = 1; d < 3; ++d) {
      turned.pad[d] = (spec.kernel[d] - 1) * spec.dilation[d] - spec.pad[d];
    }
    AlignedFloats filter;
    if (constant_filter) {
      filter = AlignedFloats(filter_size(spec));
      turn(constant_filter, filter.get());
    }
    inner_ = make_depthwise(turned, filter.get());
    constant_ = constant_filter != nullptr;
  }
  size_t scratch_bytes() const noexcept override {
    return constant_ ? 0 : scratch_floats(filter_size(spec_));
  }
  const char* name() const noexcept override { return inner_->name(); }

  void run(const float* x, const float* filter, const float* bias, const float* residual, float* y,
           void* scratch) const override {
    auto* turned = static_cast<float*>(scratch);
    if (!constant_) turn(filter, turned);
    inner_->run(x, constant_ ? nullptr : turned, bias, residual, y, nullptr);
  }

 private:
  void turn(const float* from, float* to) const {
    const int64_t taps = spec_.kernel[1] * spec_.kernel[2], channels = spec_.in_channels;
    for (int64_t tap = 0; tap < taps; ++tap) {
      std::memcpy(to + (taps - 1 - tap) * channels, from + tap * channels,
                  static_cast<size_t>(channels) * sizeof(float));
    }
  }

  ConvSpec spec_;
  bool constant_ = false;
  std::unique_ptr<Convolution> inner_;
};

}  // namespace

std::unique_ptr<Convolution> make_transposed_depthwise(const ConvSpec& spec,
                                                       const float* constant_filter) {
  bool turns = spec.stride[1] == 1 && spec.stride[2] == 1;
  for (size_t d = 1; d < 3; ++d) {
    turns = turns && spec.pad[d] >= 0 && spec.pad[d] <= (spec.kernel[d] - 1) * spec.dilation[d];
  }
  if (turns) return std::make_unique<Turned>(spec, constant_filter);
  return std::make_unique<Strided>(spec, constant_filter);
}

DepthwiseFilterGradient::DepthwiseFilterGradient(const ConvSpec& spec) : spec_(spec) {
  constexpr int64_t kPixels = 512;  // of a part
  const int64_t rows = std::max<int64_t>(1, spec.batch * spec.out[1]);
  parts_ = std::clamp<int64_t>(rows * spec.out[2] / kPixels, 1, std::min<int64_t>(rows, 16));
}

size_t DepthwiseFilterGradient::scratch_bytes() const noexcept {
  return parts_ == 1 ? 0 : static_cast<size_t>(parts_) * scratch_floats(filter_size(spec_));
}

void DepthwiseFilterGradient::run(const float* x, const float* dy, float* dw, void* scratch) const {
  constexpr int64_t kChannels = 256;  // a multiple of two vectors
  const int64_t blocks = div_up(spec_.in_channels, kChannels), rows = spec_.batch * spec_.out[1];
  const int64_t size = filter_size(spec_);
  const auto sums_of = [&](int64_t part) {
    if (parts_ == 1) return dw;
    return reinterpret_cast<float*>(static_cast<std::byte*>(scratch) +
                                    static_cast<size_t>(part) * scratch_floats(size));
  };
  for (int64_t part = 0; part < parts_; ++part) std::fill_n(sums_of(part), size, 0.0f);
  for_tasks(threads_of(spec_), parts_ * blocks, [&](int, int64_t task) {
    const int64_t part = task / blocks, first = task % blocks * kChannels;
    DepthwiseBack job = depthwise_back(spec_);
    job.x = x;
    job.dy = dy;
    job.result = sums_of(part);
    dense_table().depthwise_filter_gradient(job, rows * part / parts_, rows * (part + 1) / parts_,
                                            first, std::min(spec_.in_channels, first + kChannels));
  });
  if (parts_ == 1) return;
  std::copy_n(sums_of(0), size, dw);
  for (int64_t part = 1; part < parts_; ++part) {
    const float* sums = sums_of(part);
    for (int64_t i = 0; i < size; ++i) dw[i] += sums[i];
  }
}

}  // namespace rill::kernels
