#include "function/control_dependencies.h"

#include <algorithm>
#include <map>

#include "op/op_def.h"

namespace rill {
namespace {

bool only_reads(const std::string& op) {
  return op == "ReadVariableOp" || op == "VariableShape" || op == "VarIsInitializedOp" ||
         op == "ResourceGather" || op == "ResourceGatherNd" || op == "_ReadVariablesOp" ||
         op == "LookupTableFindV2" || op == "LookupTableSizeV2";
}

struct Uses {
  int last_write = -1;
  std::vector<int> reads;  // since then
};

// True when `later` gets a value that follows from `earlier` directly.
bool already_follows(const Node& later, int earlier) {
  const auto is_it = [&](const Endpoint& e) { return e.node == earlier; };
  return std::any_of(later.inputs.begin(), later.inputs.end(), is_it) ||
         std::find(later.controls.begin(), later.controls.end(), earlier) != later.controls.end();
}

}  // namespace

void order_effects(GraphImpl& graph) {
  std::map<int, Uses> resources;  // by the node of the handle
  for (int id = 0; id < graph.num_nodes(); ++id) {
    const Node& node = graph.node(id);
    if (node.def == nullptr || !node.def->stateful) continue;
    const bool reads = only_reads(node.op);
    std::vector<int> after;
    for (const Endpoint& e : node.inputs) {
      const Node& from = graph.node(e.node);
      const auto port = static_cast<size_t>(e.output);
      if (port >= from.output_dtypes.size() || from.output_dtypes[port] != DType::resource)
        continue;
      Uses& uses = resources[e.node];
      if (uses.last_write >= 0) after.push_back(uses.last_write);
      if (reads) {
        uses.reads.push_back(id);
        continue;
      }
      after.insert(after.end(), uses.reads.begin(), uses.reads.end());
      uses.reads.clear();
      uses.last_write = id;
    }
    for (const int earlier : after) {
      if (earlier == id || already_follows(graph.node(id), earlier)) continue;
      graph.mutable_node(id).controls.push_back(earlier);
    }
  }
}

std::vector<int> effects(const GraphImpl& graph) {
  std::vector<int> out;
  for (int id = 0; id < graph.num_nodes(); ++id) {
    const OpDef* def = graph.node(id).def;
    if (def != nullptr && def->stateful && def->outputs.empty()) out.push_back(id);
  }
  return out;
}

}  // namespace rill
