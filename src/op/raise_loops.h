// Loops of TensorFlow 1 (Enter, Merge, Switch, NextIteration, Exit) become While nodes, which have
// a gradient and whose body is compiled. The Exit nodes stay under their names and hand on what the
// While gives.
#pragma once

#include <span>
#include <vector>

#include "graph/graph.h"

namespace rill {

// Raises the loops that `ys` depend on, inner ones first. Throws UNIMPLEMENTED for a loop that is
// not of the form that tf.while_loop makes.
void raise_loops(const std::shared_ptr<GraphImpl>& graph, const std::vector<Value>& ys);

// For running: raises the loops of which a While does just what they do; the others stay. Constants
// that come into a loop are put into its body. What is fetched or run is not moved.
void raise_plain_loops(const std::shared_ptr<GraphImpl>& graph, std::span<const int> ends);

}  // namespace rill
