// Other forms of a description: JSON, and the text of TensorFlow's saved_model_cli.
#pragma once

#include <string>
#include <vector>

#include "cli/description.h"
#include "codec/json.h"

namespace rill::cli {

// The keys are documented in doc/cli.md. With `tensors` each variable is listed.
Json description_json(const Description& description, bool tensors);

// The last part of what follows: the functions that Python would call.
void print_concrete_functions(const std::string& folder);
// As `saved_model_cli show --dir DIR --all`.
void print_saved_model_cli(const Description& description, const std::string& signature);

// Each output of each node of the graph, with inferred dtype and shape; `key` is the op.
std::vector<Port> graph_tensors(const Description& description);

}  // namespace rill::cli
