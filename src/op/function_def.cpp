#include "op/function_def.h"

#include "base/ascii.h"
#include "base/fail.h"
#include "op/op_def.h"

namespace rill {
namespace {

// How many flat outputs an output argument of the node has.
size_t width(const Node& node, const ArgDef& arg) {
  const std::string& list = arg.type_list_attr.empty() ? arg.number_attr : arg.type_list_attr;
  if (list.empty()) return 1;
  const AttrValue* value = node.attrs.find(list);
  if (value == nullptr) return 0;
  if (const auto* types = value->get_if<std::vector<DType>>()) return types->size();
  if (const auto* count = value->get_if<int64_t>()) return static_cast<size_t>(*count);
  return 0;
}

// "node:argument:index" (tensorflow/core/framework/function.proto, node_def).
std::string endpoint_name(const GraphImpl& graph, const Endpoint& e) {
  const Node& node = graph.node(e.node);
  if (node.op == "_Arg") return node.name;
  if (node.def == nullptr) {
    fail(Code::invalid_argument, "node ", quoted(node.name), ": the outputs of op ", node.op,
         " have no known names");
  }
  auto rest = static_cast<size_t>(e.output);
  for (const ArgDef& arg : node.def->outputs) {
    const size_t n = width(node, arg);
    if (rest < n) return str(node.name, ":", arg.name, ":", rest);
    rest -= n;
  }
  fail(Code::invalid_argument, "node ", quoted(node.name), " has no output ", e.output);
}

// Argument names are identifiers: lower case letters, digits, underscores.
std::string argument_name(const std::string& wanted) {
  std::string out;
  for (const char c : wanted) out += ascii::is_alnum(c) ? ascii::lower(c) : '_';
  return out;
}

}  // namespace

std::shared_ptr<const FunctionDef> function_def_of(const FunctionBody& body) {
  const GraphImpl& graph = *body.graph;
  auto def = std::make_shared<FunctionDef>();
  def->name = body.name;
  def->is_stateful = body.stateful;
  for (const int id : body.args) {
    const Node& node = graph.node(id);
    ArgDef arg;
    arg.name = node.name;
    arg.type = node.output_dtypes[0];
    def->inputs.push_back(std::move(arg));
  }
  size_t index = 0;
  for (const int id : body.returns) {
    const Node& node = graph.node(id);
    const Endpoint from = node.inputs[0];
    ArgDef out;
    out.name = str(argument_name(node.name), "_", index++);
    out.type = graph.node(from.node).output_dtypes[static_cast<size_t>(from.output)];
    def->returns.emplace_back(out.name, endpoint_name(graph, from));
    def->outputs.push_back(std::move(out));
  }
  for (const int id : body.controls) {
    def->control_outputs.push_back(graph.node(id).name);
    def->control_returns.emplace_back(graph.node(id).name, graph.node(id).name);
  }
  for (int id = 0; id < graph.num_nodes(); ++id) {
    const Node& node = graph.node(id);
    if (node.op == "_Arg" || node.op == "_Retval") continue;
    NodeDef out;
    out.name = node.name;
    out.op = node.op;
    out.device = node.device;
    out.attrs = node.attrs;
    for (const Endpoint& e : node.inputs) out.inputs.push_back(endpoint_name(graph, e));
    for (const int c : node.controls) out.inputs.push_back("^" + graph.node(c).name);
    def->nodes.push_back(std::move(out));
  }
  return def;
}

std::string unique_function_name(const FunctionLibrary& library, const std::string& wanted) {
  const auto taken = [&](const std::string& name) {
    return library.functions.contains(name) || library.bodies.contains(name);
  };
  std::string name = wanted;
  for (int i = 1; taken(name); ++i) name = str(wanted, "_", i);
  return name;
}

void add_function(FunctionLibrary& library, std::shared_ptr<FunctionBody> body) {
  std::lock_guard lock(library.mutex);
  library.functions[body->name] = function_def_of(*body);
  const std::string name = body->name;
  library.bodies[name] = std::move(body);
}

}  // namespace rill
