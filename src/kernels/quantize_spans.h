// Floats rounded to the steps of a range, a row at a time.
#pragma once

#include <cstdint>

namespace rill::kernels {

struct StepRange {
  float low = 0, high = 0, scale = 0;
  bool zero = false;  // everything becomes zero
};

// y = the step nearest to x, halves up: floor((x - low) / scale + 0.5) scale + low, x clamped to
// [low, high]; NaN stays.
void round_to_steps(const StepRange& range, const float* x, float* y, int64_t n);
// A range for each element.
void round_to_steps(const StepRange* ranges, const float* x, float* y, int64_t n);

// to += from
void add_row(const float* from, float* to, int64_t n);

}  // namespace rill::kernels
