#pragma once

#include <string>

#include "keras/layers/operation_table.h"

namespace rill::keras {

bool has_ragged(const Values& inputs);
// A function with ragged tensors among its arguments: what TensorFlow has for these, or, where it
// goes number by number, of their values. `fn` is null for a function that is an op (raw.h). Throws
// UNIMPLEMENTED for any other.
Values on_ragged(const std::string& function, OperationFn fn, const OperationCall& call);

}  // namespace rill::keras
