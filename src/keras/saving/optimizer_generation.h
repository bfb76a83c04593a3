// The settings and the state of an optimizer as its namesake of the other generation of Keras has
// them.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "keras/saving/training_state.h"

namespace rill::keras {

// For files that Keras 3 reads. Its namesake has the rate of a legacy optimizer that decays as an
// InverseTimeDecay, and one way of clipping. State that does not fit the model is left out.
TrainingState keras3_training(const TrainingState& training, const ModelLayer& model);

// In the order of tf_keras' optimizer.variables. Empty when there is nothing to keep, or when Keras
// 2 has no such optimizer.
std::vector<std::pair<std::string, Tensor>> keras2_optimizer_variables(
    const TrainingState& training, const ModelLayer& model);

}  // namespace rill::keras
