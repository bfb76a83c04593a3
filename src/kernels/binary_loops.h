// The loops of binary operations for every type that has no kernel of its own instruction set.
#pragma once

#include "kernels/elementwise.h"

namespace rill::kernels {

// Null where the operation does not exist for T: float, double, bool or an integer type.
template <typename T>
Binary::Fn binary_loop(BinaryOp op) noexcept;

}  // namespace rill::kernels
