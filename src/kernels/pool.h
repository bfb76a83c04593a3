// Max and average pooling, channels last, in one to three dimensions.
#pragma once

#include <cstdint>

#include "kernels/conv.h"

namespace rill::kernels {

// Where a maximum starts and what NaN does. TensorFlow has a way of its own for each kind.
enum class Maximum {
  of_numbers,  // the lowest number; NaN is passed over
  from_first,  // the first element; NaN elsewhere is passed over
  of_volume,   // minus infinity; what lies outside is the lowest number; NaN as `is_latest` says
};

// Where a maximum over a volume takes the latest element that is not less, so that NaN stays until
// the next one; elsewhere NaN is passed over. TensorFlow reduces as many outputs at once as a
// vector holds, if they lie in one row of channels, and the others otherwise.
[[gnu::always_inline]] inline bool is_latest(int64_t output, int64_t outputs, int64_t channel,
                                             int64_t channels) {
  constexpr int64_t kVector = 8;
  const int64_t within = output % kVector, first = channel - within;
  return first < 0 || first + kVector > channels || output - within + kVector > outputs;
}

struct PoolSpec {
  int64_t batch = 1, channels = 1;
  Dims3 in{1, 1, 1}, out{1, 1, 1};
  Dims3 kernel{1, 1, 1}, stride{1, 1, 1}, pad{0, 0, 0};
  Maximum maximum = Maximum::of_numbers;
  float lowest = -3.40282347e38f;  // the lowest number
  bool average = false;            // counts only elements inside the input, as TensorFlow does
  int threads = 1;
};

// Every window must hold at least one element of the input.
void pool(const PoolSpec& spec, const float* x, float* y);

// dx from dy (and, for the maximum, x). With y, the maxima, every element that is less than 1e-5
// from the maximum gets the gradient of its window, else the first largest.
void pool_gradient(const PoolSpec& spec, const float* x, const float* y, const float* dy,
                   float* dx);

}  // namespace rill::kernels
