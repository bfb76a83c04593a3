// The calls of a functional config, done again: layers with what they were called on, and the ends.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "codec/json.h"
#include "keras/saving/deserialize.h"

namespace rill::keras {

class LayerGraph {
 public:
  explicit LayerGraph(Flavour flavour) : flavour_(flavour) {}

  // `json` is the layer's entry in the config and outlives this. Throws INVALID_ARGUMENT when the
  // name is taken.
  void add(LayerPtr layer, const std::string& name, const Json& json);

  // Makes all calls, each once its inputs are there. Throws INVALID_ARGUMENT naming a layer whose
  // inputs never come.
  void make_calls();

  // input_layers or output_layers: the tensors, in order, the keys when they have any, and the
  // lists and dictionaries around them, with the number of each tensor in its place.
  struct Ends {
    std::vector<KerasTensor> tensors;
    std::vector<std::string> names;
    Json structure;
  };
  Ends ends(const Json& json);

  // Keras 2 has calls that no output needs (tf_keras/src/engine/functional.py,
  // connect_ancillary_layers).
  std::vector<KerasTensor> ancillary() const;

 private:
  struct Item {
    LayerPtr layer;
    std::string class_name;
    const Json* calls;
    size_t next = 0;
    std::vector<std::vector<KerasTensor>> made;  // outputs of the calls so far
  };
  // The outputs of a call that is not made yet: which layer's, and which of its calls.
  using Awaited = std::pair<size_t, size_t>;
  // False when it lacks an input, which is then in awaited_.
  bool call_next(Item& item);
  std::optional<KerasTensor> find(const std::string& name, int64_t node, int64_t tensor);
  Json collect(const Json& json, int depth, Ends& ends);

  Flavour flavour_;
  std::vector<Item> items_;
  std::map<std::string, size_t> by_name_;
  bool at_the_end_ = false;
  std::optional<Awaited> awaited_;  // by the last call that could not be made
};

}  // namespace rill::keras
