// What a SavedModel of Keras 2 holds of layers whose classes are not known: variables, the layers
// inside, and the functions that were traced for them.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "codec/json.h"
#include "formats/checkpoint/checkpoint_source.h"
#include "formats/saved_model/keras_metadata.h"
#include "formats/saved_model/saved_model.h"
#include "formats/saved_model/trackable_graph.h"
#include "io/library_call.h"
#include "rill/keras/custom_objects.hpp"

namespace rill::io {

class Revival : public std::enable_shared_from_this<Revival> {
 public:
  Revival(const formats::SavedModel& file, const formats::MetaGraph& meta,
          const std::vector<formats::KerasNode>& nodes, const keras::CustomObjects& custom);

  // What the caller knows and, for the classes in the metadata that nobody knows, makers of revived
  // layers. These find what the file has of them by their names, when they are built.
  keras::CustomObjects classes();

  struct Function {
    std::string name;  // empty: there is none
    Values captured;
    std::vector<formats::StructuredValue> inputs, results;  // tensors
    std::vector<DType> outputs;
    size_t losses = 0;  // so many of the results, at the end
  };
  // As the layer predicts and, where that is something else, as it is trained.
  struct Calls {
    Function plain, training;
    formats::StructuredValue result;  // of plain, without losses
    std::string why;                  // there is no plain one
  };
  Calls calls_of(int node);
  // What the model at the root calls its inputs when it is served; empty where the file does not
  // say.
  std::vector<std::string> served_names() const;

  // By the attributes of an object: "kernel"; "blocks[]" for each layer of a list.
  std::vector<std::pair<std::string, Value>> variables_of(int node);
  std::vector<std::pair<std::string, std::shared_ptr<keras::Layer>>> layers_of(int node);

  // Throws UNIMPLEMENTED when the SavedModel has no such layer.
  int node_of(const std::string& layer) const;
  // The metadata of an object; null when it is no layer.
  const Json* metadata_of(int node) const;
  bool trains(const Value& variable) const;
  const Functions& library() const { return library_; }

 private:
  Value variable(int node);
  std::shared_ptr<keras::Layer> layer_of(int node);
  void collect_layers(int node, const std::string& list,
                      std::vector<std::pair<std::string, std::shared_ptr<keras::Layer>>>& out);
  Function function(const std::string& name, bool with_losses, Calls& calls, bool& training);

  formats::SavedObjectGraph objects_;
  Functions library_;
  const keras::CustomObjects custom_;
  std::map<int, Json> metadata_;  // of layers
  std::map<std::string, int> node_of_layer_;
  std::unique_ptr<formats::CheckpointSource> values_;  // null: nothing has a value
  formats::TrackableGraph checkpoint_;
  std::map<int32_t, std::string> keys_;   // of variables
  std::map<int32_t, std::string> paths_;  // of all objects
  std::map<int, Value> variables_;
  std::map<int, std::weak_ptr<keras::Layer>> layers_;
  std::set<int> building_;
};

}  // namespace rill::io
