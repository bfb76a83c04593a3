// Checkpoints: variables of a session to files and back.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "rill/export.hpp"
#include "rill/graph.hpp"
#include "rill/session.hpp"

namespace rill {

// Saves and restores the variables of a graph: tf.compat.v1.train.Saver. The variables are those
// of the collection "variables", and after a bare import those of the graph itself.
class RILL_API Saver {
 public:
  // Throws FAILED_PRECONDITION when the graph has no variables: a frozen graph needs no restore.
  explicit Saver(const Graph& graph);
  // Only these: name in the checkpoint -> name of the variable's operation.
  Saver(const Graph& graph, std::map<std::string, std::string> variables);

  // Reads PREFIX (V2: PREFIX.index and data files; V1: PREFIX). All or nothing: throws NOT_FOUND
  // listing every key that the checkpoint lacks, INVALID_ARGUMENT for a shape or dtype that does
  // not fit, DATA_LOSS for damaged bytes, and the session is as it was.
  void restore(const Session& session, const std::filesystem::path& prefix) const;
  // Writes PREFIX.index and PREFIX.data-00000-of-00001 (with "-global_step" when it is >= 0), and
  // the file "checkpoint" beside them. Returns the prefix written.
  std::filesystem::path save(const Session& session, const std::filesystem::path& prefix,
                             int64_t global_step = -1);

  // How many checkpoints of this Saver stay; the oldest go first. 0: all. 5 as in TensorFlow.
  void set_max_to_keep(int count) { max_to_keep_ = count; }
  // Whether save() writes PREFIX.meta, too: the graph with its collections.
  void set_write_meta_graph(bool write) { write_meta_graph_ = write; }
  // What this Saver has saved and not removed, oldest first.
  const std::vector<std::filesystem::path>& last_checkpoints() const { return saved_; }

  struct Item {
    std::string key;        // in the checkpoint
    std::string operation;  // the variable
    // The part of a partitioned variable: full shape, offsets; empty when whole.
    std::vector<int64_t> full_shape;
    std::vector<int64_t> offset;
  };
  const std::vector<Item>& items() const { return items_; }
  // With parts of partitioned variables.
  Saver(const Graph& graph, std::vector<Item> items) : graph_(graph), items_(std::move(items)) {}

 private:
  Graph graph_;
  std::vector<Item> items_;
  int max_to_keep_ = 5;
  bool write_meta_graph_ = false;
  std::vector<std::filesystem::path> saved_;
};

// Writes the session's graph as a MetaGraph (tf.compat.v1.train.export_meta_graph): with its
// collections and the nodes that save and restore its variables; text when the path ends in .pbtxt.
// Throws UNIMPLEMENTED for a graph with ops that TensorFlow does not know.
RILL_API void export_meta_graph(const Session& session, const std::filesystem::path& path);

// Imports a MetaGraph file (model.ckpt.meta) with its collections, and gives a Saver for it.
// Throws as GraphDef::load.
RILL_API Saver import_meta_graph(const Graph& graph, const std::filesystem::path& path);

// The prefix of the newest checkpoint in a folder, from its file "checkpoint"; empty when none.
RILL_API std::filesystem::path latest_checkpoint(const std::filesystem::path& folder);

struct CheckpointVariable {
  std::string name;
  DType dtype;
  Shape shape;
};
// What a checkpoint holds, and one tensor of it.
RILL_API std::vector<CheckpointVariable> list_variables(const std::filesystem::path& prefix);
RILL_API Tensor load_variable(const std::filesystem::path& prefix, const std::string& name);

// The values of an object-based checkpoint (tf.train.Checkpoint): path of the object below the root
// ("model/kernel") -> name of the tensor in the checkpoint. Throws INVALID_ARGUMENT for another
// kind.
RILL_API std::map<std::string, std::string> list_objects(const std::filesystem::path& prefix);

// Writes an object-based checkpoint: path below the root ("model/kernel") -> value. TensorFlow's
// tf.train.Checkpoint(model=...).restore() takes it.
RILL_API void save_objects(const std::filesystem::path& prefix,
                           const std::map<std::string, Tensor>& values);

}  // namespace rill
