// Products of matrices that lie within larger tensors, without copying them out: the heads of an
// attention layer.
#pragma once

#include <optional>

#include "kernels/strided.h"
#include "op/prepared.h"

namespace rill::linalg {

// Walks over the matrices of an operand, and over the rows and columns of each.
struct StridedMatrices {
  kernels::StridedDims batch, rows, columns;
};

// C = A B for two inputs of float32, of which none is constant; nothing when the kernel cannot walk
// as it would have to. `a` and `b` may lie in memory in any order, also C when it is written whole.
std::optional<Prepared> bind_strided_product(const PrepareContext& ctx, const StridedMatrices& a,
                                             const StridedMatrices& b, const StridedMatrices& c);

}  // namespace rill::linalg
