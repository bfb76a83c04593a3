// Which ops a graph uses, and which of them rill lacks.
#include <unordered_map>

#include "base/str.h"
#include "cli/describe_parts.h"
#include "exec/frame_executor.h"
#include "graph/input_name.h"
#include "op/registry.h"

namespace rill::cli {
namespace {

bool have(const std::string& op) {
  const OpDef* def = op_registry().find(op);
  return def != nullptr &&
         (def->kernel != nullptr || def->prepare != nullptr || def->decompose != nullptr ||
          op.starts_with("_") || is_control_flow_v1(op));
}

class Search {
 public:
  // `calls_alone`: the bodies of loops, branches and gradients are not entered.
  explicit Search(const GraphDef& graph, bool calls_alone = false)
      : graph_(graph), calls_alone_(calls_alone) {
    for (const FunctionDef& f : graph.functions) functions_.emplace(f.name, &f);
  }

  void whole() {
    for (const NodeDef& node : graph_.nodes) use(node);
    drain();
  }
  void from(const std::vector<std::string>& roots) {
    std::unordered_map<std::string_view, const NodeDef*> nodes;
    for (const NodeDef& node : graph_.nodes) nodes.emplace(node.name, &node);
    std::vector<std::string> pending = roots;
    std::set<std::string> seen;
    while (!pending.empty()) {
      const std::string name(node_of(pending.back()));
      pending.pop_back();
      const auto found = nodes.find(name);
      if (found == nodes.end() || !seen.insert(name).second) continue;
      use(*found->second);
      pending.insert(pending.end(), found->second->inputs.begin(), found->second->inputs.end());
    }
    drain();
  }

  const std::set<std::string>& kinds() const { return kinds_; }

 private:
  void use(const NodeDef& node) {
    const auto function = functions_.find(node.op);
    if (function != functions_.end()) {  // called by its name as an op
      call(node.op);
    } else {
      kinds_.insert(node.op);
    }
    if (calls_alone_ && node.op != "PartitionedCall" && node.op != "StatefulPartitionedCall")
      return;
    for (const auto& [name, value] : node.attrs) {
      if (const auto* f = value.get_if<NameAttrList>()) call(f->name);
      if (const auto* list = value.get_if<std::vector<NameAttrList>>()) {
        for (const NameAttrList& f : *list) call(f.name);
      }
    }
  }
  void call(const std::string& name) {
    const auto found = functions_.find(name);
    if (found != functions_.end() && called_.insert(name).second) waiting_.push_back(found->second);
  }
  void drain() {
    while (!waiting_.empty()) {
      const FunctionDef* function = waiting_.back();
      waiting_.pop_back();
      for (const NodeDef& node : function->nodes) use(node);
    }
  }

  const GraphDef& graph_;
  bool calls_alone_;
  std::unordered_map<std::string_view, const FunctionDef*> functions_;
  std::set<std::string> called_;
  std::vector<const FunctionDef*> waiting_;
  std::set<std::string> kinds_;
};

}  // namespace

void count_ops(GraphPart& part, const GraphDef& graph, const Roots& roots) {
  part.nodes = static_cast<int64_t>(graph.nodes.size());
  part.functions = static_cast<int64_t>(graph.functions.size());
  std::set<std::string> names;
  for (const FunctionDef& f : graph.functions) names.insert(f.name);
  const auto count = [&](const NodeDef& node) {
    if (!names.contains(node.op)) ++part.ops[node.op];
  };
  for (const NodeDef& node : graph.nodes) count(node);
  for (const FunctionDef& f : graph.functions) {
    for (const NodeDef& node : f.nodes) count(node);
  }
  Search called(graph, true);
  called.whole();
  part.called_ops = called.kinds();
  std::set<std::string> lacking;
  for (const auto& [op, times] : part.ops) {
    if (!have(op)) lacking.insert(op);
  }
  if (lacking.empty()) return;
  const auto note = [&](const Search& search, const std::string& signature) {
    for (const std::string& op : lacking) {
      if (search.kinds().contains(op)) part.missing[op].insert(signature);
    }
  };
  for (const auto& [signature, nodes] : roots) {
    Search search(graph);
    search.from(nodes);
    note(search, signature);
  }
  if (roots.empty()) {
    Search search(graph);
    search.whole();
    note(search, "");
  }
  for (const std::string& op : lacking) {
    if (!part.missing.contains(op)) part.missing_elsewhere.insert(op);
  }
}

}  // namespace rill::cli
