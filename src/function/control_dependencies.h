// Order of effects in a traced function: TensorFlow's automatic control dependencies.
#pragma once

#include <vector>

#include "graph/graph.h"

namespace rill {

// Reads and writes of each resource happen in the order in which they were traced: a write waits
// for the reads and the write before it, a read for the last write. Source:
// tensorflow/python/framework/auto_control_deps.py.
void order_effects(GraphImpl& graph);

// Nodes with effects and without results (assignments, prints): they would be pruned away, so they
// are targets.
std::vector<int> effects(const GraphImpl& graph);

}  // namespace rill
