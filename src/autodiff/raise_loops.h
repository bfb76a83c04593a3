// Loops of TensorFlow 1 (Enter, Merge, Switch, NextIteration, Exit) become While nodes, which have
// a gradient. The Exit nodes stay under their names and hand on what the While gives.
#pragma once

#include "graph/graph.h"

namespace rill::autodiff {

// Raises the loops that `ys` depend on, inner ones first. Throws UNIMPLEMENTED for a loop that is
// not of the form that tf.while_loop makes.
void raise_loops(const std::shared_ptr<GraphImpl>& graph, const std::vector<Value>& ys);

}  // namespace rill::autodiff
