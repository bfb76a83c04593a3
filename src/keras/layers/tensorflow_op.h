// TensorFlowOpLayer of tf.keras 2.0 to 2.4: one node of a graph as a layer
// (tf_keras/src/engine/base_layer.py).
#pragma once

#include <memory>

#include "codec/json.h"
#include "rill/keras/layer.hpp"

namespace rill::keras {

// Whether rill has the op of the layer's node.
bool tensorflow_op_is_known(const Json& layer);
// Throws INVALID_ARGUMENT for a node that makes no sense, UNIMPLEMENTED for attributes that are
// functions or tensors, and for nodes written as bytes.
std::shared_ptr<Layer> make_tensorflow_op(const Json& layer);

}  // namespace rill::keras
