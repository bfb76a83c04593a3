#include "passes/rewriter.h"

#include <algorithm>

#include "exec/prune.h"
#include "op/import.h"
#include "op/registry.h"
#include "rill/error.hpp"

namespace rill::passes {

Rewriter::Rewriter(ProgramGraph& program) : program_(program), graph_(*program.graph) {
  grow();
  const int n = graph_.num_nodes();
  find_needed();
  for (int id = 0; id < n; ++id) {
    if (!alive(id)) continue;
    const Node& node = graph_.node(id);
    for (size_t i = 0; i < node.inputs.size(); ++i) {
      uses_[static_cast<size_t>(node.inputs[i].node)].push_back({id, static_cast<int>(i)});
    }
    for (const int c : node.controls) ++waiters_[static_cast<size_t>(c)];
  }
  for (const Endpoint& e : program_.fetches) ++fetches_[static_cast<size_t>(e.node)];
  for (const int t : program_.targets) {
    kept_[static_cast<size_t>(t)] = 1;
    ++waiters_[static_cast<size_t>(t)];
  }
  for (const int a : program_.args) kept_[static_cast<size_t>(a)] = 1;
}

// What an earlier pass left behind uses nothing.
void Rewriter::find_needed() {
  std::fill(alive_.begin(), alive_.end(), 0);
  std::vector<int> stack(program_.targets);
  stack.insert(stack.end(), program_.args.begin(), program_.args.end());
  for (const Endpoint& e : program_.fetches) stack.push_back(e.node);
  while (!stack.empty()) {
    const auto id = static_cast<size_t>(stack.back());
    stack.pop_back();
    if (alive_[id]) continue;
    alive_[id] = 1;
    const Node& node = graph_.node(static_cast<int>(id));
    for (const Endpoint& e : node.inputs) stack.push_back(e.node);
    stack.insert(stack.end(), node.controls.begin(), node.controls.end());
  }
}

void Rewriter::grow() {
  const auto n = static_cast<size_t>(graph_.num_nodes());
  uses_.resize(n);
  waiters_.resize(n, 0);
  fetches_.resize(n, 0);
  alive_.resize(n, 1);
  kept_.resize(n, 0);
}

std::vector<int> Rewriter::order() const {
  std::vector<int> all = topological_order(graph_);
  std::erase_if(all, [&](int id) { return !alive(id); });
  return all;
}

int Rewriter::num_uses(Endpoint e) const {
  const auto& uses = uses_[static_cast<size_t>(e.node)];
  auto count = std::count_if(uses.begin(), uses.end(), [&](const Use& use) {
    return node(use.node).inputs[static_cast<size_t>(use.input)].output == e.output;
  });
  if (fetches_[static_cast<size_t>(e.node)] > 0) {
    count += std::count(program_.fetches.begin(), program_.fetches.end(), e);
  }
  return static_cast<int>(count);
}

bool Rewriter::only_output(Endpoint e) const {
  return static_cast<int>(uses(e.node).size()) + fetches_[static_cast<size_t>(e.node)] ==
         num_uses(e);
}

bool Rewriter::melts(Endpoint e) const {
  return uses(e.node).size() == 1 && fetches_[static_cast<size_t>(e.node)] == 0 &&
         !waited_for(e.node) && node(e).controls.empty();
}

Shape Rewriter::shape(Endpoint e) const {
  const Node& from = node(e);
  const auto port = static_cast<size_t>(e.output);
  return port < from.output_shapes.size() ? from.output_shapes[port] : Shape::unknown_rank();
}

DType Rewriter::dtype(Endpoint e) const {
  const Node& from = node(e);
  const auto port = static_cast<size_t>(e.output);
  return port < from.output_dtypes.size() ? from.output_dtypes[port] : DType::invalid;
}

const Tensor* Rewriter::constant(Endpoint e) const {
  const Node& from = node(e);
  if (from.op != "Const" || !from.controls.empty()) return nullptr;
  const AttrValue* value = from.attrs.find("value");
  return value ? value->get_if<Tensor>() : nullptr;
}

bool Rewriter::constant_float(Endpoint e, float& value) const {
  const Tensor* t = constant(e);
  if (t == nullptr || t->dtype() != DType::float32 || t->size() != 1) return false;
  value = *t->data<float>();
  return true;
}

Endpoint Rewriter::add(std::string_view op, std::string_view name, std::vector<Endpoint> inputs,
                       AttrMap attrs) {
  Node made;
  made.op = op;
  made.def = &require_op(op);
  made.name = free_name(graph_, std::string(name));
  made.attrs = std::move(attrs);
  complete_attrs(*made.def, made.attrs, made.name);
  made.output_dtypes = output_dtypes(*made.def, made.attrs, made.name);
  made.output_shapes.assign(made.output_dtypes.size(), Shape::unknown_rank());
  made.inputs = std::move(inputs);
  const int id = graph_.add_node(std::move(made));
  grow();
  const Node& added = graph_.node(id);
  for (size_t i = 0; i < added.inputs.size(); ++i) {
    uses_[static_cast<size_t>(added.inputs[i].node)].push_back({id, static_cast<int>(i)});
  }
  refresh_shapes(graph_, id);
  return {id, 0};
}

Endpoint Rewriter::add_constant(std::string_view name, const Tensor& value) {
  return add("Const", name, {}, {{"dtype", value.dtype()}, {"value", value}});
}

void Rewriter::set_input(int id, int input, Endpoint to) {
  Endpoint& at = graph_.mutable_node(id).inputs[static_cast<size_t>(input)];
  const int before = at.node;
  std::erase_if(uses_[static_cast<size_t>(before)],
                [&](const Use& use) { return use.node == id && use.input == input; });
  at = to;
  uses_[static_cast<size_t>(to.node)].push_back({id, input});
  release(before);
}

void Rewriter::replace(Endpoint from, Endpoint to) {
  const std::vector<Use> uses = uses_[static_cast<size_t>(from.node)];
  for (const Use& use : uses) {
    Endpoint& at = graph_.mutable_node(use.node).inputs[static_cast<size_t>(use.input)];
    if (at.output != from.output) continue;
    at = to;
    std::erase_if(uses_[static_cast<size_t>(from.node)],
                  [&](const Use& u) { return u.node == use.node && u.input == use.input; });
    uses_[static_cast<size_t>(to.node)].push_back(use);
  }
  for (Endpoint& e : program_.fetches) {
    if (!(e == from)) continue;
    e = to;
    --fetches_[static_cast<size_t>(from.node)];
    ++fetches_[static_cast<size_t>(to.node)];
  }
  release(from.node);
}

void Rewriter::drop_control(int id, int from) {
  std::vector<int>& controls = graph_.mutable_node(id).controls;
  const auto count = std::erase(controls, from);
  waiters_[static_cast<size_t>(from)] -= static_cast<int>(count);
  if (count > 0) release(from);
}

void Rewriter::release(int id) {
  std::vector<int> stack{id};
  while (!stack.empty()) {
    const auto n = static_cast<size_t>(stack.back());
    stack.pop_back();
    if (!alive_[n] || kept_[n] || !uses_[n].empty() || fetches_[n] > 0 || waiters_[n] > 0) continue;
    alive_[n] = 0;
    const Node& gone = graph_.node(static_cast<int>(n));
    for (size_t i = 0; i < gone.inputs.size(); ++i) {
      const auto from = static_cast<size_t>(gone.inputs[i].node);
      std::erase_if(uses_[from], [&](const Use& use) {
        return use.node == static_cast<int>(n) && use.input == static_cast<int>(i);
      });
      stack.push_back(gone.inputs[i].node);
    }
    for (const int c : gone.controls) {
      --waiters_[static_cast<size_t>(c)];
      stack.push_back(c);
    }
  }
}

bool has_op(std::string_view name) { return op_registry().find(name) != nullptr; }

bool is_one_of(std::string_view op, std::initializer_list<std::string_view> ops) {
  return std::find(ops.begin(), ops.end(), op) != ops.end();
}

void refresh_shapes(GraphImpl& graph, int id) {
  Node& node = graph.mutable_node(id);
  const std::vector<Shape> before = node.output_shapes;
  try {
    infer_node_shapes(graph, id);
  } catch (const Error&) {
    // The node may lie where no run comes by; the plan complains when one does.
    node.output_shapes = before;
    return;
  }
  for (size_t i = 0; i < before.size() && i < node.output_shapes.size(); ++i) {
    if (!node.output_shapes[i].has_rank()) node.output_shapes[i] = before[i];
  }
}

}  // namespace rill::passes
