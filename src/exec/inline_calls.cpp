#include <algorithm>
#include <map>
#include <set>

#include "base/fail.h"
#include "exec/prune.h"
#include "op/derived_gradient.h"
#include "op/import.h"
#include "op/registry.h"
#include "op/saved_gradient.h"

namespace rill {
namespace {

constexpr int kMostDepth = 100;
// Functions that call the next one twice double with each level: no more nodes than this, or so
// many times what the graph had.
constexpr int kMostNodes = 300'000;
constexpr int kMostGrowth = 20;

bool is_call(const Node& node) {
  return node.op == "PartitionedCall" || node.op == "StatefulPartitionedCall";
}

// The function a node calls; false when it calls none.
bool called(GraphImpl& graph, const Node& node, NameAttrList& ref) {
  if (is_call(node)) {
    const AttrValue* f = node.attrs.find("f");
    const auto* function = f ? f->get_if<NameAttrList>() : nullptr;
    if (function == nullptr) return false;
    ref = *function;
    return true;
  }
  if (node.op == "SymbolicGradient") {
    const AttrValue* f = node.attrs.find("f");
    const auto* function = f ? f->get_if<NameAttrList>() : nullptr;
    if (function == nullptr) return false;
    const std::lock_guard lock(graph.library->mutex);
    const auto found = graph.library->gradients.find(function->name);
    if (found != graph.library->gradients.end()) {
      ref = {found->second, function->attrs};
    } else if (graph.library->functions.contains(function->name)) {
      ref = derive_gradient(graph, *function);
    } else {
      return false;
    }
    return true;
  }
  if (node.def != nullptr || !graph.library->functions.contains(node.op)) return false;
  ref = {node.op, std::make_shared<AttrMap>(node.attrs)};  // TF1: the function is the op
  return true;
}

int add_no_op(GraphImpl& graph, const std::string& name, std::vector<int> controls) {
  Node node;
  node.op = "NoOp";
  node.def = &require_op("NoOp");
  node.name = free_name(graph, name);
  node.controls = std::move(controls);
  return graph.add_node(std::move(node));
}

// Where the results of an inlined call are now.
struct Inlined {
  std::vector<Endpoint> outputs;
  int done = -1;  // a node that runs after all of the body
};

class Inliner {
 public:
  explicit Inliner(ProgramGraph& program) : program_(program), graph_(*program.graph) {}

  void run() {
    // Newly copied nodes are appended and looked at in turn, so nested calls unfold without
    // recursion.
    depth_.assign(static_cast<size_t>(graph_.num_nodes()), 0);
    most_ = std::max(int64_t{kMostNodes}, int64_t{kMostGrowth} * graph_.num_nodes());
    for (int id = 0; id < graph_.num_nodes(); ++id) {
      NameAttrList ref;
      if (!called(graph_, graph_.node(id), ref)) continue;
      expand(id, ref);
    }
    if (inlined_.empty()) return;
    redirect();
    compact(program_);
  }

