// Layers that are known by a graph alone: no config of Keras makes them again.
#pragma once

#include <string>
#include <vector>

#include "base/fail.h"
#include "keras/models/model_layer.h"

namespace rill::io {

struct GraphLayer {
  virtual ~GraphLayer() = default;
};

inline void find_graph_layers(const keras::Layer& layer, std::vector<std::string>& found) {
  if (dynamic_cast<const GraphLayer*>(&layer) != nullptr) {
    found.push_back(str(quoted(layer.name()), " (", layer.class_name(), ")"));
  }
  const auto* model = dynamic_cast<const keras::ModelLayer*>(&layer);
  if (model != nullptr) {
    for (const auto& inner : model->all_layers()) find_graph_layers(*inner, found);
  } else {
    for (const auto& [name, inner] : layer.sublayers()) find_graph_layers(*inner, found);
  }
}

// For the formats that keep configs. Throws UNIMPLEMENTED, listing the layers.
inline void require_configs(const keras::Layer& model) {
  std::vector<std::string> found;
  find_graph_layers(model, found);
  if (found.empty()) return;
  std::string list;
  for (const std::string& name : found) list += (list.empty() ? "" : ", ") + name;
  fail(Code::unimplemented, "the file had the graph and no config of ", list,
       ": write a SavedModel or a frozen graph (.pb), or the weights alone (.weights.h5)");
}

}  // namespace rill::io
