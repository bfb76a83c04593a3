// Variables of layers.
#pragma once

#include <memory>

#include "op/variable.h"
#include "rill/keras/layer.hpp"

namespace rill::keras {

// A variable with its initial value, or without one while a DeferInitializers lives.
Value make_variable(const std::string& name, DType dtype, const Shape& shape,
                    const Initializer& initializer);
VariableState& variable_state(const Value& variable);

// Loaders put weights in: drawing random numbers first would be wasted. One a thread.
class DeferInitializers {
 public:
  DeferInitializers();
  DeferInitializers(const DeferInitializers&) = delete;
  DeferInitializers& operator=(const DeferInitializers&) = delete;
  ~DeferInitializers();

 private:
  bool before_;
};
// Gives each variable of the layer that has no value yet its initial one.
void initialize_missing(Layer& layer);

// Draws the values. An empty handle is glorot_uniform. Throws INVALID_ARGUMENT for a name that is
// unknown.
Tensor initial_value(const Initializer& initializer, const Shape& shape, DType dtype);

}  // namespace rill::keras
