// A body graph back as a FunctionDef: what a file holds.
#pragma once

#include <memory>
#include <string>

#include "graph/graph.h"

namespace rill {

// Nodes, arguments and results of `body` under its name. Throws INVALID_ARGUMENT when a node of an
// unknown op has users, since the names of its outputs are not known.
std::shared_ptr<const FunctionDef> function_def_of(const FunctionBody& body);

// A name that no function of the library has: `wanted` or wanted_1, ...
std::string unique_function_name(const FunctionLibrary& library, const std::string& wanted);

// Puts a body that was built as a graph into the library, with its FunctionDef.
void add_function(FunctionLibrary& library, std::shared_ptr<FunctionBody> body);

}  // namespace rill
