// Outputs of a node in a function are named "node:argument:i"; tensors have numbers, "node:k".
#pragma once

#include <string_view>
#include <vector>

#include "rill/graph.hpp"

namespace rill {

// The number of the first output of an argument; -1 when there is no such argument.
int output_offset(const std::vector<ArgDef>& outputs, const AttrMap& attrs,
                  std::string_view argument);

}  // namespace rill
