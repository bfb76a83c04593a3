// Layers and models as configs, and copies of models.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "rill/keras/custom_objects.hpp"
#include "rill/keras/model.hpp"

namespace rill::keras {

// A second model of the same layers and names, with new initial weights (keras.models.clone_model).
// One that has the generation of Keras 3 is compiled when `model` is.
RILL_API Model clone_model(const Model& model, const CustomObjects& custom = {});

struct CloneOptions {
  using Call = std::function<std::vector<KerasTensor>()>;
  // What the copy stands on, one for each input of the model; empty: new inputs of the same shapes.
  std::vector<KerasTensor> input_tensors = {};
  // Gives the layer that stands for one of the model, which may be that layer itself. It is asked
  // once for each that is no InputLayer; empty: a new layer of the same config.
  std::function<LayerPtr(const LayerPtr& layer)> clone_function = {};
  // Functional models: gives the outputs of a call; `call` calls the copied layer as the model
  // calls its own. There must be as many as the model's call has.
  std::function<std::vector<KerasTensor>(const LayerPtr& layer, const Call& call)> call_function =
      {};
  bool recursive = false;  // copies models within the model by the same functions
  CustomObjects custom = {};
};
// Throws INVALID_ARGUMENT when the inputs are not as many as the model's, a function gives nothing
// or another number of outputs, and for a call_function with a Sequential model.
RILL_API Model clone_model(const Model& model, const CloneOptions& options);

// What get_config() of Keras gives, as JSON, and a layer of it. Throws UNIMPLEMENTED for a class
// that is not known, INVALID_ARGUMENT naming the key when a value is of the wrong kind.
RILL_API std::string get_config(const LayerPtr& layer);
RILL_API LayerPtr layer_from_config(const std::string& class_name, const std::string& config,
                                    const CustomObjects& custom = {});

}  // namespace rill::keras
