// Layers whose inputs are of another dtype than their policy says: compute_dtype in Keras.
#pragma once

#include "rill/dtype.hpp"

namespace rill::keras {

struct TakesDType {
  virtual ~TakesDType() = default;
  virtual DType input_dtype() const = 0;
};

}  // namespace rill::keras
