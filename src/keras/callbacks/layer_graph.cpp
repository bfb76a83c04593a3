#include "keras/callbacks/layer_graph.h"

#include "base/fail.h"
#include "codec/proto_wire.h"
#include "keras/models/plot_graph.h"

namespace rill::keras {
namespace {

std::string scoped_name(const PlotGraph& graph, const PlotBox& box) {
  std::string out = box.name;
  for (int at = box.cluster; at >= 0; at = graph.clusters[static_cast<size_t>(at)].parent) {
    out = str(graph.clusters[static_cast<size_t>(at)].name, "/", out);
  }
  return out;
}

}  // namespace

// tensorflow/core/framework/graph.proto, node_def.proto.
std::string layer_graph_def(const Model& model) {
  PlotOptions options;
  options.show_layer_names = options.expand_nested = true;
  const PlotGraph graph = plot_graph(model, options);
  std::string out;
  proto::Writer writer(out);
  for (size_t i = 0; i < graph.boxes.size(); ++i) {
    const PlotBox& box = graph.boxes[i];
    writer.message(1, [&](proto::Writer& node) {
      node.bytes(1, scoped_name(graph, box));
      node.bytes(2, box.class_name);
      for (const auto& [from, to] : graph.edges) {
        if (to != static_cast<int>(i)) continue;
        node.bytes(3, scoped_name(graph, graph.boxes[static_cast<size_t>(from)]));
      }
    });
  }
  return out;
}

}  // namespace rill::keras
