// The optimizer of a Keras model in an object-based checkpoint.
#pragma once

#include <memory>
#include <string>

#include "keras/saving/weight_source.h"

namespace rill::io {

// Its variables as "optimizer/vars/N", the rate also as "optimizer/learning_rate". Null when the
// checkpoint has no optimizer.
std::shared_ptr<const keras::WeightSource> checkpoint_optimizer(const std::string& prefix);

}  // namespace rill::io
