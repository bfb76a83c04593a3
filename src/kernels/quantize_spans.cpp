#include "kernels/quantize_spans.h"

#include <algorithm>

#include "kernels/rounding.h"

namespace rill::kernels {
namespace {

inline float stepped(const StepRange& r, float inverse, float x) {
  const float clamped = std::max(std::min(x, r.high), r.low) - r.low;
  return floor_of(clamped * inverse + 0.5f) * r.scale + r.low;
}

}  // namespace

void round_to_steps(const StepRange& range, const float* x, float* y, int64_t n) {
  if (range.zero) {
    std::fill_n(y, n, 0.0f);
    return;
  }
  const StepRange r = range;
  const float inverse = 1.0f / r.scale;
  for (int64_t i = 0; i < n; ++i) y[i] = stepped(r, inverse, x[i]);
}

void round_to_steps(const StepRange* ranges, const float* x, float* y, int64_t n) {
  for (int64_t i = 0; i < n; ++i) {
    const StepRange& r = ranges[i];
    y[i] = r.zero ? 0.0f : stepped(r, 1.0f / r.scale, x[i]);
  }
}

void add_row(const float* from, float* to, int64_t n) {
  for (int64_t i = 0; i < n; ++i) to[i] += from[i];
}

}  // namespace rill::kernels
