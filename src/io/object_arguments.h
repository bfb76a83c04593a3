// Arguments for the objects that only a custom gradient uses: its function captured a variable that
// the function with the node never reads.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "formats/saved_model/saved_model.h"

namespace rill::io {

class ObjectArguments {
 public:
  explicit ObjectArguments(formats::MetaGraph& meta);

  // The argument of a function that brings an object: one that it had, or a new one that all who
  // call it hand on. Null when one of them cannot: a branch, a loop, a gradient.
  const std::string* find_or_add(const std::string& function, int32_t object, DType type);

  // The nodes outside all functions have no such object to give: they call what they called before.
  void keep_graph_calls();

 private:
  struct Known {
    size_t index = 0;                                     // in the graph's functions
    std::vector<std::pair<std::string, size_t>> callers;  // a function, a node of it
    bool fixed = false;                                   // who calls it can give no more
    std::map<int32_t, std::string> given;                 // object -> new argument
  };

  void note_calls(const NodeDef& node, const std::string* caller, size_t at);
  const std::string* find(const std::string& function, int32_t object) const;
  bool can_add(const std::string& function, int32_t object, std::set<std::string>& seen) const;
  void add(const std::string& function, int32_t object, DType type);
  void call_unchanged(NodeDef& node);

  formats::MetaGraph& meta_;
  std::vector<FunctionDef> before_;  // as the file has them, once one was changed
  std::map<std::string, Known> known_;
};

// PartitionedCall or StatefulPartitionedCall.
bool is_call(const NodeDef& node);
// What a call calls; null: the node is none.
const NameAttrList* called_by(const NodeDef& node);

}  // namespace rill::io
