// What a file keeps of training besides the weights: the settings of compile(), and the
// optimizer's variables.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "codec/json.h"
#include "keras/models/model_layer.h"
#include "keras/training/outputs.h"

namespace rill::keras {

struct TrainingState {
  // compile_config as Keras 3 writes it: optimizer, loss, metrics, ...
  Json config;
  // In the order of Keras' optimizer.variables: iteration, learning rate, slots; with their names
  // ("adam/iteration"). Empty when the optimizer has none yet.
  std::vector<std::pair<std::string, Tensor>> optimizer;
  // Of the metrics, with their classes, in the order of Keras 2; empty before any training.
  std::vector<std::pair<std::string, std::vector<Tensor>>> metrics;
};

// Of a compiled model, or as the file had it that the model was loaded from; nothing else.
std::optional<TrainingState> training_state(const ModelLayer& model);

// The optimizer of a file's settings as {class_name, config}, or its name; null: none. One that a
// .keras of Keras 2 names alone is of Keras 2.
Json saved_optimizer(const SavedTraining& saved, const Json& config);

// The losses and metrics of a file's settings. Throws INVALID_ARGUMENT for what is not known.
OutputSpecs saved_specs(const ModelLayer& model, const SavedTraining& saved, const Json& config);

// Whether the optimizer is one of Keras 2: its settings and variables are other ones.
bool has_keras2_optimizer(const TrainingState& training);
// Whether Keras 2 has an optimizer of that class.
bool keras2_knows_optimizer(const TrainingState& training);

// The same settings in the spelling of HDF5 files of Keras 1 to 3 ("optimizer_config").
Json legacy_training_config(const Json& compile_config, bool keras2);
// The same settings in the spelling of .keras of Keras 2.
Json keras2_compile_config(const Json& compile_config);

}  // namespace rill::keras
