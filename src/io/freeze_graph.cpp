// Frozen graphs: what a Program makes of a graph before its passes, as a GraphDef.
#include <map>
#include <set>

#include "base/fail.h"
#include "exec/freeze.h"
#include "exec/prune.h"
#include "io/embed_variables.h"
#include "io/frozen_tables.h"
#include "io/saver_nodes.h"
#include "io/traced_model.h"
#include "io/variables.h"
#include "op/import.h"
#include "op/registry.h"
#include "passes/passes.h"
#include "rill/convert.hpp"
#include "session/session_impl.h"

namespace rill {
namespace {

void collect_functions(const AttrValue& value, std::set<std::string>& names) {
  if (const auto* one = value.get_if<NameAttrList>()) names.insert(one->name);
  if (const auto* list = value.get_if<std::vector<NameAttrList>>()) {
    for (const NameAttrList& f : *list) names.insert(f.name);
  }
}

// Functions that nothing calls any more go.
void drop_unused_functions(GraphDef& graph) {
  std::map<std::string, const FunctionDef*> library;
  for (const FunctionDef& f : graph.functions) library[f.name] = &f;
  std::set<std::string> used, open;
  for (const NodeDef& node : graph.nodes) {
    for (const auto& [name, value] : node.attrs) collect_functions(value, open);
    if (library.contains(node.op)) open.insert(node.op);
  }
  while (!open.empty()) {
    const std::string name = *open.begin();
    open.erase(open.begin());
    if (!library.contains(name) || !used.insert(name).second) continue;
    for (const NodeDef& node : library.at(name)->nodes) {
      std::set<std::string> inner;
      for (const auto& [attr, value] : node.attrs) collect_functions(value, inner);
      if (library.contains(node.op)) inner.insert(node.op);
      for (const std::string& f : inner) {
        if (!used.contains(f)) open.insert(f);
      }
    }
  }
  std::erase_if(graph.functions, [&](const FunctionDef& f) { return !used.contains(f.name); });
  std::erase_if(graph.gradients, [&](const auto& g) { return !used.contains(g.first); });
}

void refuse_what_is_left(const GraphDef& graph, const std::map<std::string, std::string>& writers) {
  std::string unset, written, internal;
  const auto add = [](std::string& list, const auto&... parts) {
    list += (list.empty() ? "" : ", ") + str(parts...);
  };
  for (const NodeDef& node : graph.nodes) {
    if (node.op.starts_with("_Rill")) add(internal, quoted(node.name), " (", node.op, ")");
    if (node.op != "VarHandleOp" && node.op != "VariableV2" && node.op != "Variable") continue;
    const auto writer = writers.find(node.name);
    if (writer == writers.end()) {
      add(unset, quoted(node.name));
    } else if (writer->second.empty()) {
      add(written, quoted(node.name), " (fetched itself, not its value)");
    } else {
      add(written, quoted(node.name), " (by ", quoted(writer->second), ")");
    }
  }
  if (!unset.empty()) {
    fail(Code::failed_precondition, "these variables have no value: ", unset,
         "; restore or initialise them, or fetch less");
  }
  // convert_variables_to_constants() writes a graph then that nothing imports.
  if (!written.empty()) {
    fail(Code::failed_precondition,
         "what is fetched writes variables, which constants are not: ", written,
         "; fetch what lies before that");
  }
  if (!internal.empty()) {
    fail(Code::unimplemented, "these nodes have no form that TensorFlow knows: ", internal);
  }
}

// As freeze_graph of TensorFlow: where the graph was trained says nothing of where it will run, and
// a node of a colocation may be gone.
void clear_placement(std::vector<NodeDef>& nodes) {
  for (NodeDef& node : nodes) {
    node.device.clear();
    node.attrs.erase("_class");
  }
}

// What a call of the model writes, as a stateful layer its states, constants cannot hold.
void refuse_written_states(const GraphImpl& graph) {
  std::string list;
  for (int id = 0; id < graph.num_nodes(); ++id) {
    const Node& node = graph.node(id);
    const bool writes = node.def != nullptr && node.def->stateful && node.def->outputs.empty();
    if (!writes || node.inputs.empty()) continue;
    const Node& handle = graph.node(node.inputs[0].node);
    if (!graph.bound_resources.contains(io::resource_name(handle).second)) continue;
    list += (list.empty() ? "" : ", ") + quoted(io::resource_name(handle).second);
  }
  if (list.empty()) return;
  fail(Code::failed_precondition, "a call of the model writes these variables: ", list,
       "; a frozen graph would forget them: write a SavedModel, or build the model with "
       "stateful=False");
}

GraphDef freeze_graph(const std::shared_ptr<GraphImpl>& graph, ResourceStore& resources,
                      const std::vector<std::pair<Endpoint, std::string>>& outputs) {
  ProgramSpec spec;
  spec.graph = graph;
  for (const auto& [end, name] : outputs) spec.fetches.push_back(end);
  ProgramGraph program = prune(spec);
  inline_calls(program);
  insert_ref_reads(program);
  const VariableUse variables = use_of_variables(program, resources);
  passes::drop_controls_of_constants(program);
  // A fetch whose node is gone (a call that was inlined) keeps its name: "call", "call_1".
  GraphImpl& frozen = *program.graph;
  for (size_t i = 0; i < outputs.size(); ++i) {
    const Endpoint end = program.fetches[i];
    auto [wanted, port] = split_tensor_name(outputs[i].second);
    if (frozen.node(end.node).name == wanted && end.output == port) continue;
    if (port != 0) wanted += str("_", port);
    if (frozen.find(wanted) >= 0) continue;  // then it has a new name
    Node identity;
    identity.name = wanted;
    identity.op = "Identity";
    identity.def = &require_op("Identity");
    const DType dtype = frozen.node(end.node).output_dtypes.at(static_cast<size_t>(end.output));
    identity.attrs = {{"T", dtype}};
    identity.inputs = {end};
    identity.output_dtypes = {dtype};
    identity.output_shapes = {
        frozen.node(end.node).output_shapes.at(static_cast<size_t>(end.output))};
    program.fetches[i] = {frozen.add_node(std::move(identity)), 0};
  }
  compact(program);
  GraphDef out = export_graph_def(*program.graph);
  io::embed_variables(out, variables.unwritten);
  refuse_what_is_left(out, variables.writers);
  io::fill_tables(out, resources);
  drop_unused_functions(out);
  clear_placement(out.nodes);
  for (FunctionDef& f : out.functions) clear_placement(f.nodes);
  if (out.producer == 0) out.producer = io::kProducer;
  return out;
}

}  // namespace

GraphDef freeze(const Session& session, const std::vector<std::string>& outputs) {
  if (outputs.empty()) fail(Code::invalid_argument, "freeze: name the outputs to keep");
  const Graph graph = session.graph();
  std::vector<std::pair<Endpoint, std::string>> ends;
  for (const std::string& name : outputs) {
    const Tensor tensor = graph.get_tensor_by_name(name);
    ends.push_back({{tensor.rep()->node, tensor.rep()->output}, name});
  }
  return freeze_graph(graph.impl(), *session.impl()->resources(), ends);
}

GraphDef freeze(const keras::Model& model) {
  const io::TracedGraph traced = io::trace_portable(model);
  refuse_written_states(*traced.graph);
  const auto resources = make_resource_store();
  for (const auto& [name, resource] : traced.graph->bound_resources) {
    resources->put("", name, resource);
  }
  std::vector<std::pair<Endpoint, std::string>> ends;
  for (const io::TracedEnd& end : traced.outputs) {
    ends.push_back({end.at, traced.graph->node(end.at.node).name});
  }
  return freeze_graph(traced.graph, *resources, ends);
}

}  // namespace rill
