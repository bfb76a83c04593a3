#include "keras/saving/keras2_optimizer.h"

#include "keras/core/weights.h"
#include "rill/error.hpp"
#include "rill/keras/optimizers.hpp"

namespace rill::keras {

std::vector<std::pair<std::string, Tensor>> keras2_optimizer_variables(
    const TrainingState& training, const ModelLayer& model) {
  if (training.optimizer.empty() || has_keras2_optimizer(training)) return training.optimizer;
  if (!keras2_knows_optimizer(training)) return {};
  const Json config = legacy_training_config(training.config, true);
  const OptimizerPtr namesake = optimizer_from_json(config.at("optimizer_config").dump());
  namesake->build(model.trainable_weights());
  // The rate is a setting there. SGD keeps momenta even when they are not used.
  std::vector<Tensor> values;
  for (size_t i = 0; i < training.optimizer.size(); ++i) {
    if (i != 1) values.push_back(training.optimizer[i].second);
  }
  std::vector<std::pair<std::string, Tensor>> out;
  for (const Value& v : namesake->variables()) {
    const VariableState& state = variable_state(v);
    out.emplace_back(state.name(), state.read());
  }
  if (values.size() != 1 && values.size() != out.size()) return {};
  for (size_t i = 0; i < values.size(); ++i) {
    if (!(values[i].shape() == out[i].second.shape())) return {};
    out[i].second = values[i];
  }
  return out;
}

}  // namespace rill::keras
