// A function of TensorFlow or keras.ops that a model calls as a layer: TFOpLambda, SlicingOpLambda,
// TensorFlowOpLayer,
// and the operations of Keras 3.
#pragma once

#include <memory>

#include "codec/json.h"
#include "rill/keras/layer.hpp"

namespace rill::keras {

// By module ("keras.src.ops.numpy") or by class ("TFOpLambda").
bool is_operation(const Json& layer);
bool operation_is_known(const Json& layer);
// Throws UNIMPLEMENTED for a function that is not known.
std::shared_ptr<Layer> make_operation(const Json& layer);
bool is_operation_layer(const Layer& layer);
// An operation of Keras 3 by class name, for arithmetic on placeholders.
std::shared_ptr<Layer> make_operation(const std::string& class_name);

}  // namespace rill::keras
