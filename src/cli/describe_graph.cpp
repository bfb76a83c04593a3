// GraphDefs, MetaGraphs and SavedModels.
#include <algorithm>
#include <filesystem>
#include <unordered_map>
#include <unordered_set>

#include "base/str.h"
#include "cli/describe_parts.h"
#include "formats/saved_model/saved_model.h"
#include "graph/input_name.h"
#include "op/registry.h"
#include "rill/error.hpp"
#include "rill/graph.hpp"

namespace rill::cli {
namespace {

bool is_variable(const std::string& op) {
  return op == "VariableV2" || op == "Variable" || op == "VarHandleOp";
}

bool is_input(const std::string& op) { return op.starts_with("Placeholder") || op == "_Arg"; }

// Runs for what it does, not for what it gives.
bool has_effect(const std::string& op) {
  const OpDef* def = op_registry().find(op);
  if (def != nullptr && def->outputs.empty()) return true;
  for (const char* begin : {"Apply", "SparseApply", "Restore"}) {
    if (op.starts_with(begin)) return true;
  }
  for (const char* part : {"Assign", "Summary"}) {
    if (op.find(part) != std::string::npos) return true;
  }
  // A Switch has a value on one side only.
  return op == "Switch" || op == "RefSwitch" || is_variable(op);
}

template <typename T>
T attr_or(const NodeDef& node, const char* name, T otherwise) {
  const AttrValue* value = node.attrs.find(name);
  const T* found = value ? value->get_if<T>() : nullptr;
  return found ? *found : otherwise;
}

Port port_of(const NodeDef& node, const char* dtype_attr) {
  Port port;
  port.key = node.name;
  port.tensor = node.name + ":0";
  port.dtype = attr_or(node, dtype_attr, DType::invalid);
  // TensorFlow before 1.0 wrote no shape, and an empty one for "unknown".
  port.shape = attr_or(node, "shape", Shape::unknown_rank());
  return port;
}

void add_graph_variables(Description& out, const GraphDef& graph) {
  for (const NodeDef& node : graph.nodes) {
    if (!is_variable(node.op)) continue;
    out.variables.push_back({node.name, attr_or(node, "dtype", DType::invalid),
                             attr_or(node, "shape", Shape::unknown_rank())});
  }
}

// Dtypes and shapes of ports that were read off the bare graph, by shape inference.
void infer_ports(SignaturePorts& ports, const GraphDef& def) {
  Graph graph;
  try {
    graph.import(def);
  } catch (const Error&) {
    return;  // the ops that rill lacks and what is broken are told elsewhere
  }
  for (std::vector<Port>* side : {&ports.inputs, &ports.outputs}) {
    for (Port& port : *side) {
      try {
        const Tensor tensor = graph.get_tensor_by_name(port.tensor);
        port.dtype = tensor.dtype();
        port.shape = tensor.shape();
      } catch (const Error&) {
        continue;  // an output of an op that rill lacks
      }
    }
  }
}

std::vector<Port> ports_of(const formats::SignatureEnds& ends) {
  std::vector<Port> ports;
  for (const auto& [key, info] : formats::tensors_of(ends)) {
    ports.push_back({key, info.name, info.dtype, info.shape});
  }
  return ports;
}

void add_meta_graph(Description& out, const formats::MetaGraph& meta) {
  GraphPart part;
  part.tags = meta.tags;
  Roots roots;
  for (const auto& [key, def] : meta.signatures) {
    part.signatures.push_back({key, def.method_name, ports_of(def.inputs), ports_of(def.outputs)});
    for (const Port& port : part.signatures.back().outputs) roots[key].push_back(port.tensor);
  }
  if (part.signatures.empty()) {
    part.signatures.push_back(guess_ports(meta.graph));
    infer_ports(part.signatures[0], meta.graph);
    for (const Port& port : part.signatures[0].outputs) roots[""].push_back(port.tensor);
  }
  const std::string init = formats::init_op_name(meta);
  if (!init.empty()) roots["initialiser"].push_back(init);
  count_ops(part, meta.graph, roots);
  out.graphs.push_back(std::move(part));
}

// Frozen graphs of TensorFlow 2 keep placeholders that nothing needs ("unused_control_flow_input").
void drop_unused_inputs(SignaturePorts& ports,
                        const std::unordered_map<std::string_view, const NodeDef*>& nodes) {
  std::unordered_set<std::string_view> needed;
  std::vector<std::string_view> work;
  const auto need = [&](std::string_view input) {
    input = node_of(input);
    if (needed.insert(input).second) work.push_back(input);
  };
  for (const Port& port : ports.outputs) need(port.tensor);
  while (!work.empty()) {
    const auto node = nodes.find(work.back());
    work.pop_back();
    if (node == nodes.end()) continue;
    for (const std::string& input : node->second->inputs) need(input);
  }
  const auto unused = [&](const Port& port) { return !needed.contains(node_of(port.tensor)); };
  if (!std::all_of(ports.inputs.begin(), ports.inputs.end(), unused)) {
    std::erase_if(ports.inputs, unused);
  }
}

using NodeNames = std::unordered_set<std::string_view>;
using Consumers = std::unordered_map<std::string_view, std::vector<const NodeDef*>>;

// Which nodes take a value of a node.
Consumers consumers_of(const GraphDef& graph) {
  Consumers out;
  for (const NodeDef& node : graph.nodes) {
    for (const std::string& input : node.inputs) {
      if (!input.starts_with('^')) out[node_of(input)].push_back(&node);
    }
  }
  return out;
}

// The nodes of `work` and all that depend on them, up to those whose op is in `ends`.
NodeNames downstream(const Consumers& consumers, std::vector<const NodeDef*> work,
                     const NodeNames& ends) {
  NodeNames out;
  while (!work.empty()) {
    const NodeDef* node = work.back();
    work.pop_back();
    if (ends.contains(node->op) || !out.insert(node->name).second) continue;
    const auto found = consumers.find(node->name);
    if (found != consumers.end()) {
      work.insert(work.end(), found->second.begin(), found->second.end());
    }
  }
  return out;
}

// Nodes inside loops of TensorFlow 1, and those that run on one side of a condition alone (the
// pivots switch_t and switch_f, too, which nothing takes): they have no value to give.
NodeNames inside_control_flow(const GraphDef& graph, const Consumers& consumers) {
  std::vector<const NodeDef*> enters, switches;
  for (const NodeDef& node : graph.nodes) {
    if (node.op == "Enter" || node.op == "RefEnter") enters.push_back(&node);
    if (node.op == "Switch" || node.op == "RefSwitch") switches.push_back(&node);
  }
  NodeNames out = downstream(consumers, std::move(enters), {"Exit", "RefExit"});
  out.merge(downstream(consumers, std::move(switches), {"Exit", "RefExit", "Merge", "RefMerge"}));
  return out;
}

}  // namespace

SignaturePorts guess_ports(const GraphDef& graph) {
  const Consumers consumers = consumers_of(graph);
  std::unordered_map<std::string_view, const NodeDef*> nodes;
  NodeNames file_names;  // what savers are fed with
  for (const NodeDef& node : graph.nodes) {
    nodes.emplace(node.name, &node);
    const bool saves = node.op.starts_with("Save") || node.op.starts_with("Restore");
    if (saves && !node.inputs.empty() && !node.inputs[0].starts_with('^')) {
      file_names.insert(node_of(node.inputs[0]));
    }
  }
  NodeNames defaults;  // of those
  for (const std::string_view name : file_names) {
    const auto found = nodes.find(name);
    if (found != nodes.end() && !found->second->inputs.empty()) {
      defaults.insert(found->second->inputs[0]);
    }
  }
  SignaturePorts ports;
  std::vector<const NodeDef*> fed;
  for (const NodeDef& node : graph.nodes) {
    const bool argument = node.op == "_Arg";
    if ((!node.op.starts_with("Placeholder") && !argument) || file_names.contains(node.name)) {
      continue;
    }
    Port port = port_of(node, argument ? "T" : "dtype");
    if (port.dtype == DType::string && node.inputs.size() == 1 && defaults.contains(node.name)) {
      continue;
    }
    fed.push_back(&node);
    ports.inputs.push_back(std::move(port));
  }
  // A graph without inputs computes something all the same.
  const bool has_inputs = !ports.inputs.empty();
  const NodeNames depends = downstream(consumers, std::move(fed), {});
  const NodeNames inside = inside_control_flow(graph, consumers);
  for (const NodeDef& node : graph.nodes) {
    if (node.op == "_Retval" && node.inputs.size() == 1) {
      const std::string& source = node.inputs[0];
      const bool has_port = source.find(':') != std::string::npos;
      ports.outputs.push_back({node.name, has_port ? source : source + ":0",
                               attr_or(node, "T", DType::invalid), Shape::unknown_rank()});
      continue;
    }
    if (consumers.contains(node.name) || has_effect(node.op) || node.op == "Const" ||
        is_input(node.op) || inside.contains(node.name) || node.name.ends_with("/pred_id") ||
        (has_inputs && !depends.contains(node.name))) {
      continue;
    }
    ports.outputs.push_back(
        {node.name, node.name + ":0", attr_or(node, "T", DType::invalid), Shape::unknown_rank()});
  }
  drop_unused_inputs(ports, nodes);
  return ports;
}

void describe_graphdef(Description& out) {
  const GraphDef graph = GraphDef::load(out.path);
  out.format = "TensorFlow GraphDef";
  add_graph_variables(out, graph);
  out.notes = out.kind == formats::FileKind::graphdef_text ? "text" : "binary";
  out.notes += out.variables.empty() ? ", frozen" : ", not frozen: its variables have no values";
  if (graph.producer > 0) out.notes += str(", producer ", graph.producer);
  GraphPart part;
  part.signatures.push_back(guess_ports(graph));
  infer_ports(part.signatures[0], graph);
  count_ops(part, graph, {});
  out.graphs.push_back(std::move(part));
}

void describe_meta_graph(Description& out) {
  const formats::MetaGraph meta = formats::load_meta_graph(out.path);
  out.format = "TensorFlow MetaGraph";
  out.notes = meta.tensorflow_version.empty() ? "" : "tf " + meta.tensorflow_version;
  add_graph_variables(out, meta.graph);
  add_meta_graph(out, meta);
}

void describe_saved_model(Description& out) {
  const formats::SavedModel model = formats::load_saved_model(out.path);
  out.format = "TensorFlow SavedModel";
  bool is_keras = false;
  bool needs_values = false;
  for (const formats::MetaGraph& meta : model.meta_graphs) {
    if (out.notes.empty() && !meta.tensorflow_version.empty()) {
      out.notes = "tf " + meta.tensorflow_version;
    }
    if (meta.object_graph) {
      for (const formats::SavedObject& object : meta.object_graph->nodes) {
        const auto* user = std::get_if<formats::SavedUserObject>(&object.value);
        is_keras |= user != nullptr && user->identifier.starts_with("_tf_keras");
      }
    }
    add_meta_graph(out, meta);
    const GraphPart& part = out.graphs.back();
    needs_values |= meta.saver && std::any_of(part.ops.begin(), part.ops.end(),
                                              [](const auto& op) { return is_variable(op.first); });
  }
  std::error_code error;
  if (is_keras || std::filesystem::exists(model.folder / "keras_metadata.pb", error)) {
    out.notes += out.notes.empty() ? "Keras 2" : ", Keras 2";
  }
  const std::string prefix = formats::variables_prefix(model.folder);
  if (!prefix.empty()) {
    add_checkpoint_tensors(out, prefix);
  } else if (needs_values) {
    out.missing_files.push_back((model.folder / "variables" / "variables.index").string());
  }
}

int add_checkpoint_tensors(Description& out, const std::string& prefix) {
  constexpr std::string_view kValue = "/.ATTRIBUTES/VARIABLE_VALUE";
  const auto source = formats::open_checkpoint(prefix, {}, formats::DataFiles::may_be_missing);
  const auto missing = source->missing_files();
  out.missing_files.assign(missing.begin(), missing.end());
  for (const formats::CheckpointEntry& entry : source->entries()) {
    if (entry.dtype == DType::string || entry.name.starts_with("save_counter/")) continue;
    // Keras 3 exports each variable a second time.
    if (entry.name.starts_with("_all_variables/") &&
        source->find("variables/0/.ATTRIBUTES/VARIABLE_VALUE") != nullptr) {
      continue;
    }
    std::string name = entry.name;
    if (name.ends_with(kValue)) name.resize(name.size() - kValue.size());
    out.variables.push_back({std::move(name), entry.dtype, entry.shape});
  }
  return source->version();
}

}  // namespace rill::cli
