// Constraints, named as in Keras: handles that layers take, and functions of a weight.
#pragma once

#include <functional>
#include <string>

#include "rill/keras/objects.hpp"

namespace rill::keras::constraints {

RILL_API Constraint MaxNorm(double max_value = 2, const Ints& axis = 0);
RILL_API Constraint NonNeg();
RILL_API Constraint UnitNorm(const Ints& axis = 0);
RILL_API Constraint MinMaxNorm(double min_value = 0.0, double max_value = 1.0, double rate = 1.0,
                               const Ints& axis = 0);
// One's own: it gives the weight as it should be.
RILL_API Constraint custom(const std::string& name, std::function<Tensor(const Tensor&)> function);

// The weight as the constraint wants it; an empty handle changes nothing.
// Throws INVALID_ARGUMENT for an unknown name or setting.
RILL_API Tensor apply(const Constraint& constraint, const Tensor& w);

}  // namespace rill::keras::constraints
