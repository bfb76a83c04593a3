// Gradients inside one graph.
#pragma once

#include <memory>

#include "autodiff/backprop.h"

namespace rill::autodiff {

// One record a node that the ys depend on, inputs before users.
std::vector<GradRecord> records_of(GraphImpl& graph, const Values& ys);

// Adds the nodes of the gradient to `graph`; targets, sources and stops are its tensors.
Values gradients_in(const std::shared_ptr<GraphImpl>& graph, const BackpropRequest& request);

}  // namespace rill::autodiff
