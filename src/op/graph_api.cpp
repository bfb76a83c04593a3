// The public face of a graph.
#include "base/fail.h"
#include "graph/graph.h"
#include "op/emit.h"
#include "op/import.h"
#include "op/variable.h"

namespace rill {
namespace {

std::vector<std::shared_ptr<GraphImpl>>& default_graphs() {
  thread_local std::vector<std::shared_ptr<GraphImpl>> stack;
  return stack;
}

}  // namespace

const std::string& Operation::name() const { return graph_->node(id_).name; }
const std::string& Operation::type() const { return graph_->node(id_).op; }
const std::string& Operation::device() const { return graph_->node(id_).device; }
const AttrMap& Operation::attrs() const { return graph_->node(id_).attrs; }
int Operation::num_outputs() const {
  return static_cast<int>(graph_->node(id_).output_dtypes.size());
}

Tensor Operation::output(int i) const {
  if (i < 0 || i >= num_outputs()) {
    fail(Code::invalid_argument, "operation ", quoted(name()), " has ", num_outputs(),
         " outputs; there is no output ", i);
  }
  return graph_->tensor({id_, i});
}

std::vector<Tensor> Operation::inputs() const {
  std::vector<Tensor> out;
  for (const Endpoint& e : graph_->node(id_).inputs) out.push_back(graph_->tensor(e));
  return out;
}

std::vector<Operation> Operation::control_inputs() const {
  std::vector<Operation> out;
  for (const int id : graph_->node(id_).controls) out.emplace_back(graph_, id);
  return out;
}

Graph Operation::graph() const { return Graph(graph_); }

std::string Tensor::name() const {
  if (is_symbolic()) return str(op().name(), ":", rep_->output);
  if (is_variable()) return static_cast<const VariableState&>(*rep_->variable).name();
  fail(Code::failed_precondition,
       "a tensor with elements has no name; those of a graph and variables have one");
}

Operation Tensor::op() const {
  if (!is_symbolic()) {
    fail(Code::failed_precondition, "a tensor with elements comes from no operation of a graph");
  }
  return Operation(rep_->graph, rep_->node);
}

Graph::Graph() : impl_(std::make_shared<GraphImpl>()) {}

std::vector<Tensor> Graph::import(const GraphDef& def, const ImportOptions& options) {
  return import_graph_def(impl_, def, options);
}

std::vector<Tensor> Graph::import(const GraphDef& def, const std::string& prefix) {
  ImportOptions options;
  options.prefix = prefix;
  return import(def, options);
}

GraphDef Graph::as_graph_def() const { return export_graph_def(*impl_); }

Tensor Graph::get_tensor_by_name(std::string_view name) const {
  const auto [node_name, port] = split_tensor_name(name);
  std::lock_guard lock(impl_->mutex());
  const int id = impl_->find(node_name);
  if (id < 0) {
    const std::string near = nearest(node_name, impl_->node_names());
    fail(Code::not_found, "no tensor ", quoted(name), " in the graph",
         near.empty() ? "" : str("; did you mean ", quoted(str(near, ":", port)), "?"));
  }
  const Node& node = impl_->node(id);
  // How many outputs an unknown op has is not known; a run will name the op.
  if (node.def != nullptr && static_cast<size_t>(port) >= node.output_dtypes.size()) {
    fail(Code::invalid_argument, "operation ", quoted(node_name), " (", node.op, ") has ",
         node.output_dtypes.size(), " outputs; there is no tensor ", quoted(name));
  }
  return impl_->tensor({id, port});
}

Operation Graph::get_operation_by_name(std::string_view name) const {
  const int id = impl_->find(name);
  if (id < 0) {
    fail(Code::not_found, "no operation ", quoted(name), " in the graph",
         did_you_mean(name, impl_->node_names()));
  }
  return Operation(impl_, id);
}

std::vector<Operation> Graph::operations() const {
  std::vector<Operation> out;
  for (int id = 0; id < impl_->num_nodes(); ++id) out.emplace_back(impl_, id);
  return out;
}

const std::map<std::string, std::vector<std::string>>& Graph::collections() const {
  return impl_->collections;
}

void Graph::add_to_collection(const std::string& collection, std::string value) {
  std::lock_guard lock(impl_->mutex());
  impl_->collections[collection].push_back(std::move(value));
}

void Graph::finalize() { impl_->finalized = true; }
bool Graph::finalized() const { return impl_->finalized; }

NameScope Graph::name_scope(std::string_view name) const { return NameScope(*impl_, name); }
NameScope name_scope(std::string_view name) { return get_default_graph().name_scope(name); }

Graph::Scope::Scope(std::shared_ptr<GraphImpl> graph) {
  default_graphs().push_back(std::move(graph));
}
Graph::Scope::~Scope() { default_graphs().pop_back(); }

std::shared_ptr<GraphImpl> scoped_default_graph() {
  const auto& stack = default_graphs();
  return stack.empty() ? nullptr : stack.back();
}

Graph get_default_graph() {
  auto& stack = default_graphs();
  if (!stack.empty()) return Graph(stack.back());
  thread_local std::shared_ptr<GraphImpl> own;
  if (!own) own = std::make_shared<GraphImpl>();
  return Graph(own);
}

}  // namespace rill
