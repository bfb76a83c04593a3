#include "autodiff/branch_conditions.h"

#include <algorithm>

namespace rill::autodiff {
namespace {

using Conditions = std::vector<BranchCondition>;

void add(Conditions& to, const Conditions& from) {
  for (const BranchCondition& c : from) {
    if (std::find(to.begin(), to.end(), c) == to.end()) to.push_back(c);
  }
}

bool is_switch(const Node& node) { return node.op == "Switch" || node.op == "RefSwitch"; }
bool is_merge(const Node& node) { return node.op == "Merge" || node.op == "RefMerge"; }

// What every input of a Merge needs.
Conditions common(const std::vector<Conditions>& all) {
  Conditions out;
  if (all.empty()) return out;
  for (const BranchCondition& c : all[0]) {
    const bool everywhere = std::all_of(all.begin(), all.end(), [&](const Conditions& one) {
      return std::find(one.begin(), one.end(), c) != one.end();
    });
    if (everywhere) out.push_back(c);
  }
  return out;
}

}  // namespace

std::vector<BranchCondition> branch_conditions(const GraphImpl& graph, const Endpoint& e) {
  std::vector<Conditions> by_node(static_cast<size_t>(graph.num_nodes()));
  const auto at = [&](const Endpoint& from) {
    Conditions out = by_node[static_cast<size_t>(from.node)];
    const Node& node = graph.node(from.node);
    if (is_switch(node)) add(out, {{node.inputs[1], from.output}});
    return out;
  };
  bool any = false;
  for (int id = 0; id < graph.num_nodes() && !any; ++id) any = is_switch(graph.node(id));
  if (!any) return {};
  for (const int id : topological_order(graph)) {
    const Node& node = graph.node(id);
    Conditions& mine = by_node[static_cast<size_t>(id)];
    if (is_merge(node)) {
      std::vector<Conditions> sides;
      for (const Endpoint& in : node.inputs) sides.push_back(at(in));
      mine = common(sides);
    } else {
      for (const Endpoint& in : node.inputs) add(mine, at(in));
      for (const int c : node.controls) add(mine, by_node[static_cast<size_t>(c)]);
    }
  }
  Conditions out = at(e);
  // The predicate of an inner conditional needs what is outside of it.
  std::stable_sort(out.begin(), out.end(), [&](const BranchCondition& a, const BranchCondition& b) {
    return at(a.predicate).size() > at(b.predicate).size();
  });
  return out;
}

}  // namespace rill::autodiff
