// Works out all shapes anew: inlined bodies and variables that became constants say more than was
// known when the graph was built.
#include "passes/passes.h"
#include "passes/rewriter.h"

namespace rill::passes {

void infer_shapes(ProgramGraph& program) {
  for (const int id : topological_order(*program.graph)) {
    const Node& node = program.graph->node(id);
    if (node.inputs.empty() || node.def == nullptr || node.op == "Merge") continue;
    refresh_shapes(*program.graph, id);
  }
}

}  // namespace rill::passes
