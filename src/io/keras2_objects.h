// What Keras 2 adds to the objects of a SavedModel so that its load_model() finds layers, not bare
// functions.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "op/variable.h"
#include "rill/keras/model.hpp"

namespace rill::io {

// The object graph that is being written. Objects are numbers; 0 is the root.
struct ObjectSink {
  std::function<int(const char* identifier)> add;
  std::function<void(int parent, const std::string& name, int child)> link;
  std::function<int(const std::shared_ptr<VariableState>&)> variable;
  // What an optimizer keeps for a weight under this name. No other object may hold it.
  std::function<void(int optimizer, int weight, const std::string& name,
                     const std::shared_ptr<VariableState>&)>
      slot;
};

// Adds the layers below the root and gives keras_metadata.pb. Throws UNIMPLEMENTED listing the
// layers that Keras 2 cannot have.
std::string add_keras2_objects(const keras::Model& model, const ObjectSink& sink);
// Under which attribute a layer of Keras 2 has this weight.
std::string keras2_attribute(const keras::Layer& layer, const std::string& weight);
// The root's own identifier.
const char* keras2_identifier(const keras::Model& model);

}  // namespace rill::io
