// On which sides of TensorFlow 1 conditionals (Switch ... Merge) a value lies.
#pragma once

#include <vector>

#include "graph/graph.h"

namespace rill::autodiff {

// The value exists only when `predicate` has the value of `side` (0 or 1).
struct BranchCondition {
  Endpoint predicate;
  int side = 0;
  bool operator==(const BranchCondition&) const = default;
};

// Inner conditionals first. A graph without loops of TensorFlow 1.
std::vector<BranchCondition> branch_conditions(const GraphImpl& graph, const Endpoint& e);

}  // namespace rill::autodiff
