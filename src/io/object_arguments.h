// Arguments for what only a custom gradient uses: its function captured a variable that the
// function with the node never reads, or a tensor of a function further out.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "formats/saved_model/saved_model.h"
#include "io/graph_calls.h"

namespace rill::io {

class ObjectArguments {
 public:
  explicit ObjectArguments(formats::MetaGraph& meta);

  // What brings an object to a function, as its nodes name their inputs: a tensor or an argument of
  // its own; empty: nothing does.
  std::string find(const std::string& function, int32_t object) const;
  // The same, or a new argument that all who call the function hand on: through calls, branches
  // and loops. Empty when one of them cannot, as a gradient.
  std::string find_or_add(const std::string& function, int32_t object, DType type);

  // The nodes outside all functions call what they called before; which of them could call more.
  std::vector<GraphCall> keep_graph_calls();

 private:
  using Caller = std::pair<std::string, size_t>;  // a function, a node of it
  struct Known {
    size_t index = SIZE_MAX;  // in the graph's functions
    std::vector<Caller> callers;
    bool fixed = false;    // who calls it can give no more
    bool branch = false;   // of a conditional, or of a loop
    bool body = false;     // of a loop: hands its arguments on as results
    bool no_body = false;  // called as something else, too
    std::vector<std::pair<int32_t, std::string>> given;  // object -> new argument
  };

  void note_calls(const NodeDef& node, const std::string* caller, size_t at);
  bool can_add(const std::string& function, int32_t object, std::set<std::string>& seen) const;
  void add(const std::string& function, int32_t object, DType type);
  void extend(NodeDef& node, const std::string& input, DType type);
  void call_unchanged(NodeDef& node);
  NameAttrList unchanged(const NameAttrList& called);

  formats::MetaGraph& meta_;
  std::vector<FunctionDef> before_;  // as they were, once one was changed
  std::map<std::string, Known> known_;
  std::set<std::tuple<std::string, size_t, int32_t>> extended_;  // nodes, by object
};

// PartitionedCall or StatefulPartitionedCall.
bool is_call(const NodeDef& node);

}  // namespace rill::io
