// How scattered updates meet what is there: ScatterNd, TensorScatter*, Scatter*, ResourceScatter*.
#pragma once

#include <cstdint>

#include "base/function_ref.h"
#include "rill/dtype.hpp"

namespace rill {

enum class ScatterMode : uint8_t { update, add, sub, mul, div, min, max };

// target[i] = target[i] (mode) update[i * step] for n elements; step 0 repeats one update.
using CombineFn = void (*)(void* target, const void* update, int64_t n, int64_t step);

// Throws UNIMPLEMENTED when the mode does not exist for the dtype.
CombineFn combine_fn(ScatterMode mode, DType dtype, const char* who);

// A tensor of n elements that takes `count` updates of `slice` elements each.
struct ScatterInto {
  DType dtype = DType::invalid;
  int64_t n = 0;
  int64_t count = 0;
  int64_t slice = 0;
  int64_t step = 1;  // of CombineFn; 0: one scalar is every update

  // Combines update i with the slice of `to` that starts at the element at(i), a multiple of
  // `slice`, or with none where at(i) is negative: in the order of i for each slice. First `start`
  // makes elements [begin, end) of `to`. Both are called from several threads.
  void run(CombineFn combine, const void* updates, void* to,
           FunctionRef<void(int64_t begin, int64_t end)> start,
           FunctionRef<int64_t(int64_t i)> at) const;
};

}  // namespace rill
