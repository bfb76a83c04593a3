// The layers of a model as TensorBoard draws them.
#pragma once

#include <string>

#include "rill/keras/model.hpp"

namespace rill::keras {

// A GraphDef: a node a layer, named after it, its class as the op; nested models are scopes.
std::string layer_graph_def(const Model& model);

}  // namespace rill::keras
