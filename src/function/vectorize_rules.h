// How single ops run on all rows at once.
#pragma once

#include <string_view>
#include <vector>

#include "graph/graph.h"
#include "rill/tensor.hpp"

namespace rill::vectorized {

// A value of the row function: `stacked` ones have all rows in front.
struct Item {
  Value value;
  bool stacked = false;
};

// Thrown by a rule that cannot serve this node.
struct NoRule {};

// One node of the row function, at least one of whose inputs is stacked.
struct Call {
  const GraphImpl& body;
  const Node& node;
  std::vector<Item> in;
  Value rows;  // how many there are: an int32 scalar

  // The shape of one row of input or output i, as the trace knows it.
  const Shape& row_shape(size_t i) const;
  const Shape& row_result() const { return node.output_shapes.at(0); }
  int row_rank(size_t i) const;  // throws NoRule when it is not known
};

struct Rule {
  // One value for each output of the node.
  Values (*run)(const Call& call);
  bool stacked = true;  // the values are; else they are the same for all rows
};
// Null: none.
const Rule* find_rule(std::string_view op);

// A value that is the same for all rows, once a row.
Value repeated(const Value& value, const Value& rows);

}  // namespace rill::vectorized
