// Sequences cut into frames that overlap, and put together again (tensorflow/python/ops/signal).
#pragma once

#include <string>
#include <vector>

#include "keras/core/ops.h"

namespace rill::keras {

// [..., time] -> [..., frames, length]: a frame every `step`; what is left over is dropped.
Value framed(const Value& x, int64_t length, int64_t step);
// [..., frames, length] -> [..., time]: the sum of the frames at their places.
Value overlap_added(const Value& frames, int64_t step);

// tf.signal's windows "hann" and "hamming": periodic, but of even lengths only.
// Throws UNIMPLEMENTED for another.
std::vector<float> periodic_window(const std::string& name, int64_t length);

}  // namespace rill::keras
