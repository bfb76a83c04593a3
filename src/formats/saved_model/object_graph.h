// SavedObjectGraph (tensorflow/core/protobuf/saved_object_graph.proto): the Python objects of a
// SavedModel of TensorFlow 2, and the functions that may be called.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "formats/saved_model/structured_value.h"
#include "formats/saved_model/trackable_graph.h"

namespace rill::formats {

// FunctionSpec: how Python calls the function.
struct FunctionSpec {
  StructuredValue fullargspec;
  StructuredValue input_signature;
  bool is_method = false;
  int32_t jit_compile = 0;
};

struct SavedUserObject {
  std::string identifier;  // "_tf_keras_model", "_generic_user_object", "trackable_list_wrapper"
  std::string metadata;    // JSON of Keras, in files of TensorFlow 2.0 to 2.4
  int32_t producer = 0;
  int32_t min_consumer = 0;
};

struct SavedAsset {
  int32_t index = 0;  // into MetaGraph::assets
};

struct SavedFunction {
  std::vector<std::string> concrete_functions;  // keys of SavedObjectGraph::concrete_functions
  std::optional<FunctionSpec> spec;
};

struct SavedVariable {
  DType dtype = DType::invalid;
  Shape shape;
  bool trainable = false;
  int32_t synchronization = 0;
  int32_t aggregation = 0;
  std::string name;
  std::string device;
  std::vector<SavedVariable> components;  // of a distributed variable
};

struct SavedBareConcreteFunction {
  std::string concrete_function;
  std::vector<std::string> argument_keywords;
  int64_t allowed_positional_arguments = 0;
  std::optional<FunctionSpec> spec;
};

struct SavedConstant {
  std::string operation;  // the node of the graph that holds the value
};

struct SavedResource {
  std::string device;
};

struct CapturedTensor {
  std::string name;
  std::string concrete_function;
};

struct SaveableObject {
  int32_t save_function = 0;  // nodes of the object graph
  int32_t restore_function = 0;
};

struct SavedObject {
  std::vector<ObjectReference> children;
  std::vector<ObjectReference> dependencies;
  std::vector<SlotVariable> slot_variables;
  std::map<std::string, SaveableObject> saveable_objects;
  std::string registered_name;
  std::string registered_saver;
  std::variant<std::monostate, SavedUserObject, SavedAsset, SavedFunction, SavedVariable,
               SavedBareConcreteFunction, SavedConstant, SavedResource, CapturedTensor>
      value;
};

struct SavedConcreteFunction {
  std::vector<int32_t> bound_inputs;  // nodes whose tensors are the last arguments
  StructuredValue input_signature;    // a tuple of (tuple of positional, dict of named)
  StructuredValue output_signature;
};

struct SavedObjectGraph {
  std::vector<SavedObject> nodes;  // the first is the root
  std::map<std::string, SavedConcreteFunction> concrete_functions;

  // The child of a node, -1 when there is none.
  int child(int node, std::string_view name) const;
};

// Throws DATA_LOSS; every node id in the result is valid.
SavedObjectGraph read_object_graph(proto::Reader message, ReadContext& context, int depth);
void write_object_graph(proto::Writer& out, uint32_t field, const SavedObjectGraph& graph);

}  // namespace rill::formats
