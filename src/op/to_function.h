// Graphs as function definitions: what loops and SavedModels are written with.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "graph/graph.h"

namespace rill {

struct FunctionEnds {
  // Nodes (placeholders, variable handles, _Arg) that become the arguments, with their names.
  std::vector<std::pair<int, std::string>> inputs;
  std::vector<std::pair<Endpoint, std::string>> outputs;
  // Nodes that run although no output needs them.
  std::vector<int> targets;
};

// The nodes that the ends need. Throws INVALID_ARGUMENT for ops that rill lacks: their outputs
// have no names.
FunctionDef to_function(const GraphImpl& graph, const std::string& name, const FunctionEnds& ends);

// Nodes that `ends` need, ids in order, without the inputs themselves.
std::vector<int> needed_nodes(const GraphImpl& graph, const FunctionEnds& ends);

}  // namespace rill
