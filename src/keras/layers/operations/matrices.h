#pragma once

#include "keras/core/ops.h"

namespace rill::keras {

// The last two dimensions change places. Throws INVALID_ARGUMENT without them.
Value matrix_turned(const Value& x);
// Of each matrix, the largest first.
Value singular_values(const Value& x);

}  // namespace rill::keras
