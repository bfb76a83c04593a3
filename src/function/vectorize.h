// A function of one row, run once on all rows: its trace with a batch dimension in front of
// everything that depends on the row (what TensorFlow calls pfor).
#pragma once

#include <functional>
#include <optional>

#include "graph/graph.h"
#include "rill/tensor.hpp"

namespace rill {

// `fn` on all rows of `elems` at once. Nothing when an op that depends on the row has no rule (see
// vectorize_rules.h), has an effect, or needs a rank that is not known: then map row by row.
std::optional<Value> vectorize(const std::function<Value(const Value& row)>& fn,
                               const Value& elems);

}  // namespace rill
