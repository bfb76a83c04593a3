// Stored weights of old Keras versions in the order and shape of today's layers.
#pragma once

#include <string>
#include <vector>

#include "rill/keras/layer.hpp"

namespace rill::keras::legacy {

struct Origin {
  std::string keras_version;  // empty: older than 2
  std::string backend;        // "tensorflow", "theano", "cntk"; empty: not known
};

std::vector<Tensor> convert(Layer& layer, std::vector<Tensor> values, const Origin& origin);

}  // namespace rill::keras::legacy
