// TrackableObjectGraph (tensorflow/core/protobuf/trackable_object_graph.proto): which Python object
// holds which, and under which key of the checkpoint its values are. Object-based checkpoints keep
// it in the string tensor _CHECKPOINTABLE_OBJECT_GRAPH.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "formats/graphdef/context.h"

namespace rill::formats {

inline constexpr std::string_view kObjectGraphKey = "_CHECKPOINTABLE_OBJECT_GRAPH";

struct ObjectReference {
  int32_t node_id = 0;
  std::string local_name;
};

struct SlotVariable {
  int32_t original_variable_node_id = 0;
  std::string slot_name;
  int32_t slot_variable_node_id = 0;
};

struct TrackableObject {
  struct Attribute {
    std::string name;            // "VARIABLE_VALUE"
    std::string full_name;       // the variable's own name
    std::string checkpoint_key;  // the tensor in the checkpoint
  };
  std::vector<ObjectReference> children;
  std::vector<Attribute> attributes;
  std::vector<SlotVariable> slot_variables;
  std::string registered_saver;  // its name; empty: none
  std::string registered_saver_object;
  bool has_checkpoint_values_field = false;  // old files do not say
  bool has_checkpoint_values = false;
};

struct TrackableGraph {
  std::vector<TrackableObject> nodes;  // the first is the root

  // The node at "layer/kernel" below the root, -1 when there is none.
  int find(std::string_view path) const;
};

// Throws DATA_LOSS; every node id in the result is valid.
TrackableGraph parse_trackable_graph(std::string_view bytes);
std::string serialize_trackable_graph(const TrackableGraph& graph);

// Parts that saved_object_graph.proto shares.
ObjectReference read_object_reference(proto::Reader message);
SlotVariable read_slot_variable(proto::Reader message);
void write_object_reference(proto::Writer& out, uint32_t field, const ObjectReference& reference);
void write_slot_variable(proto::Writer& out, uint32_t field, const SlotVariable& slot);
// Throws DATA_LOSS unless all ids are below `count`; `node` is for the message.
void check_references(const std::vector<ObjectReference>& references, size_t node, size_t count);
void check_slot_variables(const std::vector<SlotVariable>& slots, size_t node, size_t count);

}  // namespace rill::formats
