// Floats rounded to the steps of a range, a row at a time.
#pragma once

#include <cstdint>

#include "kernels/simd/table.h"

namespace rill::kernels {

// y = the step nearest to x, halves up, x clamped to [low, high]; NaN stays.
void round_to_steps(const StepRange& range, const float* x, float* y, int64_t n);
// A range for each element.
void round_to_steps(const StepRange* ranges, const float* x, float* y, int64_t n);

// dx = dy where x lies in [low, high], else 0; the sums of the other dy are added to `below` and
// `above`. Everything passes where the range is zero.
void step_gradient(const StepRange& range, const float* dy, const float* x, float* dx, int64_t n,
                   double& below, double& above);

// The least and the largest of n numbers, on several threads; NaN do not count. Without numbers:
// the largest float, and the lowest.
FloatExtent extent_of(const float* x, int64_t n);

// y = x, at least `low` and at most `high`.
void clamp_bytes(const uint8_t* x, uint8_t* y, int64_t n, uint8_t low, uint8_t high);
void clamp_bytes(const int8_t* x, int8_t* y, int64_t n, int8_t low, int8_t high);

// to += from
void add_row(const float* from, float* to, int64_t n);

}  // namespace rill::kernels
