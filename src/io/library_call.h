// Calls of functions that came with a file, from any graph.
#pragma once

#include <string>
#include <vector>

#include "graph/graph.h"
#include "op/emit.h"

namespace rill::io {

using Functions = decltype(FunctionLibrary::functions);

// A node that calls `function`, in the graph of the inputs or the current one, which gets the
// functions too. `outputs`: the dtypes of the results.
Values call_function(const Functions& functions, const std::string& function, const Values& inputs,
                     const std::vector<DType>& outputs, const std::string& name);

}  // namespace rill::io
