// Regularizers and constraints inside: a function of a weight, with settings.
#pragma once

#include <string_view>

#include "keras/core/configured_function.h"

namespace rill::keras {

class WeightFunction : public ConfiguredFunction {
 public:
  virtual Value call(const Value& x) const = 0;
};

// Of a regularizer or constraint (that is the kind) of Keras the settings are read: throws
// INVALID_ARGUMENT for those that it does not take. A name that only the user knows passes, as
// predictions do without it.
void check_weight_function(std::string_view kind, const ObjectConfig& config);

}  // namespace rill::keras
