#pragma once

#include <memory>

#include "rill/keras/layer.hpp"

namespace rill::keras {

// A new, unbuilt layer with the same config. Throws UNIMPLEMENTED for a class of the user's.
std::shared_ptr<Layer> clone_layer(Layer& layer);

}  // namespace rill::keras
