// FunctionDefLibrary {function = 1, gradient = 2, registered_gradients = 3} and FunctionDef
// (tensorflow/core/framework/function.proto): signature = 1 (an OpDef), node_def = 3, ret = 4,
// attr = 5, control_ret = 6, arg_attr = 7, resource_arg_unique_id = 8.
#pragma once

#include "formats/graphdef/context.h"
#include "rill/graph.hpp"

namespace rill::formats {

// Adds to the functions and gradients of `out`. Throws UNIMPLEMENTED for the functions of 2015,
// whose bodies have another form.
void read_library(proto::Reader message, ReadContext& context, int depth, GraphDef& out);
void write_library(proto::Writer& out, uint32_t field, const GraphDef& graph);

}  // namespace rill::formats
