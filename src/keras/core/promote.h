// The dtype in which values of several dtypes meet, as keras.backend.result_type has it.
#pragma once

#include "keras/core/ops.h"

namespace rill::keras::op {

// invalid: nothing says it (numbers of a config alone), or the dtypes cannot meet.
DType common_dtype(const Values& values);
// All cast to their common dtype.
Values promoted(Values values);
// Integers and booleans as float32.
Value to_floating(const Value& x);

}  // namespace rill::keras::op
