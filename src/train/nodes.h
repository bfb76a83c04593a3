// Nodes by name, with control inputs.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "graph/graph.h"
#include "op/emit.h"

namespace rill::train {

// Adds a node to `graph`; its name is made unique. Gives its id.
int add_node(const Graph& graph, const char* op, const std::vector<Value>& inputs,
             const AttrMap& attrs, const std::string& name, const std::vector<int>& controls = {});
Value output_of(const Graph& graph, int node);
// A constant scalar, or of a shape.
Value constant(const Graph& graph, double number, DType dtype, const std::string& name);

}  // namespace rill::train
