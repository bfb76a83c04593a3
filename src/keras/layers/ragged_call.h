// Layers on ragged tensors, as Keras 2 calls them.
#pragma once

#include "rill/keras/layer.hpp"

namespace rill::keras {

// A layer whose call() takes ragged tensors as they are (core/ragged.h).
struct TakesRagged {
  virtual ~TakesRagged() = default;
};

// The call of any other layer: of its values where it goes item by item, of rows that are filled up
// and masked where it runs along time. Throws UNIMPLEMENTED for layers that Keras does not call so.
Layer::Result apply_to_ragged(Layer& layer, const Values& inputs, const CallContext& context);

}  // namespace rill::keras
