// tf.nn.experimental.stateless_dropout as keras.random.dropout calls it.
#pragma once

#include "keras/core/ops.h"
#include "keras/core/seeds.h"

namespace rill::keras {

// x scaled where a uniform draw of these dims is at least the rate, else 0.
Value dropout(const Value& x, double rate, const SeedGenerator& seeds,
              const std::vector<op::Dim>& dims);
// The same with uniform numbers that are drawn already.
Value dropout_by(const Value& draw, const Value& x, double rate);
// A draw for each element.
Value dropout(const Value& x, double rate, const SeedGenerator& seeds);

}  // namespace rill::keras
