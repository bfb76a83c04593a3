// A Keras model traced into ops that TensorFlow knows.
#pragma once

#include <memory>
#include <vector>

#include "graph/graph.h"
#include "rill/keras/model.hpp"

namespace rill::io {

struct TracedEnd {
  Endpoint at;
  // Of an input: its key in signatures, what Python's functions call it, and its argument of a
  // function ([a-z][a-z0-9_]*).
  std::string name;
  std::string parameter;
  std::string argument;
  Shape shape;
};

struct TracedGraph {
  std::shared_ptr<GraphImpl> graph;  // variables are bound to it
  std::vector<TracedEnd> inputs;     // placeholders
  std::vector<TracedEnd> outputs;    // Identity, Identity_1, ...
};

// The keys of the inputs in signatures.
std::vector<std::string> signature_inputs(const keras::Model& model);

// Throws FAILED_PRECONDITION for a model whose inputs are not known, UNIMPLEMENTED for ops that
// have no public form.
TracedGraph trace_portable(const keras::Model& model);

}  // namespace rill::io
