#pragma once

#include <string>

#include "keras/layers/operation_table.h"

namespace rill::keras {

// Functions of TensorFlow that are one op, by the name that a TFOpLambda has without its module
// ("igamma"), or with it where it tells functions apart ("strings.length").
bool is_raw_operation(const std::string& function);
Values raw_operation(const std::string& function, const OperationCall& call);

}  // namespace rill::keras
