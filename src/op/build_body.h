// Bodies of functions that are built node by node, as gradients and raised loops are.
#pragma once

#include <memory>
#include <string>

#include "graph/graph.h"

namespace rill {

// A new body over an empty graph that shares the library.
std::shared_ptr<FunctionBody> new_body(const GraphImpl& library_of, const std::string& name);
// An argument or a result of a body under construction.
Value add_arg(const std::shared_ptr<GraphImpl>& graph, FunctionBody& body, const std::string& name,
              DType dtype, const Shape& shape);
void add_return(const std::shared_ptr<GraphImpl>& graph, FunctionBody& body, const Value& value);
// Puts the body into the library.
void finish_body(const std::shared_ptr<FunctionBody>& body);

}  // namespace rill
