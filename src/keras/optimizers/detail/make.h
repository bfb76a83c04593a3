#pragma once

#include <vector>

#include "codec/json.h"
#include "rill/keras/optimizers.hpp"

namespace rill::keras {

// {"module", "class_name", "config", "registered_name"}.
Json optimizer_to_json(Optimizer& optimizer);
// From the same, from a config of tf_keras, or from a name. Throws INVALID_ARGUMENT.
OptimizerPtr optimizer_from_json(const Json& json);

void set_loss_scale_factor(Optimizer& optimizer, std::optional<double> factor);

// Optimizers whose config holds other ones.
class HoldsOptimizers {
 public:
  virtual ~HoldsOptimizers() = default;
  virtual void read_inner(const Json& config) = 0;
  virtual void write_inner(Json& config) = 0;
  // The optimizers that update variables, which are theirs to constrain.
  virtual std::vector<OptimizerPtr> inner() const = 0;
};

}  // namespace rill::keras
