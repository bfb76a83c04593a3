// Operations on variables through their resource handles.
#pragma once

#include "rill/export.hpp"
#include "rill/tensor.hpp"

namespace rill::ops {

// Throw FAILED_PRECONDITION for a variable without a value, INVALID_ARGUMENT for another dtype or
// shape than the variable's.
RILL_API Value read_variable(const Value& variable_handle, DType dtype);
RILL_API void assign(const Value& variable_handle, const Value& value);
RILL_API void assign_add(const Value& variable_handle, const Value& value);
RILL_API void assign_sub(const Value& variable_handle, const Value& value);

}  // namespace rill::ops
