#include "op/raise_loops.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/fail.h"
#include "op/build_body.h"
#include "op/function_def.h"
#include "op/import.h"
#include "op/registry.h"
#include "rill/error.hpp"

namespace rill {
namespace {

bool is(const Node& node, const char* op) {
  return node.op == op || node.op == std::string("Ref") + op;
}

// One loop: what tf.while_loop makes around a LoopCond
// (tensorflow/python/ops/control_flow_ops.py, WhileContext).
struct Loop {
  struct Variable {
    int enter = -1;
    int merge = -1;
    int next = -1;
    int turn = -1;  // the Switch
    int exit = -1;  // -1: nobody asks
  };
  int condition = -1;  // the LoopCond
  std::vector<Variable> variables;
  std::vector<int> constants;  // Enter nodes of values that do not change
  std::vector<int> embedded;   // those of Const nodes, when the body gets a copy
};

enum class Use { gradient, run };

class Raiser {
 public:
  Raiser(const std::shared_ptr<GraphImpl>& graph, Use use, std::span<const int> ends = {})
      : graph_(graph), use_(use), ends_(ends) {}

  // False: the body holds another loop, which must be raised first.
  bool raise(int condition) {
    loop_ = Loop();
    loop_.condition = condition;
    find_variables();
    std::set<int> body_nodes, cond_nodes;
    std::vector<Endpoint> ends;
    std::vector<int> round;  // the frame nodes at the ends of the body
    for (const Loop::Variable& v : loop_.variables) {
      ends.push_back(input(v.next, 0));
      round.push_back(v.next);
    }
    if (!collect(round, body_nodes) || !collect({condition}, cond_nodes)) return false;
    if (use_ == Use::run) require_closed(cond_nodes, body_nodes);
    const std::string name = graph_->node(condition).name;
    const auto cond = make_function(name + "_cond", cond_nodes, {input(condition, 0)}, false);
    const auto body = make_function(name + "_body", body_nodes, ends, true);
    replace(cond->name, body->name);
    return true;
  }

 private:
  const Node& node(int id) const { return graph_->node(id); }
  Endpoint input(int id, size_t i) const { return node(id).inputs.at(i); }

  [[noreturn]] void odd(int id, const char* what) const {
    fail(Code::unimplemented, "the loop around ", quoted(node(loop_.condition).name),
         " cannot become a While: ", quoted(node(id).name), ": ", what);
  }

  void find_variables() {
    for (int id = 0; id < graph_->num_nodes(); ++id) {
      if (!is(node(id), "Switch") || input(id, 1).node != loop_.condition) continue;
      Loop::Variable v;
      v.turn = id;
      v.merge = input(id, 0).node;
      if (!is(node(v.merge), "Merge") || node(v.merge).inputs.size() != 2) {
        odd(id, "a Switch that follows no Merge of two");
      }
      v.enter = input(v.merge, 0).node;
      v.next = input(v.merge, 1).node;
      if (!is(node(v.enter), "Enter") || !is(node(v.next), "NextIteration")) {
        odd(v.merge, "its Merge is not of an Enter and a NextIteration");
      }
      if (node(v.enter).op == "RefEnter") odd(v.enter, "a reference goes round the loop");
      loop_.variables.push_back(v);
    }
    for (int id = 0; id < graph_->num_nodes(); ++id) {
      if (!is(node(id), "Exit")) continue;
      for (Loop::Variable& v : loop_.variables) {
        if (input(id, 0) == Endpoint{v.turn, 0}) v.exit = id;
      }
    }
  }

  // The nodes that those frame nodes need, up to the loop's own frame ops.
  bool collect(const std::vector<int>& frame_nodes, std::set<int>& found) {
    std::vector<int> open;
    const auto add_inputs = [&](int id) {
      for (const Endpoint& e : node(id).inputs) open.push_back(e.node);
      for (const int c : node(id).controls) {
        if (!is(node(c), "Enter")) open.push_back(c);
      }
    };
    for (const int id : frame_nodes) add_inputs(id);
    while (!open.empty()) {
      const int id = open.back();
      open.pop_back();
      if (is_frame_node(id)) continue;
      if (is(node(id), "Enter")) {
        add_constant(id);
        continue;
      }
      if (is(node(id), "Exit")) return false;
      if (found.insert(id).second) add_inputs(id);
    }
    return true;
  }

