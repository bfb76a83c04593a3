// Regularizers, named as in Keras: handles that layers take, and functions of a weight.
#pragma once

#include <functional>
#include <string>

#include "rill/keras/objects.hpp"

namespace rill::keras::regularizers {

RILL_API Regularizer L1(double l1 = 0.01);
RILL_API Regularizer L2(double l2 = 0.01);
RILL_API Regularizer L1L2(double l1 = 0.0, double l2 = 0.0);
RILL_API Regularizer OrthogonalRegularizer(double factor = 0.01, const std::string& mode = "rows");
// One's own: it gives a scalar.
RILL_API Regularizer custom(const std::string& name, std::function<Tensor(const Tensor&)> function);

// The penalty of a weight: a scalar. Throws INVALID_ARGUMENT for an unknown name or setting.
RILL_API Tensor apply(const Regularizer& regularizer, const Tensor& x);

}  // namespace rill::keras::regularizers
