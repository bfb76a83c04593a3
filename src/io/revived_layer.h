// Layers of a SavedModel whose classes are not known: the functions that Keras 2 traced for them
// compute what the class would.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "formats/saved_model/keras_metadata.h"
#include "formats/saved_model/saved_model.h"
#include "io/library_call.h"
#include "rill/keras/custom_objects.hpp"

namespace rill::io {

class Revival {
 public:
  // Both live as long as the layers: they share this object.
  Revival(const formats::MetaGraph& meta, const std::vector<formats::KerasNode>& nodes);

  // `custom` and, for the classes in the metadata that nobody knows, makers of revived layers. The
  // layer finds its functions by its name, when it is built.
  static keras::CustomObjects with_unknown_classes(const std::shared_ptr<Revival>& revival,
                                                   const keras::CustomObjects& custom);

  struct Function {
    std::string name;
    std::vector<std::pair<std::string, Value>> captured;  // variables, with their attribute's name
    size_t inputs = 0;
    std::vector<DType> outputs;
    std::vector<Shape> shapes;  // of the outputs, or none
  };
  // Throws UNIMPLEMENTED when the SavedModel has no function that can stand for the layer.
  Function function_of(const std::string& layer);
  const Functions& library() const { return library_; }

 private:
  Value variable(int node);

  formats::SavedObjectGraph objects_;
  Functions library_;
  std::map<std::string, int> node_of_layer_;
  std::vector<std::string> classes_;
  std::map<int, Value> variables_;
};

}  // namespace rill::io
