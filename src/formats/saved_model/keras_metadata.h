// keras_metadata.pb, which Keras 2 writes beside saved_model.pb
// (keras/protobuf/saved_metadata.proto): SavedMetadata {nodes = 1} of SavedObject {node_id = 2,
// node_path = 3, identifier = 4, metadata = 5, version = 6}.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "codec/bytes.h"

namespace rill::formats {

struct KerasNode {
  int32_t node_id = 0;     // in the SavedModel's object graph
  std::string node_path;   // "root.layer-0"
  std::string identifier;  // "_tf_keras_layer", "_tf_keras_sequential", "_tf_keras_metric", ...
  std::string metadata;    // JSON
  int32_t producer = 0;
  int32_t min_consumer = 0;
};

// Throws NOT_FOUND, PERMISSION_DENIED, DATA_LOSS.
std::vector<KerasNode> load_keras_metadata(const std::filesystem::path& path);
std::vector<KerasNode> parse_keras_metadata(Bytes bytes, const std::string& name);
std::string serialize_keras_metadata(const std::vector<KerasNode>& nodes);

}  // namespace rill::formats
