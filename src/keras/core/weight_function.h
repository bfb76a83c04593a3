// Regularizers and constraints inside: a function of a weight, with settings.
#pragma once

#include "keras/core/configured_function.h"

namespace rill::keras {

class WeightFunction : public ConfiguredFunction {
 public:
  virtual Value call(const Value& x) const = 0;
};

}  // namespace rill::keras
