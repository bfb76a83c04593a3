#pragma once

#include "rill/keras/layer.hpp"

namespace rill::keras {

// A layer whose variables in the layout of Keras 3 are others than its weights, trainable ones
// first (Keras' save_own_variables() and load_own_variables()).
struct StoresVariables {
  virtual ~StoresVariables() = default;
  // Those that the file holds, in its order.
  virtual Values stored_variables() const = 0;
  // What the file holds of one of them.
  virtual Tensor stored_value(const Value& variable) const = 0;
  // They have their stored values.
  virtual void variables_restored() = 0;
};

// Of any layer.
Values stored_variables(const Layer& layer);

}  // namespace rill::keras
