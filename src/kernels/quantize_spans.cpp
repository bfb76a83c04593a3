#include "kernels/quantize_spans.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "base/thread_pool.h"
#include "kernels/dispatch.h"
#include "kernels/rounding.h"

namespace rill::kernels {

void round_to_steps(const StepRange& r, const float* x, float* y, int64_t n) {
  if (r.zero) {
    std::fill_n(y, n, 0.0f);
    return;
  }
  simd().round_to_steps(x, y, n, r);
}

void round_to_steps(const StepRange* ranges, const float* x, float* y, int64_t n) {
  for (int64_t i = 0; i < n; ++i) {
    const StepRange& r = ranges[i];
    const float above = std::max(std::min(x[i], r.high), r.low) - r.low;
    y[i] = r.zero ? 0.0f : floor_of(above * r.factor / r.divisor - r.before + 0.5f) * r.scale;
  }
}

void step_gradient(const StepRange& range, const float* dy, const float* x, float* dx, int64_t n,
                   double& below, double& above) {
  const float low = range.zero ? -INFINITY : range.low, high = range.zero ? INFINITY : range.high;
  // In lanes: sums of doubles one after the other wait for each other.
  constexpr int kLanes = 8;
  double under[kLanes] = {}, over[kLanes] = {};
  const auto lane = [&](int64_t i, int k) {
    const float g = dy[i], at = x[i];
    const bool inside = (at >= low) & (at <= high);
    dx[i] = inside | range.zero ? g : 0.0f;
    under[k] += static_cast<double>(at < low ? g : 0.0f);
    over[k] += static_cast<double>(at > high ? g : 0.0f);
  };
  int64_t i = 0;
  for (; i + kLanes <= n; i += kLanes) {
    for (int k = 0; k < kLanes; ++k) lane(i + k, k);
  }
  for (; i < n; ++i) lane(i, 0);
  for (int k = 0; k < kLanes; ++k) {
    below += under[k];
    above += over[k];
  }
}

FloatExtent extent_of(const float* x, int64_t n) {
  constexpr int64_t kBlock = 65536;
  const int64_t blocks = (n + kBlock - 1) / kBlock;
  std::vector<FloatExtent> found(static_cast<size_t>(blocks));
  parallel_for(blocks, 1, [&](int64_t begin, int64_t end) {
    for (int64_t b = begin; b < end; ++b) {
      found[static_cast<size_t>(b)] =
          simd().extent(x + b * kBlock, std::min(kBlock, n - b * kBlock));
    }
  });
  constexpr float kMost = std::numeric_limits<float>::max();
  FloatExtent all{kMost, -kMost};
  for (const FloatExtent& f : found) all = {std::min(all.low, f.low), std::max(all.high, f.high)};
  return all;
}

namespace {
template <typename T>
void clamp_all(const T* x, T* y, int64_t n, T low, T high) {
  for (int64_t i = 0; i < n; ++i) y[i] = std::min(std::max(x[i], low), high);
}
}  // namespace

void clamp_bytes(const uint8_t* x, uint8_t* y, int64_t n, uint8_t low, uint8_t high) {
  clamp_all(x, y, n, low, high);
}
void clamp_bytes(const int8_t* x, int8_t* y, int64_t n, int8_t low, int8_t high) {
  clamp_all(x, y, n, low, high);
}

void add_row(const float* from, float* to, int64_t n) {
  for (int64_t i = 0; i < n; ++i) to[i] += from[i];
}

}  // namespace rill::kernels
