// Distributions over [0, range) that candidate samplers draw from.
// Source: tensorflow/core/kernels/range_sampler.cc, core/lib/random/simple_philox.h,
// distribution_sampler.cc, weighted_picker.cc.
#pragma once

#include <cmath>
#include <map>
#include <memory>
#include <span>
#include <vector>

#include "kernels/random_bits.h"
#include "op/kernel_context.h"

namespace rill {

class SimplePhilox {
 public:
  explicit SimplePhilox(kernels::Philox philox) : stream_(philox) {}
  float number() { return kernels::to_float(stream_()); }
  double wide_number() {
    const uint32_t a = stream_(), b = stream_();
    return kernels::to_double(a, b);
  }
  // In [0, n), n > 0, without bias: what would favour low numbers is drawn again.
  uint32_t below(uint32_t n) {
    if ((n & (n - 1)) == 0) return stream_() & (n - 1);
    const uint32_t first = UINT32_MAX % n + 1;
    for (;;) {
      const uint32_t x = stream_();
      if (x >= first) return x % n;
    }
  }
  uint64_t wide_below(uint64_t n) {
    const auto draw = [&] {
      const uint32_t a = stream_(), b = stream_();
      return a | (uint64_t{b} << 32);
    };
    if ((n & (n - 1)) == 0) return draw() & (n - 1);
    const uint64_t first = UINT64_MAX % n + 1;
    for (;;) {
      const uint64_t x = draw();
      if (x >= first) return x % n;
    }
  }

 private:
  kernels::PhiloxStream stream_;
};

class RangeSampler {
 public:
  explicit RangeSampler(int64_t range) : range_(range) {}
  virtual ~RangeSampler() = default;
  int64_t range() const { return range_; }
  virtual int64_t sample(SimplePhilox& random) = 0;
  virtual float probability(int64_t value) const = 0;
  virtual bool takes_all() const { return false; }
  virtual void update(std::span<const int64_t>) {}

 protected:
  int64_t range_;
};

class AllSampler final : public RangeSampler {
 public:
  using RangeSampler::RangeSampler;
  int64_t sample(SimplePhilox&) override { return 0; }
  float probability(int64_t) const override { return 1; }
  bool takes_all() const override { return true; }
};

class UniformSampler final : public RangeSampler {
 public:
  using RangeSampler::RangeSampler;
  int64_t sample(SimplePhilox& random) override {
    return static_cast<int64_t>(random.wide_below(static_cast<uint64_t>(range_)));
  }
  float probability(int64_t) const override {
    return static_cast<float>(1.0 / static_cast<double>(range_));
  }
};

// Zipf's law, nearly: P(value) = log((value + 2) / (value + 1)) / log(range + 1).
class LogUniformSampler final : public RangeSampler {
 public:
  explicit LogUniformSampler(int64_t range)
      : RangeSampler(range), log_range_(std::log1p(static_cast<double>(range))) {}
  int64_t sample(SimplePhilox& random) override {
    const double x = std::exp(random.wide_number() * log_range_);
    return (x >= 9.2e18 ? INT64_MAX : static_cast<int64_t>(x) - 1) % range_;
  }
  float probability(int64_t value) const override {
    const auto v = static_cast<double>(value);
    return static_cast<float>(std::log((v + 2.0) / (v + 1.0)) / log_range_);
  }

 private:
  double log_range_;
};

// One more than how often each class was seen.
class UnigramSampler final : public RangeSampler {
 public:
  explicit UnigramSampler(int64_t range) : RangeSampler(range), total_(range) {}
  int64_t sample(SimplePhilox& random) override;
  float probability(int64_t value) const override;
  void update(std::span<const int64_t> values) override;

 private:
  int64_t total_;
  std::map<int64_t, int64_t> seen_;  // only the classes that were
};

// Given weights, from the attributes of FixedUnigramCandidateSampler (a file, or a list).
// Throws INVALID_ARGUMENT; NOT_FOUND or PERMISSION_DENIED for the file.
std::unique_ptr<RangeSampler> make_fixed_unigram_sampler(const KernelContext& ctx);

}  // namespace rill
