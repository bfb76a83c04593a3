// SavedModel: a folder with
//
//   saved_model.pb or .pbtxt   SavedModel {saved_model_schema_version = 1, meta_graphs = 2}
//   variables/variables...     a checkpoint, V2 or (before TensorFlow 1.0) V1
//   assets/NAME                files that nodes of the graph read
//   keras_metadata.pb          Keras 2 alone: the configuration of its layers
//
// doc/formats/saved_model.md draws the messages.
#pragma once

#include <filesystem>
#include <set>

#include "formats/meta_graph/meta_graph.h"

namespace rill::formats {

struct SavedModel {
  std::filesystem::path folder;
  int64_t schema_version = 0;
  std::vector<MetaGraph> meta_graphs;

  // The one with exactly these tags. Throws NOT_FOUND and lists the sets that there are.
  const MetaGraph& meta_graph(const std::set<std::string>& tags) const;
};

// `path` is the folder, or saved_model.pb or .pbtxt in it. Large constants stay mapped. Throws
// NOT_FOUND, PERMISSION_DENIED (also for an asset outside of the folder), DATA_LOSS.
SavedModel load_saved_model(const std::string& path);
// The bytes of saved_model.pb or .pbtxt; `name` begins each error.
SavedModel parse_saved_model(const SharedBytes& bytes, const std::string& name);
std::string serialize_saved_model(const SavedModel& model);

// The prefix of the checkpoint in variables/; empty when the model has no variables.
std::string variables_prefix(const std::filesystem::path& folder);

// Where an asset is, there or not. Throws PERMISSION_DENIED when that is not inside `folder`.
std::filesystem::path asset_path(const std::filesystem::path& folder, const std::string& filename);

// The node that sets up tables and the like after the variables are restored: the signature
// __saved_model_init_op, or the collections saved_model_main_op and legacy_init_op. Empty: none.
std::string init_op_name(const MetaGraph& meta_graph);

}  // namespace rill::formats