  void add_constant(int id) {
    const AttrValue* constant = node(id).attrs.find("is_constant");
    const bool* flag = constant ? constant->get_if<bool>() : nullptr;
    if (flag == nullptr || !*flag) odd(id, "an Enter that no Merge takes");
    if (node(id).op == "RefEnter") odd(id, "a reference comes into the loop");
    const bool embed = use_ == Use::run && node(input(id, 0).node).op == "Const";
    std::vector<int>& list = embed ? loop_.embedded : loop_.constants;
    if (std::find(list.begin(), list.end(), id) == list.end()) list.push_back(id);
  }

  bool is_frame_node(int id) const {
    return id == loop_.condition || std::any_of(loop_.variables.begin(), loop_.variables.end(),
                                                [&](const Loop::Variable& v) {
                                                  return id == v.turn || id == v.merge ||
                                                         id == v.next;
                                                });
  }

  // What the ends need: of loops that were raised some nodes are left.
  std::set<int> needed() const {
    std::set<int> found;
    std::vector<int> open(ends_.begin(), ends_.end());
    while (!open.empty()) {
      const int id = open.back();
      open.pop_back();
      if (!found.insert(id).second) continue;
      for (const Endpoint& e : node(id).inputs) open.push_back(e.node);
      open.insert(open.end(), node(id).controls.begin(), node(id).controls.end());
    }
    return found;
  }

  // Nobody outside sees what is inside, so that nothing of the loop is left when it is replaced,
  // and nothing runs twice.
  void require_closed(const std::set<int>& cond, const std::set<int>& body) const {
    const auto inside = [&](int id) {
      return is_frame_node(id) || cond.contains(id) || body.contains(id);
    };
    const auto is_exit = [&](int id) {
      return std::any_of(loop_.variables.begin(), loop_.variables.end(),
                         [&](const Loop::Variable& v) { return id == v.exit; });
    };
    for (const int id : ends_) {
      if (inside(id)) odd(id, "it is asked for by name");
    }
    for (const int id : needed()) {
      const bool within = inside(id);
      if (within && node(id).op == "_Arg") odd(id, "an argument comes in without an Enter");
      if (cond.contains(id) && body.contains(id) && node(id).def && node(id).def->stateful) {
        odd(id, "both the condition and the body need it");
      }
      if (within || is_exit(id)) continue;
      for (const Endpoint& e : node(id).inputs) {
        if (inside(e.node)) odd(e.node, "it is used outside");
      }
      for (const int c : node(id).controls) {
        if (inside(c)) odd(c, "something outside waits for it");
      }
    }
  }

  // Arguments: the variables, then the constants. Constants found later (by the other function)
  // are appended, so both are made only when all are known.
  std::shared_ptr<FunctionBody> make_function(const std::string& wanted, const std::set<int>& nodes,
                                              const std::vector<Endpoint>& ends, bool whole) {
    auto body = new_body(*graph_, unique_function_name(*graph_->library, wanted));
    const std::shared_ptr<GraphImpl>& g = body->graph;
    std::map<Endpoint, Endpoint> place;
    for (const Loop::Variable& v : loop_.variables) {
      const Value arg =
          add_arg(g, *body, "var", node(v.enter).output_dtypes[0], Shape::unknown_rank());
      const Endpoint to{arg.rep()->node, 0};
      place[{v.turn, 1}] = to;
      place[{v.turn, 0}] = to;
      place[{v.merge, 0}] = to;
    }
    for (const int id : loop_.constants) {
      const Value arg =
          add_arg(g, *body, "constant", node(id).output_dtypes[0], node(id).output_shapes[0]);
      place[{id, 0}] = {arg.rep()->node, 0};
    }
    for (const int id : loop_.embedded) {
      Node constant = node(input(id, 0).node);
      constant.controls.clear();
      constant.name = g->unique_name(constant.name);
      place[{id, 0}] = {g->add_node(std::move(constant)), 0};
    }
    std::map<int, int> copy;
    for (const int id : nodes) {
      Node n = node(id);
      n.inputs.clear();
      n.controls.clear();
      n.name = g->unique_name(n.name);
      copy[id] = g->add_node(std::move(n));
    }
    const auto at = [&](const Endpoint& e) -> Endpoint {
      if (const auto found = copy.find(e.node); found != copy.end()) {
        return {found->second, e.output};
      }
      const auto found = place.find(e);
      if (found == place.end()) odd(e.node, "it is used in a way that a While cannot tell");
      return found->second;
    };
    for (const int id : nodes) {
      Node& n = g->mutable_node(copy.at(id));
      for (const Endpoint& e : node(id).inputs) n.inputs.push_back(at(e));
      for (const int c : node(id).controls) {
        if (const auto found = copy.find(c); found != copy.end()) {
          n.controls.push_back(found->second);
        }
      }
    }
    for (const int id : topological_order(*g)) infer_node_shapes(*g, id);
    for (const Endpoint& e : ends) add_return(g, *body, g->tensor(at(e)));
    if (whole) {
      for (size_t i = 0; i < loop_.constants.size(); ++i) {
        add_return(g, *body, g->tensor({body->args[loop_.variables.size() + i], 0}));
      }
    }
    for (const int id : nodes) {
      const Node& n = g->node(copy.at(id));
      if (n.def != nullptr && n.def->stateful) {
        body->stateful = true;
        body->controls.push_back(copy.at(id));
      }
    }
    finish_body(body);
    return body;
  }

