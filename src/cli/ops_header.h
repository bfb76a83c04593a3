// include/rill/raw_ops.hpp: a C++ function for each operation.
#pragma once

#include <string>
#include <vector>

#include "op/op_def.h"

namespace rill::cli {

std::string ops_header(const std::vector<const OpDef*>& defs);

}  // namespace rill::cli