 private:
  void expand(int id, const NameAttrList& ref) {
    const int depth = depth_[static_cast<size_t>(id)] + 1;
    if (depth > kMostDepth) {
      fail(Code::resource_exhausted, "function ", quoted(ref.name),
           ": calls are nested deeper than ", kMostDepth);
    }
    const std::shared_ptr<FunctionBody> body = function_body(graph_, ref);
    const GraphImpl& from = *body->graph;
    if (int64_t{graph_.num_nodes()} + from.num_nodes() > most_) {
      fail(Code::resource_exhausted, "function ", quoted(ref.name), ": inlining makes more than ",
           most_, " nodes");
    }
    const Node call = graph_.node(id);
    if (call.inputs.size() != body->args.size()) {
      fail(Code::invalid_argument, "node ", quoted(call.name), " gives function ", quoted(ref.name),
           " ", call.inputs.size(), " arguments; it takes ", body->args.size());
    }
    const bool ordered = !call.controls.empty();
    const int before = ordered ? add_no_op(graph_, call.name + "/call", call.controls) : -1;
    grow(depth);
    std::vector<Endpoint> place(static_cast<size_t>(from.num_nodes()));
    std::vector<int> copy(static_cast<size_t>(from.num_nodes()), -1);
    for (size_t i = 0; i < body->args.size(); ++i) {
      place[static_cast<size_t>(body->args[i])] = call.inputs[i];
    }
    std::vector<char> is_special(static_cast<size_t>(from.num_nodes()), 0);
    for (const int a : body->args) is_special[static_cast<size_t>(a)] = 1;
    for (const int r : body->returns) is_special[static_cast<size_t>(r)] = 1;
    const int first = graph_.num_nodes();
    for (int n = 0; n < from.num_nodes(); ++n) {
      if (is_special[static_cast<size_t>(n)]) continue;
      const Node& source = from.node(n);
      Node node = source;
      node.inputs.clear();
      node.controls.clear();
      node.attrs.erase(kSavedGradient);
      node.name = free_name(graph_, call.name + "/" + source.name);
      const int made = graph_.add_node(std::move(node));
      copy[static_cast<size_t>(n)] = made;
      place[static_cast<size_t>(n)] = {made, 0};
    }
    grow(depth);
    for (int n = 0; n < from.num_nodes(); ++n) {
      if (copy[static_cast<size_t>(n)] < 0) continue;
      Node& node = graph_.mutable_node(copy[static_cast<size_t>(n)]);
      for (const Endpoint& e : from.node(n).inputs) node.inputs.push_back(at(place, copy, e));
      for (const int c : from.node(n).controls) {
        if (copy[static_cast<size_t>(c)] >= 0) {
          node.controls.push_back(copy[static_cast<size_t>(c)]);
        }
      }
      if (ordered) node.controls.push_back(before);
    }
    Inlined result;
    std::vector<int> all;
    for (const int r : body->returns) {
      result.outputs.push_back(at(place, copy, from.node(r).inputs[0]));
    }
    for (const int c : body->controls) {
      if (copy[static_cast<size_t>(c)] >= 0) all.push_back(copy[static_cast<size_t>(c)]);
    }
    for (const Endpoint& e : result.outputs) {
      if (e.node >= first) all.push_back(e.node);
    }
    if (ordered) all.push_back(before);
    result.done = add_no_op(graph_, call.name + "/done", std::move(all));
    grow(depth);
    if (body->stateful) effects_.emplace(id, result.done);
    inlined_.emplace(id, std::move(result));
  }

  static Endpoint at(const std::vector<Endpoint>& place, const std::vector<int>& copy,
                     const Endpoint& e) {
    if (copy[static_cast<size_t>(e.node)] >= 0) {
      return {copy[static_cast<size_t>(e.node)], e.output};
    }
    return place[static_cast<size_t>(e.node)];
  }

  void grow(int depth) { depth_.resize(static_cast<size_t>(graph_.num_nodes()), depth); }

  Endpoint resolve(Endpoint e) const {
    for (auto it = inlined_.find(e.node); it != inlined_.end(); it = inlined_.find(e.node)) {
      if (static_cast<size_t>(e.output) >= it->second.outputs.size()) {
        fail(Code::invalid_argument, "node ", quoted(graph_.node(e.node).name), " has no output ",
             e.output);
      }
      e = it->second.outputs[static_cast<size_t>(e.output)];
    }
    return e;
  }

  int resolve_control(int id) const {
    const auto it = inlined_.find(id);
    return it == inlined_.end() ? id : it->second.done;
  }

  void redirect() {
    for (int id = 0; id < graph_.num_nodes(); ++id) {
      if (inlined_.contains(id)) continue;
      Node& node = graph_.mutable_node(id);
      std::set<int> extra;
      for (Endpoint& e : node.inputs) {
        // What an effect of the body must come before, waits for it.
        if (const auto effect = effects_.find(e.node); effect != effects_.end()) {
          extra.insert(effect->second);
        }
        e = resolve(e);
      }
      for (int& c : node.controls) c = resolve_control(c);
      // "done" nodes must not wait for themselves.
      for (const int c : extra) {
        if (c != id && node.op != "NoOp") node.controls.push_back(c);
      }
    }
    std::set<int> targets;
    for (Endpoint& e : program_.fetches) {
      if (const auto effect = effects_.find(e.node); effect != effects_.end()) {
        targets.insert(effect->second);
      }
      e = resolve(e);
    }
    for (const int t : program_.targets) targets.insert(resolve_control(t));
    program_.targets.assign(targets.begin(), targets.end());
  }

  ProgramGraph& program_;
  GraphImpl& graph_;
  std::vector<int> depth_;
  int64_t most_ = 0;  // nodes
  std::map<int, Inlined> inlined_;
  std::map<int, int> effects_;  // inlined call with effects -> its done node
};

}  // namespace

void inline_calls(ProgramGraph& program) { Inliner(program).run(); }

}  // namespace rill
