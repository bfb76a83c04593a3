// The state of an optimizer of Keras 3 as its namesake of Keras 2 keeps it.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "keras/saving/training_state.h"

namespace rill::keras {

// In the order of tf_keras' optimizer.variables. Empty when there is nothing to keep, when Keras 2
// has no such optimizer, or when it remembers other things (Nadam, accumulated gradients).
std::vector<std::pair<std::string, Tensor>> keras2_optimizer_variables(
    const TrainingState& training, const ModelLayer& model);

}  // namespace rill::keras
