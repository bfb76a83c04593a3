// Layers and models as configs, and copies of models.
#pragma once

#include <string>

#include "rill/keras/custom_objects.hpp"
#include "rill/keras/model.hpp"

namespace rill::keras {

// A second model of the same layers and names, with new initial weights (keras.models.clone_model).
RILL_API Model clone_model(const Model& model, const CustomObjects& custom = {});

// What get_config() of Keras gives, as JSON, and a layer of it. Throws UNIMPLEMENTED for a class
// that is not known, INVALID_ARGUMENT naming the key when a value is of the wrong kind.
RILL_API std::string get_config(const LayerPtr& layer);
RILL_API LayerPtr layer_from_config(const std::string& class_name, const std::string& config,
                                    const CustomObjects& custom = {});

}  // namespace rill::keras
