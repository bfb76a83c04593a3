// The variables of a session by the names of their nodes, for all that restore and save them.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "formats/checkpoint/checkpoint_source.h"
#include "formats/checkpoint/checkpoint_writer.h"
#include "formats/meta_graph/meta_graph.h"
#include "op/variable.h"
#include "rill/saver.hpp"
#include "session/session_impl.h"

namespace rill::io {

// Empty when the node has no such text.
std::string text_attr(const Node& node, const char* name);

// Container and name under which a session keeps what a handle stands for.
std::pair<std::string, std::string> resource_name(const Node& node);

// Makes the state when the session has none yet. Throws NOT_FOUND.
std::shared_ptr<VariableState> find_variable(const Session& session, const std::string& operation);

// All or nothing.
void restore_items(const Session& session, const formats::CheckpointSource& source,
                   const std::vector<Saver::Item>& items);

// Adds the values the variables have to a checkpoint, in the order of their keys, as
// TensorFlow's Saver does.
void write_items(const Session& session, const std::vector<Saver::Item>& items,
                 formats::CheckpointWriter& writer);

// The part of a partitioned variable that has this shape; or that a slice spec names.
// Throws INVALID_ARGUMENT when it lies outside.
Tensor part_of(const Tensor& full, const Saver::Item& item, const Shape& shape);
Tensor part_of(const Tensor& full, const std::string& spec);

// Takes back what was added to a graph since, unless keep() was called: nothing half-loaded stays.
class ImportGuard {
 public:
  explicit ImportGuard(const Graph& graph);
  ImportGuard(const ImportGuard&) = delete;
  ImportGuard& operator=(const ImportGuard&) = delete;
  ~ImportGuard();
  void keep() { kept_ = true; }

 private:
  std::shared_ptr<GraphImpl> graph_;
  int nodes_;
  std::map<std::string, std::vector<std::string>> collections_;
  bool kept_ = false;
};

// The node lists and messages of a MetaGraph go to the graph's collections.
void add_collections(Graph& graph, const formats::MetaGraph& meta);

// What the MetaGraph's own saver restores, or else all variables.
std::vector<Saver::Item> saver_items(const Graph& graph, const formats::MetaGraph& meta);
Saver saver_for(const Graph& graph, const formats::MetaGraph& meta);

}  // namespace rill::io
