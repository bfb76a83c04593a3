// Variables of a graph. Names: tensorflow/python/ops/{resource_variable_ops,ref_variable}.py.
#include "base/fail.h"
#include "formats/meta_graph/meta_graph.h"
#include "rill/train.hpp"
#include "train/nodes.h"

namespace rill::train {

int add_node(const Graph& graph, const char* op, const std::vector<Value>& inputs,
             const AttrMap& attrs, const std::string& name, const std::vector<int>& controls) {
  GraphImpl& g = *graph.impl();
  const std::lock_guard lock(g.mutex());
  const GraphScope scope(graph.impl());
  emit_all(op, inputs, attrs, name);
  const int id = g.num_nodes() - 1;  // constants among the inputs come first
  Node& node = g.mutable_node(id);
  if (node.op != op) fail(Code::internal, "the node added last is ", node.op, ", not ", op);
  for (const int control : controls) node.controls.push_back(control);
  ++g.version;
  return id;
}

Value output_of(const Graph& graph, int node) { return graph.impl()->tensor({node, 0}); }

Value constant(const Graph& graph, double number, DType dtype, const std::string& name) {
  const GraphScope eagerly(nullptr);
  const Tensor value = emit("Cast", {Tensor::scalar(number)}, {{"DstT", dtype}});
  return output_of(graph, add_node(graph, "Const", {}, {{"dtype", dtype}, {"value", value}}, name));
}

std::string Variable::name() const {
  return state_ && state_.is_symbolic() ? state_.rep()->graph->node(state_.rep()->node).name : "";
}

Value placeholder(const std::string& name, DType dtype, const Shape& shape) {
  const Graph graph = get_default_graph();
  return output_of(graph,
                   add_node(graph, "Placeholder", {}, {{"dtype", dtype}, {"shape", shape}}, name));
}

Variable variable(const std::string& name, const Tensor& initial, const VariableOptions& options) {
  Graph graph = get_default_graph();
  if (graph.impl()->find(name) >= 0) {
    fail(Code::already_exists, "the graph has an operation ", quoted(name), " already");
  }
  if (!initial.is_dense() && !initial.is_symbolic()) {
    fail(Code::invalid_argument, "variable ", quoted(name), " needs a first value");
  }
  const NameScope root(*graph.impl(), "");
  const DType dtype = initial.dtype();
  const Shape shape = initial.shape();
  // The variable comes first: names below it would take its own.
  const Value state = output_of(
      graph, options.use_resource
                 ? add_node(graph, "VarHandleOp", {},
                            {{"dtype", dtype}, {"shape", shape}, {"shared_name", name}}, name)
                 : add_node(graph, "VariableV2", {}, {{"dtype", dtype}, {"shape", shape}}, name));
  Value first = initial;
  if (initial.is_dense()) {
    first = output_of(graph,
                      add_node(graph, "Const", {}, {{"dtype", dtype}, {"value", initial.owned()}},
                               name + "/Initializer/initial_value"));
  }
  formats::VariableDef def;
  def.initial_value_name = graph.impl()->node(first.rep()->node).name + ":0";
  def.is_resource = options.use_resource;
  def.trainable = options.trainable;
  int assign = 0, read = 0;
  if (options.use_resource) {
    add_node(graph, "VarIsInitializedOp", {state}, {}, name + "/IsInitialized/VarIsInitializedOp");
    assign = add_node(graph, "AssignVariableOp", {state, first}, {}, name + "/Assign");
    read = add_node(graph, "ReadVariableOp", {state}, {{"dtype", dtype}},
                    name + "/Read/ReadVariableOp");
  } else {
    assign = add_node(graph, "Assign", {state, first}, {}, name + "/Assign");
    read = add_node(graph, "Identity", {state}, {}, name + "/read");
  }
  const Variable out(state, output_of(graph, read));
  def.initializer_name = graph.impl()->node(assign).name;
  def.snapshot_name = graph.impl()->node(read).name + ":0";
  def.variable_name = out.name() + ":0";
  const std::string bytes = formats::serialize_variable_def(def);
  graph.add_to_collection("variables", bytes);
  if (options.trainable) graph.add_to_collection("trainable_variables", bytes);
  return out;
}

namespace {

std::vector<formats::VariableDef> defs_in(const Graph& graph, const std::string& collection) {
  std::vector<formats::VariableDef> out;
  const auto found = graph.collections().find(collection);
  if (found == graph.collections().end()) return out;
  for (const std::string& bytes : found->second) {
    try {
      out.push_back(formats::parse_variable_def(bytes));
    } catch (const Error&) {  // other things may live there, too
    }
  }
  return out;
}

// The value that the graph has of a variable already, or a new one.
Variable variable_at(const Graph& graph, int id, const std::string& snapshot) {
  const Node& node = graph.impl()->node(id);
  const Value state = output_of(graph, id);
  if (!snapshot.empty()) {
    const int read = graph.impl()->find(split_tensor_name(snapshot).first);
    if (read >= 0) return Variable(state, output_of(graph, read));
  }
  const AttrValue* dtype = node.attrs.find("dtype");
  if (node.op != "VarHandleOp" || !dtype) return Variable(state, state);
  const std::string name = node.name + "/Read/ReadVariableOp";
  const int read = graph.impl()->find(name);
  return Variable(state, output_of(graph, read >= 0 ? read
                                                    : add_node(graph, "ReadVariableOp", {state},
                                                               {{"dtype", *dtype}}, name)));
}

std::vector<Variable> variables_in(const Graph& graph, const std::string& collection) {
  std::vector<Variable> out;
  for (const formats::VariableDef& def : defs_in(graph, collection)) {
    const int id = graph.impl()->find(split_tensor_name(def.variable_name).first);
    if (id >= 0) out.push_back(variable_at(graph, id, def.snapshot_name));
  }
  if (!out.empty() || !defs_in(graph, "variables").empty()) return out;
  for (int id = 0, n = graph.impl()->num_nodes(); id < n; ++id) {
    const std::string& op = graph.impl()->node(id).op;
    if (op == "VarHandleOp" || op == "VariableV2" || op == "Variable") {
      out.push_back(variable_at(graph, id, ""));
    }
  }
  return out;
}

}  // namespace

std::vector<Variable> global_variables(const Graph& graph) {
  return variables_in(graph, "variables");
}
std::vector<Variable> trainable_variables(const Graph& graph) {
  return variables_in(graph, "trainable_variables");
}

Variable get_or_create_global_step() {
  const Graph graph = get_default_graph();
  const int found = graph.impl()->find("global_step");
  if (found >= 0) {
    for (const Variable& v : global_variables(graph)) {
      if (v.name() == "global_step") return v;
    }
    return variable_at(graph, found, "");
  }
  VariableOptions options;
  options.trainable = false;
  const Variable out = variable("global_step", Tensor::scalar(int64_t{0}), options);
  Graph(graph).add_to_collection("global_step", graph.collections().at("variables").back());
  return out;
}

Operation global_variables_initializer() {
  const Graph graph = get_default_graph();
  std::vector<int> initializers;
  for (const formats::VariableDef& def : defs_in(graph, "variables")) {
    const int id = graph.impl()->find(def.initializer_name);
    if (id >= 0) initializers.push_back(id);
  }
  return Operation(graph.impl(), add_node(graph, "NoOp", {}, {}, "init", initializers));
}

}  // namespace rill::train
