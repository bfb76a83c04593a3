// Object-based checkpoints (tf.train.Checkpoint) on their way to a file.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "formats/saved_model/trackable_graph.h"
#include "rill/tensor.hpp"

namespace rill::io {

// A tree of objects; a value belongs to the object at its path. One object may have several paths:
// link() gives it another.
class ObjectCheckpoint {
 public:
  ObjectCheckpoint() : graph_{{formats::TrackableObject()}} {}

  // The object `name` of `parent` (0: the root); made when it is not there.
  int child(int parent, const std::string& name);
  void link(int parent, const std::string& name, int object);
  // `name`: the variable's own, for whoever looks at the checkpoint.
  void set_value(int object, const std::string& name, Tensor value);
  // What an optimizer remembers of a variable: its slot of that name.
  void add_slot(int optimizer, int variable, const std::string& slot, const std::string& name,
                Tensor value);
  // PREFIX.index and PREFIX.data-00000-of-00001, whole or not at all.
  void write(const std::string& prefix);

 private:
  formats::TrackableGraph graph_;
  std::vector<std::string> paths_ = {""};  // of the objects, as keys spell them
  std::map<std::string, Tensor, std::less<>> values_;
};

}  // namespace rill::io
