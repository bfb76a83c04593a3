// From one kind of artefact to another.
#pragma once

#include <string>
#include <vector>

#include "rill/export.hpp"
#include "rill/graph.hpp"
#include "rill/session.hpp"

namespace rill {

namespace keras {
class Model;
}

// The part of the session's graph that the outputs need, calls inlined, with variables as constants
// of the values they have in the session. Outputs keep their names. Throws FAILED_PRECONDITION
// listing the variables that have no value or that the graph writes.
RILL_API GraphDef freeze(const Session& session, const std::vector<std::string>& outputs);

// A Keras model as a frozen graph: a placeholder for each input by its name, and the outputs
// "Identity", "Identity_1", ...
RILL_API GraphDef freeze(const keras::Model& model);

}  // namespace rill
