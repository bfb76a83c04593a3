// Initializers inside: values for a shape, with settings.
#pragma once

#include <utility>

#include "keras/core/configured_function.h"

namespace rill::keras {

class Layer;

class InitializerFunction : public ConfiguredFunction {
 public:
  virtual Tensor make(const Shape& shape, DType dtype) const = 0;
  // Random ones take a seed.
  virtual bool draws() const { return false; }
  virtual void set_seed(int64_t) {}
  // VarianceScaling and its kin.
  virtual bool has_axes() const { return false; }
};

// Each initializer that the layer's visit_config() names, draws, and has no seed is given one: the
// same however often it is called.
void draw_initializer_seeds(Layer& layer);
// Its variance goes by these axes of the weight, unless the initializer names its own.
Initializer with_axes(const Initializer& initializer, const Ints& input, const Ints& output);
// The bias of an LSTM whose forget gates start open: [b, ones, b, b], each `units` long.
Initializer with_open_gates(const Initializer& initializer, int64_t units);
// The initializer, with a seed if it wants one and has none yet.
Initializer seeded(const Initializer& initializer);

template <typename T, typename... Args>
Initializer initializer_handle(const char* class_name, Args&&... args) {
  T object(std::forward<Args>(args)...);
  return Initializer(object_of(object, class_name));
}

}  // namespace rill::keras
