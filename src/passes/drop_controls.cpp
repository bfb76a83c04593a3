// Removes control edges that order nothing: those from nodes that depend on no state. What a body
// of a function waited for is mostly reads of variables that are constants by now.
#include "op/op_def.h"
#include "passes/passes.h"
#include "passes/rewriter.h"

namespace rill::passes {
namespace {

// Running it, or when it runs, can be noticed.
bool matters(const Node& node, bool sources) {
  if (node.def == nullptr) return true;
  if (is_one_of(node.op, {"_Arg", "VarHandleOp"})) return false;
  if (!sources && is_one_of(node.op, {"ReadVariableOp", "Variable", "VariableV2", "Placeholder",
                                      "PlaceholderV2"})) {
    return false;
  }
  if (node.def->stateful) return true;
  return is_one_of(
      node.op, {"Switch", "RefSwitch", "Merge", "RefMerge", "Enter", "RefEnter", "Exit", "RefExit",
                "NextIteration", "RefNextIteration", "LoopCond", "CheckNumerics", "CheckNumericsV2",
                "EnsureShape", "Placeholder", "PlaceholderV2"});
}

void drop(ProgramGraph& program, bool sources) {
  Rewriter graph(program);
  std::vector<char> noticed(static_cast<size_t>(graph.num_nodes()), 0);
  for (const int id : graph.order()) {
    const Node& node = graph.node(id);
    bool any = matters(node, sources);
    for (const Endpoint& e : node.inputs) any = any || noticed[static_cast<size_t>(e.node)];
    const std::vector<int> controls = node.controls;
    for (const int c : controls) {
      if (noticed[static_cast<size_t>(c)]) {
        any = true;
      } else {
        graph.drop_control(id, c);
      }
    }
    noticed[static_cast<size_t>(id)] = any ? 1 : 0;
  }
}

}  // namespace

void drop_controls(ProgramGraph& program) { drop(program, true); }
void drop_controls_of_constants(ProgramGraph& program) { drop(program, false); }

}  // namespace rill::passes
