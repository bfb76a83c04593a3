// How scattered updates meet what is there: ScatterNd, TensorScatter*, Scatter*, ResourceScatter*.
#pragma once

#include <cstdint>

#include "rill/dtype.hpp"

namespace rill {

enum class ScatterMode : uint8_t { update, add, sub, mul, div, min, max };

// target[i] = target[i] (mode) update[i * step] for n elements; step 0 repeats one update.
using CombineFn = void (*)(void* target, const void* update, int64_t n, int64_t step);

// Throws UNIMPLEMENTED when the mode does not exist for the dtype.
CombineFn combine_fn(ScatterMode mode, DType dtype, const char* who);

}  // namespace rill
