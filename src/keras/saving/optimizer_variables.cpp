#include "keras/models/model_layer.h"
#include "keras/optimizers/detail/make.h"
#include "keras/saving/training_state.h"
#include "keras/saving/weight_source.h"
#include "keras/training/trainer.h"
#include "rill/error.hpp"

namespace rill::keras {

std::optional<std::vector<Value>> optimizer_variables(const ModelLayer& model) {
  if (const auto& trainer = model.trainer()) {
    const OptimizerPtr& optimizer = trainer->optimizer();
    const bool made = optimizer && optimizer->built();
    if (!made || optimizer->flavour() != Optimizer::Flavour::keras3) return {};
    return optimizer->variables();
  }
  const std::optional<SavedTraining>& saved = model.saved_training();
  if (!saved || saved->keras_version.empty() || saved->keras_version[0] < '3') return {};
  // Keras reads the slots of a .h5 into an optimizer that has none yet.
  const bool hdf5 = saved->from == SavedTraining::From::hdf5;
  if (hdf5 && !(saved->weights && saved->weights->contains("optimizer_weights"))) return {};
  try {
    const Json config = saved_optimizer(*saved, Json::parse(saved->config));
    if (config.is_null()) return {};
    const OptimizerPtr optimizer = optimizer_from_json(config);
    optimizer->build(hdf5 ? std::vector<Value>() : model.trainable_weights(), false);
    return optimizer->variables();
  } catch (const Error&) {
    return {};  // settings that are not understood
  }
}

}  // namespace rill::keras
