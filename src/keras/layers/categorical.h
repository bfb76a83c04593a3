#pragma once

#include <string>

#include "keras/core/ops.h"

namespace rill::keras {

// Indices as one_hot, multi_hot or count vectors (keras/src/utils/numerical_utils.py,
// encode_categorical_inputs); "int" only casts.
Value encode_categorical(const Value& indices, const std::string& mode, int64_t depth, DType dtype);

}  // namespace rill::keras