  void replace(const std::string& cond, const std::string& body) {
    Node loop;
    loop.op = "While";
    loop.def = &require_op("While");
    loop.name = graph_->unique_name(node(loop_.condition).name + "_raised");
    std::vector<int> enters;
    for (const Loop::Variable& v : loop_.variables) enters.push_back(v.enter);
    enters.insert(enters.end(), loop_.constants.begin(), loop_.constants.end());
    for (const int id : enters) {
      loop.inputs.push_back(input(id, 0));
      loop.output_dtypes.push_back(node(id).output_dtypes[0]);
      loop.controls.insert(loop.controls.end(), node(id).controls.begin(), node(id).controls.end());
    }
    std::vector<Shape> shapes;
    for (const Loop::Variable& v : loop_.variables) {
      shapes.push_back(node(v.merge).output_shapes.empty() ? Shape::unknown_rank()
                                                           : node(v.merge).output_shapes[0]);
    }
    for (const int id : loop_.constants) shapes.push_back(node(id).output_shapes[0]);
    loop.output_shapes = shapes;
    loop.attrs.set("T", loop.output_dtypes);
    loop.attrs.set("_lower_using_switch_merge", true);
    loop.attrs.set("cond", NameAttrList{cond, nullptr});
    loop.attrs.set("body", NameAttrList{body, nullptr});
    loop.attrs.set("output_shapes", shapes);
    complete_attrs(*loop.def, loop.attrs, loop.name);
    const int made = graph_->add_node(std::move(loop));
    for (size_t j = 0; j < loop_.variables.size(); ++j) {
      const int exit = loop_.variables[j].exit;
      if (exit < 0) continue;
      Node& n = graph_->mutable_node(exit);
      n.op = "Identity";
      n.def = &require_op("Identity");
      n.inputs = {{made, static_cast<int>(j)}};
    }
    ++graph_->version;
  }

  std::shared_ptr<GraphImpl> graph_;
  Use use_;
  std::span<const int> ends_;
  Loop loop_;
};

bool needs_loops(const GraphImpl& graph, const std::vector<Value>& ys) {
  std::vector<int> ends;
  for (const Value& y : ys) ends.push_back(y.rep()->node);
  const std::vector<char> needed = ancestors(graph, std::move(ends));
  for (int id = 0; id < graph.num_nodes(); ++id) {
    if (needed[static_cast<size_t>(id)] != 0 && is(graph.node(id), "Exit")) return true;
  }
  return false;
}

}  // namespace

void raise_loops(const std::shared_ptr<GraphImpl>& graph, const std::vector<Value>& ys) {
  std::set<int> raised;
  while (needs_loops(*graph, ys)) {
    bool progress = false;
    for (int id = 0; id < graph->num_nodes(); ++id) {
      if (graph->node(id).op != "LoopCond" || raised.contains(id)) continue;
      if (!Raiser(graph, Use::gradient).raise(id)) continue;
      raised.insert(id);
      progress = true;
    }
    if (!progress) {
      fail(Code::unimplemented, "the gradient of loops that are not nested one in the other");
    }
  }
}

void raise_plain_loops(const std::shared_ptr<GraphImpl>& graph, std::span<const int> ends) {
  std::set<int> done;  // raised, or odd
  for (bool progress = true; progress;) {
    progress = false;
    for (int id = 0; id < graph->num_nodes(); ++id) {
      if (graph->node(id).op != "LoopCond" || done.contains(id)) continue;
      try {
        if (!Raiser(graph, Use::run, ends).raise(id)) continue;
        progress = true;
      } catch (const Error&) {
        // It runs in frames, as it stands.
      }
      done.insert(id);
    }
  }
}

}  // namespace rill
