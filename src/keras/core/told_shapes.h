// What summaries show of a layer where it is not what the layer gives: the shapes that Keras'
// compute_output_shape() tells.
#pragma once

#include <vector>

#include "keras/core/generation.h"
#include "rill/shape.hpp"

namespace rill::keras {

struct TellsShapes {
  virtual ~TellsShapes() = default;
  // Changes the shapes of the outputs of one call.
  virtual void tell(Generation generation, const std::vector<Shape>& inputs,
                    std::vector<Shape>& outputs) const = 0;
};

}  // namespace rill::keras
