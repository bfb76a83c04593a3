// include/rill/raw_ops.hpp and what it includes: a C++ function for each operation.
#pragma once

#include <filesystem>
#include <vector>

#include "op/op_def.h"

namespace rill::cli {

// Writes raw_ops.hpp and raw_ops/FAMILY.hpp below `folder`.
void write_ops_headers(const std::vector<const OpDef*>& defs, const std::filesystem::path& folder);

}  // namespace rill::cli
