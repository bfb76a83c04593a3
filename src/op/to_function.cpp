#include "op/to_function.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/fail.h"
#include "op/op_def.h"

namespace rill {
namespace {

// How many tensors the output argument `arg` of the node has.
int64_t count_of(const Node& node, const ArgDef& arg) {
  const std::string& list = arg.number_attr.empty() ? arg.type_list_attr : arg.number_attr;
  if (list.empty()) return 1;
  const AttrValue* value = node.attrs.find(list);
  if (value != nullptr) {
    if (const auto* n = value->get_if<int64_t>()) return *n;
    if (const auto* types = value->get_if<std::vector<DType>>()) {
      return static_cast<int64_t>(types->size());
    }
  }
  return 0;
}

// "node:output_arg:index".
std::string output_name(const Node& node, int output) {
  if (node.def == nullptr) {
    fail(Code::invalid_argument, "node ", quoted(node.name), ": op ", quoted(node.op),
         " is not known; a function cannot be made of it");
  }
  int64_t at = output;
  for (const ArgDef& arg : node.def->outputs) {
    const int64_t count = count_of(node, arg);
    if (at < count) return str(node.name, ":", arg.name, ":", at);
    at -= count;
  }
  fail(Code::internal, "node ", quoted(node.name), " has no output ", output);
}

}  // namespace

std::vector<int> needed_nodes(const GraphImpl& graph, const FunctionEnds& ends) {
  std::set<int> inputs, needed;
  for (const auto& [node, name] : ends.inputs) inputs.insert(node);
  std::vector<int> open = ends.targets;
  for (const auto& [end, name] : ends.outputs) open.push_back(end.node);
  while (!open.empty()) {
    const int id = open.back();
    open.pop_back();
    if (inputs.contains(id) || !needed.insert(id).second) continue;
    for (const Endpoint& e : graph.node(id).inputs) open.push_back(e.node);
    for (const int c : graph.node(id).controls) open.push_back(c);
  }
  return {needed.begin(), needed.end()};
}

FunctionDef to_function(const GraphImpl& graph, const std::string& name, const FunctionEnds& ends) {
  FunctionDef out;
  out.name = name;
  std::map<int, std::string> arguments;
  for (const auto& [id, arg] : ends.inputs) {
    const Node& node = graph.node(id);
    ArgDef def;
    def.name = arg;
    def.type = node.output_dtypes.at(0);
    arguments[id] = arg;
    out.inputs.push_back(std::move(def));
  }
  const auto reference = [&](const Endpoint& e) {
    const auto found = arguments.find(e.node);
    return found != arguments.end() ? found->second : output_name(graph.node(e.node), e.output);
  };
  for (const int id : needed_nodes(graph, ends)) {
    const Node& node = graph.node(id);
    NodeDef def;
    def.name = node.name;
    def.op = node.op;
    def.device = node.device;
    def.attrs = node.attrs;
    for (const Endpoint& e : node.inputs) def.inputs.push_back(reference(e));
    for (const int c : node.controls) {
      if (!arguments.contains(c)) def.inputs.push_back("^" + graph.node(c).name);
    }
    out.is_stateful = out.is_stateful || (node.def != nullptr && node.def->stateful);
    out.nodes.push_back(std::move(def));
  }
  for (const auto& [end, arg] : ends.outputs) {
    ArgDef def;
    def.name = arg;
    def.type = graph.node(end.node).output_dtypes.at(static_cast<size_t>(end.output));
    out.outputs.push_back(std::move(def));
    out.returns.emplace_back(arg, reference(end));
  }
  for (const int id : ends.targets) {
    out.control_returns.emplace_back(graph.node(id).name, graph.node(id).name);
    out.control_outputs.push_back(graph.node(id).name);
  }
  return out;
}

}  // namespace rill
