// In training a recurrent layer and its gradient stand in one graph: the gradient then goes on from
// the gates that the layer keeps, instead of computing them again.
#include <algorithm>
#include <map>

#include "passes/passes.h"
#include "passes/rewriter.h"

namespace rill::passes {
namespace {

bool is_layer(std::string_view op) {
  return is_one_of(op, {"_RillLSTM", "_RillGRU", "_RillSimpleRNN"});
}

// x, the states, two kernels and the bias.
size_t num_layer_inputs(const Node& node) {
  return static_cast<size_t>(3 + attr_or<int64_t>(node, "N", 0) + attr_or<int64_t>(node, "M", 0));
}

bool same_cell(const Node& layer, const Node& gradient) {
  for (const char* name : {"activation", "recurrent_activation", "reset_after", "go_backwards"}) {
    const AttrValue *a = layer.attrs.find(name), *b = gradient.attrs.find(name);
    if ((a == nullptr) != (b == nullptr) || (a && a->to_string() != b->to_string())) return false;
  }
  return true;
}

bool may_keep(const Node& node) {
  return node.controls.empty() && attr_or<int64_t>(node, "K", 0) == 0 &&
         attr_or<int64_t>(node, "R", 0) == 0;
}

}  // namespace

void keep_rnn_state(ProgramGraph& program) {
  Rewriter graph(program);
  std::map<std::vector<Endpoint>, int> layers;  // by inputs
  for (const int id : graph.order()) {
    const Node& node = graph.node(id);
    if (is_layer(node.op) && may_keep(node) && !graph.waited_for(id)) layers[node.inputs] = id;
  }
  if (layers.empty()) return;
  for (const int id : graph.order()) {
    if (!graph.alive(id)) continue;
    const Node gradient = graph.node(id);
    const std::string_view op = gradient.op;
    if (!op.ends_with("Grad") || !is_layer(op.substr(0, op.size() - 4)) || !may_keep(gradient) ||
        graph.waited_for(id)) {
      continue;
    }
    const auto end = gradient.inputs.begin() + static_cast<long>(num_layer_inputs(gradient));
    const auto found = layers.find({gradient.inputs.begin(), end});
    if (found == layers.end()) continue;
    const Node layer = graph.node(found->second);
    if (layer.op + "Grad" != op || !same_cell(layer, gradient)) continue;
    const int num_outputs = static_cast<int>(layer.output_dtypes.size());
    AttrMap attrs = layer.attrs;
    attrs.set("R", int64_t{1});
    const Endpoint keeping = graph.add(layer.op, layer.name + "/keeping", layer.inputs, attrs);
    for (int i = 0; i < num_outputs; ++i) {
      graph.replace({found->second, i}, {keeping.node, i});
    }
    // What flows back may be made of the layer's own results: these moved just now.
    std::vector<Endpoint> inputs = graph.node(id).inputs;
    inputs.push_back({keeping.node, num_outputs});
    attrs = gradient.attrs;
    attrs.set("R", int64_t{1});
    const Endpoint made = graph.add(gradient.op, gradient.name + "/kept", std::move(inputs), attrs);
    for (int i = 0; i < static_cast<int>(gradient.output_dtypes.size()); ++i) {
      graph.replace({id, i}, {made.node, i});
    }
    // The state is used up: only one gradient can have it.
    layers.erase(found);
  }
}

}  // namespace rill::passes
