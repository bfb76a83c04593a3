// The custom gradients of a SavedModel (registered_gradients), tied to the nodes that use them.
#pragma once

#include <vector>

#include "formats/saved_model/saved_model.h"
#include "io/graph_calls.h"

namespace rill::io {

// Gives nodes whose _gradient_op_type the library knows the attribute of op/saved_gradient.h. What
// only the gradient uses, a variable or a tensor of a function further out, becomes an argument;
// nodes whose gradient captures what no argument can bring stay as they are. Gives the calls of the
// graph that could call functions with such arguments.
std::vector<GraphCall> bind_registered_gradients(formats::MetaGraph& meta);

}  // namespace rill::io
