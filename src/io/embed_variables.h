// Variables become constants, as TensorFlow's convert_variables_to_constants_v2 makes them.
#pragma once

#include <map>
#include <string>

#include "rill/graph.hpp"
#include "rill/tensor.hpp"

namespace rill::io {

// Each variable that `values` names becomes a constant of that name; what reads it, also in the
// functions of loops, branches and calls, takes a value instead of a handle. Nothing may write it.
void embed_variables(GraphDef& graph, const std::map<std::string, Tensor>& values);

}  // namespace rill::io
