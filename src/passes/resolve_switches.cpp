// TensorFlow 1 conditionals whose predicate is a constant (keras_learning_phase): the branch that
// runs stays, without Switch and Merge; the other one goes.
#include <set>

#include "passes/passes.h"
#include "passes/rewriter.h"

namespace rill::passes {

void resolve_switches(ProgramGraph& program) {
  Rewriter graph(program);
  std::set<Endpoint> dead;
  std::set<int> dead_nodes;
  for (const int id : graph.order()) {
    if (!graph.alive(id)) continue;
    const Node& node = graph.node(id);
    const auto is_dead = [&](const Endpoint& e) { return dead.contains(e); };
    if (node.op == "Merge") {
      int live = -1;
      int live_count = 0;
      for (size_t i = 0; i < node.inputs.size(); ++i) {
        if (is_dead(node.inputs[i])) continue;
        // A loop comes back here later: its Merge stays.
        ++live_count;
        live = static_cast<int>(i);
      }
      if (live_count == static_cast<int>(node.inputs.size()) || live_count > 1) continue;
      if (live_count == 0) {
        for (int o = 0; o < 2; ++o) dead.insert({id, o});
        dead_nodes.insert(id);
        continue;
      }
      const Endpoint value = node.inputs[static_cast<size_t>(live)];
      if (graph.node(value).op == "NextIteration" || !node.controls.empty()) continue;
      if (graph.num_uses({id, 1}) > 0) {
        graph.replace({id, 1},
                      graph.add_constant(node.name + "/index", Tensor::scalar(int32_t{live})));
      }
      graph.replace({id, 0}, value);
      continue;
    }
    bool gone = false;
    for (const Endpoint& e : node.inputs) gone = gone || is_dead(e);
    for (const int c : node.controls) gone = gone || dead_nodes.contains(c);
    if (gone) {
      dead_nodes.insert(id);
      for (size_t i = 0; i < node.output_dtypes.size(); ++i) dead.insert({id, static_cast<int>(i)});
      continue;
    }
    if (node.op != "Switch" || !node.controls.empty()) continue;
    const Tensor* predicate = graph.constant(node.inputs[1]);
    if (predicate == nullptr || predicate->dtype() != DType::bool_ || predicate->rank() != 0) {
      continue;
    }
    const bool taken = *predicate->data<bool>();
    dead.insert({id, taken ? 0 : 1});
    graph.replace({id, taken ? 1 : 0}, node.inputs[0]);
  }
}

}  // namespace rill::passes
