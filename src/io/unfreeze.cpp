// Constants of a frozen graph become variables again.
#include <map>
#include <set>

#include "base/fail.h"
#include "base/str.h"
#include "formats/meta_graph/meta_graph.h"
#include "graph/input_name.h"
#include "io/saver_nodes.h"
#include "ops/regex.h"
#include "rill/convert.hpp"
#include "rill/train.hpp"

namespace rill {
namespace {

bool is_weight(const NodeDef& node) {
  if (node.op != "Const") return false;
  const AttrValue* value = node.attrs.find("value");
  const Tensor* tensor = value ? value->get_if<Tensor>() : nullptr;
  return tensor && tensor->is_dense() && tensor->rank() > 0 && tensor->size() > 0 &&
         is_floating(tensor->dtype());
}

}  // namespace

std::vector<train::Variable> unfreeze(const Session& session, const GraphDef& frozen,
                                      const UnfreezeOptions& options) {
  const Regex chosen(options.pattern);
  std::set<std::string> weights;
  std::vector<std::string> candidates;
  for (const NodeDef& node : frozen.nodes) {
    if (!is_weight(node)) continue;
    candidates.push_back(node.name);
    if (chosen.full_match(node.name)) weights.insert(node.name);
  }
  if (weights.empty()) {
    std::string list;
    for (size_t i = 0; i < candidates.size() && i < 10; ++i) {
      list += (i ? ", " : "") + quoted(candidates[i]);
    }
    fail(Code::not_found, "no constant of the graph is a weight whose name matches ",
         quoted(options.pattern),
         candidates.empty() ? std::string("; it has none with floats and dimensions")
                            : "; there are " + list);
  }
  GraphDef graph;
  graph.functions = frozen.functions;
  graph.gradients = frozen.gradients;
  graph.registered_gradients = frozen.registered_gradients;
  graph.producer = frozen.producer;
  graph.min_consumer = frozen.min_consumer;
  std::vector<formats::VariableDef> variables;
  for (const NodeDef& node : frozen.nodes) {
    if (!weights.contains(node.name)) {
      NodeDef copy = node;
      for (std::string& input : copy.inputs) {
        if (!weights.contains(std::string(node_of(input)))) continue;
        input = str(input.starts_with("^") ? "^" : "", node_of(input), "/Read/ReadVariableOp");
      }
      graph.nodes.push_back(std::move(copy));
      continue;
    }
    const Tensor& value = *node.attrs.find("value")->get_if<Tensor>();
    const DType dtype = value.dtype();
    const std::string first = node.name + "/Initializer/initial_value";
    graph.nodes.push_back(io::make_node(first, "Const", {}, {{"dtype", dtype}, {"value", value}}));
    graph.nodes.push_back(io::make_node(
        node.name, "VarHandleOp", {},
        {{"dtype", dtype},
         {"shape", value.shape()},
         {"shared_name", options.prefix.empty() ? node.name : options.prefix + "/" + node.name},
         {"container", ""}}));
    graph.nodes.push_back(io::make_node(node.name + "/Assign", "AssignVariableOp",
                                        {node.name, first}, {{"dtype", dtype}}));
    graph.nodes.push_back(io::make_node(node.name + "/Read/ReadVariableOp", "ReadVariableOp",
                                        {node.name}, {{"dtype", dtype}}));
    formats::VariableDef def;
    def.variable_name = node.name + ":0";
    def.initial_value_name = first + ":0";
    def.initializer_name = node.name + "/Assign";
    def.snapshot_name = node.name + "/Read/ReadVariableOp:0";
    def.is_resource = true;
    def.trainable = true;
    variables.push_back(std::move(def));
  }
  Graph target = session.graph();
  target.import(graph, options.prefix);
  const std::string scope = options.prefix.empty() ? "" : options.prefix + "/";
  std::vector<std::string> initializers;
  std::vector<train::Variable> out;
  for (formats::VariableDef& def : variables) {
    for (std::string* name :
         {&def.variable_name, &def.initial_value_name, &def.initializer_name, &def.snapshot_name}) {
      *name = scope + *name;
    }
    const std::string bytes = formats::serialize_variable_def(def);
    target.add_to_collection("variables", bytes);
    target.add_to_collection("trainable_variables", bytes);
    initializers.push_back(def.initializer_name);
    out.emplace_back(target.get_tensor_by_name(def.variable_name),
                     target.get_tensor_by_name(def.snapshot_name));
  }
  session.run_targets(initializers);
  return out;
}

}  // namespace rill
