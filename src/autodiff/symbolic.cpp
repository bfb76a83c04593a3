// tf.gradients: the records are the nodes between the xs and the ys.
#include "autodiff/symbolic.h"

#include "base/fail.h"
#include "graph/graph.h"
#include "op/import.h"
#include "op/raise_loops.h"
#include "op/registry.h"

namespace rill {
namespace autodiff {
namespace {

// A node of TensorFlow 1 whose op is a function of the library becomes the call that it is.
void make_call(GraphImpl& graph, int id) {
  Node& node = graph.mutable_node(id);
  const NameAttrList function{node.op, std::make_shared<AttrMap>(node.attrs)};
  const std::shared_ptr<FunctionBody> body = function_body(graph, function);
  std::vector<DType> in, out;
  for (const int arg : body->args) in.push_back(body->graph->node(arg).output_dtypes[0]);
  for (const int result : body->returns) {
    const Endpoint e = body->graph->node(result).inputs[0];
    out.push_back(body->graph->node(e.node).output_dtypes[static_cast<size_t>(e.output)]);
  }
  node.op = body->stateful ? "StatefulPartitionedCall" : "PartitionedCall";
  node.def = &require_op(node.op);
  node.attrs = {{"Tin", in}, {"Tout", out}, {"f", function}};
  complete_attrs(*node.def, node.attrs, node.name);
  node.output_dtypes = out;
  node.output_shapes.resize(out.size(), Shape::unknown_rank());
  ++graph.version;
}

}  // namespace

std::vector<GradRecord> records_of(GraphImpl& graph, const Values& ys) {
  std::vector<int> ends;
  for (const Value& y : ys) ends.push_back(y.rep()->node);
  const std::vector<char> needed = ancestors(graph, std::move(ends));
  std::vector<GradRecord> records;
  for (const int id : topological_order(graph)) {
    if (needed[static_cast<size_t>(id)] == 0) continue;
    const Node& node = graph.node(id);
    if (node.inputs.empty()) continue;
    if (node.def == nullptr && graph.library->functions.contains(node.op)) make_call(graph, id);
    if (node.def == nullptr) {
      fail(Code::unimplemented, "node ", quoted(node.name), ": op ", node.op,
           " is not known, so it has no gradient");
    }
    GradRecord record;
    record.def = node.def;
    record.attrs = node.attrs;
    for (const Endpoint& e : node.inputs) record.inputs.push_back(graph.tensor(e));
    for (size_t i = 0; i < node.output_dtypes.size(); ++i) {
      record.outputs.push_back(graph.tensor({id, static_cast<int>(i)}));
    }
    records.push_back(std::move(record));
  }
  return records;
}

Values gradients_in(const std::shared_ptr<GraphImpl>& graph, const BackpropRequest& request) {
  std::lock_guard lock(graph->mutex());
  const GraphScope scope(graph);
  raise_loops(graph, request.targets);
  const std::vector<GradRecord> records = records_of(*graph, request.targets);
  return backprop(records, request);
}

namespace {

// A variable stands for its handle in the graph; what the graph lacks is not connected.
Value in_graph(const std::shared_ptr<GraphImpl>& graph, const Value& x, std::string_view what) {
  if (x.is_variable()) {
    for (const auto& [name, bound] : graph->bound_resources) {
      if (bound == x.rep()->variable) return graph->tensor({graph->find(name), 0});
    }
    return x;
  }
  if (!x.is_symbolic()) {
    fail(Code::invalid_argument, what, " of gradients() must be tensors of a graph; for tensors ",
         "with a value use a Tape");
  }
  if (x.rep()->graph != graph) {
    fail(Code::invalid_argument, what, " of gradients() belong to different graphs");
  }
  return x;
}

}  // namespace
}  // namespace autodiff

Values gradients(const Values& ys, const Values& xs, const GradientOptions& options) {
  if (ys.empty()) return Values(xs.size());
  if (!ys[0].is_symbolic()) {
    fail(Code::invalid_argument,
         "gradients() takes tensors of a graph; for tensors with a value use a Tape");
  }
  const std::shared_ptr<GraphImpl> graph = ys[0].rep()->graph;
  autodiff::BackpropRequest request;
  for (const Value& y : ys) request.targets.push_back(autodiff::in_graph(graph, y, "the ys"));
  for (const Value& x : xs) request.sources.push_back(autodiff::in_graph(graph, x, "the xs"));
  for (const Value& x : options.stop_gradients) {
    request.stops.push_back(autodiff::in_graph(graph, x, "the stop_gradients"));
  }
  if (!options.grad_ys.empty() && options.grad_ys.size() != ys.size()) {
    fail(Code::invalid_argument, options.grad_ys.size(), " grad_ys were given for ", ys.size(),
         " ys");
  }
  request.seeds = options.grad_ys;
  request.unconnected_zeros = options.unconnected_zeros;
  request.indexed_slices = options.indexed_slices;
  const NameScope name(*graph, "gradients");
  return autodiff::gradients_in(graph, request);
}

}  // namespace rill
