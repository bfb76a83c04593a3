// Gradients that a SavedModel keeps as functions, beside the nodes that have them.
#pragma once

#include <memory>

#include "autodiff/backprop.h"

namespace rill::autodiff {

// A call of the function that the attributes name (op/saved_gradient.h); null: they name none.
std::shared_ptr<const CustomGradient> saved_gradient(const AttrMap& attrs);

}  // namespace rill::autodiff
