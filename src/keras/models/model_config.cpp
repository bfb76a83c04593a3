// Models as Keras 3 configs.
#include <algorithm>
#include <map>

#include "keras/core/config.h"
#include "keras/core/quantization.h"
#include "keras/models/model_layer.h"

namespace rill::keras {
namespace {

// Numbers of calls count only those that belong to the model.
class CallHistory {
 public:
  explicit CallHistory(const FunctionalLayer& model) {
    std::map<const Layer*, std::vector<const Node*>> calls;
    for (const auto& node : model.nodes()) calls[node->layer.get().get()].push_back(node.get());
    for (auto& [layer, nodes] : calls) {
      std::sort(nodes.begin(), nodes.end(),
                [](const Node* a, const Node* b) { return a->index < b->index; });
      for (size_t i = 0; i < nodes.size(); ++i) index_[nodes[i]] = static_cast<int64_t>(i);
      calls_[layer] = nodes;
    }
  }
  // A nested functional model counts the call that made it, but only in output_layers.
  Json where(const KerasTensor& t, bool endpoint = false) const {
    Json out = Json::array();
    out.push_back(t.node()->layer->name());
    const auto found = index_.find(t.node().get());
    const bool nested = endpoint && dynamic_cast<const FunctionalLayer*>(&*t.node()->layer);
    out.push_back((found == index_.end() ? int64_t{0} : found->second) + (nested ? 1 : 0));
    out.push_back(static_cast<int64_t>(t.index()));
    return out;
  }
  const std::vector<const Node*>& calls(const Layer* layer) const {
    static const std::vector<const Node*>& none = *new std::vector<const Node*>();
    const auto found = calls_.find(layer);
    return found == calls_.end() ? none : found->second;
  }

 private:
  std::map<const Node*, int64_t> index_;
  std::map<const Layer*, std::vector<const Node*>> calls_;
};

Json argument_json(const Argument& a, const Node& node, const CallHistory& history) {
  switch (a.kind) {
    case Argument::Kind::none:
      return {};
    case Argument::Kind::constant:
      return a.constant;
    case Argument::Kind::tensor: {
      const KerasTensor& t = node.inputs[static_cast<size_t>(a.tensor)];
      Json config = Json::object();
      config.set("shape", shape_json(t.shape()));
      config.set("dtype", dtype_name(t.dtype()));
      config.set("keras_history", history.where(t));
      Json out = Json::object();
      out.set("class_name", "__keras_tensor__");
      out.set("config", std::move(config));
      return out;
    }
    case Argument::Kind::list: {
      Json out = Json::array();
      for (const Argument& item : a.items) out.push_back(argument_json(item, node, history));
      return out;
    }
    case Argument::Kind::map: {
      Json out = Json::object();
      for (size_t i = 0; i < a.items.size(); ++i) {
        out.set(a.keys[i], argument_json(a.items[i], node, history));
      }
      return out;
    }
  }
  return {};
}

Json endpoints(const std::vector<KerasTensor>& tensors, const Json& structure,
               const CallHistory& history) {
  Json out = structure.is_object() ? Json::object() : Json::array();
  if (structure.is_object()) {
    for (const auto& [key, value] : structure.as_object()) {
      out.set(key, endpoints(tensors, value, history));
    }
    return out;
  }
  if (structure.is_array()) {
    for (const Json& item : structure.as_array()) out.push_back(endpoints(tensors, item, history));
    return out;
  }
  if (structure.is_int()) {
    return history.where(tensors.at(static_cast<size_t>(structure.as_int())), true);
  }
  if (tensors.size() == 1) return history.where(tensors[0], true);
  for (const KerasTensor& t : tensors) out.push_back(history.where(t, true));
  return out;
}

}  // namespace

void FunctionalLayer::write_graph(Json& config) const {
  const CallHistory history(*this);
  Json list = Json::array();
  for (const auto& layer : layers_) {
    Json item = layer_to_json(*layer);
    item.set("name", layer->name());
    Json calls = Json::array();
    for (const Node* node : history.calls(layer.get())) {
      if (node->is_input()) continue;
      Json args = Json::array();
      for (const Argument& a : node->spec.args) args.push_back(argument_json(a, *node, history));
      Json kwargs = Json::object();
      for (const auto& [key, a] : node->spec.kwargs) {
        kwargs.set(key, argument_json(a, *node, history));
      }
      Json call = Json::object();
      call.set("args", std::move(args));
      call.set("kwargs", std::move(kwargs));
      calls.push_back(std::move(call));
    }
    item.set("inbound_nodes", std::move(calls));
    list.push_back(std::move(item));
  }
  config.set("layers", std::move(list));
  config.set("input_layers", endpoints(inputs_, input_structure_, history));
  config.set("output_layers", endpoints(outputs_, output_structure_, history));
}

void SequentialLayer::write_graph(Json& config) const {
  Json list = Json::array();
  for (const auto& layer : all_layers()) list.push_back(layer_to_json(*layer));
  config.set("layers", std::move(list));
  if (!inputs().empty()) config.set("build_input_shape", shape_json(inputs()[0].shape()));
}

Json ModelLayer::to_json() const {
  Json config = Json::object();
  config.set("name", name());
  config.set("trainable", trainable());
  if (is_sequential()) {
    config.set("dtype", policy_json(dtype_policy()));
  }
  write_graph(config);
  Json out = Json::object();
  out.set("module", is_sequential() ? "keras" : "keras.src.models.functional");
  out.set("class_name", is_sequential() ? "Sequential" : "Functional");
  out.set("config", std::move(config));
  out.set("registered_name", is_sequential() ? Json() : Json("Functional"));
  Json build = Json::object();
  const std::vector<KerasTensor> given = inputs();
  if (given.size() == 1) {
    build.set("input_shape", shape_json(given[0].shape()));
  } else {
    Json shapes = Json::array();
    for (const KerasTensor& t : given) shapes.push_back(shape_json(t.shape()));
    build.set("input_shape", std::move(shapes));
  }
  out.set("build_config", std::move(build));
  return out;
}

}  // namespace rill::keras
