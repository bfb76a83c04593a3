// Reductions that reduce.h leaves out: complex numbers, and the norm of integers.
#pragma once

#include "kernels/reduce.h"
#include "kernels/strided.h"

namespace rill::kernels {

struct Fold {
  using Fn = void (*)(const Fold& self, const void* x, void* y);
  Fn fn = nullptr;
  StridedDims kept, reduced;
  void run(const void* x, void* y) const { fn(*this, x, y); }
};

// sum, mean, prod, euclidean_norm. Throws UNIMPLEMENTED for others.
Fold prepare_fold(ReduceOp op, DType dtype, const Shape& shape, std::span<const int> axes);

}  // namespace rill::kernels
