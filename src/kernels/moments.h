// Mean and (population) variance over any axes, in two passes.
#pragma once

#include <span>

#include "kernels/reduce.h"

namespace rill::kernels {

struct Moments {
  ReduceShape shape;

  // mean, variance: the kept dimensions, dense.
  void run(const float* x, float* mean, float* variance) const noexcept;
};
Moments prepare_moments(const Shape& shape, std::span<const int> axes);

}  // namespace rill::kernels
