// A callable traced as the body of a function inside another graph.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "graph/graph.h"
#include "rill/tensor.hpp"

namespace rill {

struct TracedBody {
  std::shared_ptr<FunctionBody> body;
  Values captured;  // of the outer graph: the arguments behind the given ones
  size_t given = 0;
};

// Calls `fn` on one argument for each of `dtypes` and `shapes`.
TracedBody trace_body(const std::shared_ptr<GraphImpl>& outer, const std::string& name,
                      const std::vector<DType>& dtypes, const std::vector<Shape>& shapes,
                      const std::function<Values(const Values&)>& fn);

// Gives all bodies the same arguments, behind the given ones: the union of what they captured,
// which it returns.
Values unite_captures(std::vector<TracedBody*> bodies);

}  // namespace rill
