#include "function/vectorize.h"

#include <algorithm>
#include <map>
#include <utility>

#include "function/branch_body.h"
#include "function/vectorize_rules.h"
#include "op/emit.h"
#include "op/variable.h"

namespace rill {
namespace {

using vectorized::Call;
using vectorized::Item;
using vectorized::NoRule;

// What of the function the result needs, in order.
std::vector<int> needed_nodes(const GraphImpl& graph, int result) {
  const std::vector<char> needed = ancestors(graph, {result});
  std::vector<int> out;
  for (const int id : topological_order(graph)) {
    if (needed[static_cast<size_t>(id)] != 0) out.push_back(id);
  }
  return out;
}

bool calls_function(const Node& node) {
  for (const AttrDef& attr : node.def->attrs) {
    if (attr.kind == AttrKind::func) return true;
  }
  return false;
}

// Reading a variable again gives what it gave: nothing in the function has an effect.
bool has_effect(const Node& node) { return node.def->stateful && node.op != "ReadVariableOp"; }

// A trace outside of every graph captures into one of its own: what stands behind such a value.
Value outside(const GraphImpl& graph, const Value& captured) {
  const auto bound = graph.bound_resources.find(graph.node(captured.rep()->node).name);
  if (bound == graph.bound_resources.end()) throw NoRule();
  if (const auto variable = std::dynamic_pointer_cast<VariableState>(bound->second)) {
    return Tensor::of_variable(variable, variable->dtype(), variable->shape());
  }
  return Tensor::opaque(DType::resource, bound->second);
}

Shape row_shape(const Value& elems) {
  if (!elems.shape().has_rank()) throw NoRule();
  std::vector<int64_t> dims;
  for (int i = 1; i < elems.rank(); ++i) dims.push_back(elems.dim(i));
  return Shape(dims);
}

Value number_of_rows(const Value& elems) {
  if (elems.dim(0) != Shape::kUnknownDim) {
    return Tensor::scalar(static_cast<int32_t>(elems.dim(0)));
  }
  const Value one = Tensor::vector<int32_t>({1});
  return emit("StridedSlice", {emit("Shape", {elems}), Tensor::vector<int32_t>({0}), one, one},
              {{"shrink_axis_mask", int64_t{1}}});
}

class Replay {
 public:
  Replay(const FunctionBody& body, Value rows) : body_(body), rows_(std::move(rows)) {}

  // First without effect: whether every node that depends on the row has a rule.
  void check(const std::vector<int>& nodes, int row) {
    std::vector<char> stacked(static_cast<size_t>(body_.graph->num_nodes()), 0);
    stacked[static_cast<size_t>(row)] = 1;
    for (const int id : nodes) {
      const Node& node = body_.graph->node(id);
      if (node.op == "_Arg" || node.op == "_Retval") continue;
      if (node.def == nullptr || has_effect(node) || calls_function(node)) throw NoRule();
      const bool depends =
          std::any_of(node.inputs.begin(), node.inputs.end(),
                      [&](const Endpoint& e) { return stacked[static_cast<size_t>(e.node)] != 0; });
      if (!depends) continue;
      const vectorized::Rule* rule = vectorized::find_rule(node.op);
      if (rule == nullptr) throw NoRule();
      stacked[static_cast<size_t>(id)] = rule->stacked ? 1 : 0;
    }
  }

  void give(int arg, Item item) { made_[arg] = {std::move(item)}; }

  Item result(const std::vector<int>& nodes, Endpoint wanted) {
    for (const int id : nodes) run(id);
    return made_.at(wanted.node).at(static_cast<size_t>(wanted.output));
  }

 private:
  void run(int id) {
    const Node& node = body_.graph->node(id);
    if (node.op == "_Arg" || node.op == "_Retval") return;
    Call call{*body_.graph, node, {}, rows_};
    bool depends = false;
    for (const Endpoint& e : node.inputs) {
      call.in.push_back(made_.at(e.node).at(static_cast<size_t>(e.output)));
      depends = depends || call.in.back().stacked;
    }
    const vectorized::Rule* rule = depends ? vectorized::find_rule(node.op) : nullptr;
    for (Value& value : rule ? rule->run(call) : once(call)) {
      made_[id].push_back({std::move(value), rule && rule->stacked});
    }
  }

  // Does not depend on the row. A constant stays the very tensor that a tape may watch.
  static Values once(const Call& call) {
    if (call.node.op == "Const") return {*call.node.attrs.find("value")->get_if<Tensor>()};
    Values inputs;
    for (const Item& item : call.in) inputs.push_back(item.value);
    AttrMap attrs = call.node.attrs;
    attrs.erase("_output_shapes");
    return emit_all(call.node.op, inputs, std::move(attrs));
  }

  const FunctionBody& body_;
  Value rows_;
  std::map<int, std::vector<Item>> made_;
};

}  // namespace

std::optional<Value> vectorize(const std::function<Value(const Value& row)>& fn,
                               const Value& elems) {
  const bool symbolic = elems.is_symbolic() || current_graph();
  const std::shared_ptr<GraphImpl> outer = !symbolic         ? std::make_shared<GraphImpl>()
                                           : current_graph() ? current_graph()
                                                             : elems.rep()->graph;
  try {
    const TracedBody traced =
        trace_body(outer, "vectorized_map", {elems.dtype()}, {row_shape(elems)},
                   [&](const Values& row) { return Values{fn(row[0])}; });
    const std::shared_ptr<FunctionBody>& body = traced.body;
    outer->library->bodies.erase(body->name);
    const Endpoint wanted = body->graph->node(body->returns[0]).inputs[0];
    const std::vector<int> nodes = needed_nodes(*body->graph, wanted.node);
    const Value rows = number_of_rows(elems);
    Replay replay(*body, rows);
    replay.check(nodes, body->args[0]);
    replay.give(body->args[0], {elems, true});
    for (size_t i = 0; i < traced.captured.size(); ++i) {
      const Value& captured = traced.captured[i];
      replay.give(body->args[i + 1], {symbolic ? captured : outside(*outer, captured), false});
    }
    const Item result = replay.result(nodes, wanted);
    return result.stacked ? result.value : vectorized::repeated(result.value, rows);
  } catch (const NoRule&) {
    return std::nullopt;
  }
}

}  // namespace rill
