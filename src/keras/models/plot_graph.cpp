// What is shown: keras/src/utils/model_visualization.py.
#include "keras/models/plot_graph.h"

#include <map>
#include <set>

#include "base/fail.h"
#include "keras/core/config.h"
#include "keras/layers/input_layer.h"
#include "keras/models/model_layer.h"
#include "keras/models/summary.h"

namespace rill::keras {
namespace {

constexpr int kMostNested = 32;

std::string activation_of(Layer& layer) {
  if (dynamic_cast<WritesItself*>(&layer)) return "";
  const Json config = write_config(layer);
  const Json* found = config.find("activation");
  if (!found) return "";
  if (found->is_string()) return found->as_string();
  const Json* name = found->find("class_name");
  const Json* inner = found->find("config");
  if (inner && inner->is_string()) return inner->as_string();
  return name && name->is_string() ? name->as_string() : "";
}

class Plotter {
 public:
  explicit Plotter(const PlotOptions& options) : o_(options) {}

  // `shown` has the input layers of a Sequential left out, as Keras does.
  void model(ModelLayer& model, int cluster, int depth) {
    if (depth > kMostNested) fail(Code::invalid_argument, "models are nested too deep");
    const auto all = model.is_sequential() ? model.layers() : model.all_layers();
    for (const auto& layer : all) {
      auto* nested = dynamic_cast<ModelLayer*>(layer.get());
      if (nested && o_.expand_nested && !nested->layers().empty()) {
        out.clusters.push_back({nested->name(), cluster});
        this->model(*nested, static_cast<int>(out.clusters.size()) - 1, depth + 1);
      } else {
        place_[layer.get()] = static_cast<int>(out.boxes.size());
        out.boxes.push_back(box(*layer, cluster));
      }
    }
    if (model.is_sequential()) {
      for (size_t i = 0; i + 1 < all.size(); ++i) {
        arrows(sources(*all[i], 0, depth), target(*all[i + 1], 0, depth));
      }
      return;
    }
    const auto& functional = static_cast<FunctionalLayer&>(model);
    for (const auto& node : functional.nodes()) {
      for (size_t i = 0; i < node->inputs.size(); ++i) {
        const KerasTensor& t = node->inputs[i];
        arrows(sources(*t.node()->layer, static_cast<size_t>(t.index()), depth),
               target(*node->layer, i, depth));
      }
    }
  }

  PlotGraph out;

 private:
  // The box that makes this output of the layer, inside of nested models that are expanded.
  int sources(Layer& layer, size_t output, int depth) {
    if (const auto found = place_.find(&layer); found != place_.end()) return found->second;
    auto* nested = dynamic_cast<ModelLayer*>(&layer);
    if (!nested || depth > kMostNested) return -1;
    const auto outputs = nested->outputs();
    if (output < outputs.size()) {
      const KerasTensor& t = outputs[output];
      return sources(*t.node()->layer, static_cast<size_t>(t.index()), depth + 1);
    }
    const auto layers = nested->layers();
    return layers.empty() ? -1 : sources(*layers.back(), 0, depth + 1);
  }
  int target(Layer& layer, size_t input, int depth) {
    if (const auto found = place_.find(&layer); found != place_.end()) return found->second;
    auto* nested = dynamic_cast<ModelLayer*>(&layer);
    if (!nested || depth > kMostNested) return -1;
    const auto layers = nested->layers();
    if (nested->is_sequential()) {
      return layers.empty() ? -1 : target(*layers.front(), input, depth + 1);
    }
    const auto inputs = nested->inputs();
    return input < inputs.size() ? target(*inputs[input].node()->layer, 0, depth + 1) : -1;
  }
  void arrows(int from, int to) {
    if (from < 0 || to < 0 || !seen_.emplace(from, to).second) return;
    out.edges.emplace_back(from, to);
  }

  PlotBox box(Layer& layer, int cluster) const {
    PlotBox made;
    made.cluster = cluster;
    made.class_name = layer.class_name();
    if (o_.show_layer_names) made.name = layer.name();
    if (o_.show_layer_activations) made.activation = activation_of(layer);
    std::vector<Shape> in, given;
    std::string dtype = "?";
    for (const auto& weak : layer.inbound_nodes()) {
      const auto node = weak.lock();
      if (!node) continue;
      in.clear();
      given.clear();
      for (const KerasTensor& t : node->inputs) in.push_back(t.shape());
      for (const Node::Output& o : node->outputs) given.push_back(o.shape);
      if (!node->outputs.empty()) dtype = dtype_name(node->outputs[0].dtype);
    }
    if (o_.show_shapes) {
      if (!dynamic_cast<InputLayer*>(&layer)) {
        made.cells.push_back({"Input shape: ", shapes_text(in), "white"});
      }
      made.cells.push_back({"Output shape: ", shapes_text(given), "white"});
    }
    if (o_.show_dtype) made.cells.push_back({"Output dtype: ", dtype, "white"});
    if (o_.show_trainable && !layer.weights().empty()) {
      const bool trains = layer.trainable();
      made.cells.push_back(
          {"", trains ? "Trainable" : "Non-trainable", trains ? "forestgreen" : "firebrick"});
    }
    return made;
  }

  const PlotOptions& o_;
  std::map<const Layer*, int> place_;
  std::set<std::pair<int, int>> seen_;
};

}  // namespace

PlotGraph plot_graph(const Model& model, const PlotOptions& options) {
  if (options.rankdir != "TB" && options.rankdir != "LR") {
    fail(Code::invalid_argument, "rankdir is TB or LR, not ", quoted(options.rankdir));
  }
  Plotter plotter(options);
  plotter.model(*model.impl(), -1, 0);
  return std::move(plotter.out);
}

std::string escape_markup(const std::string& text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    }
  }
  return out;
}

}  // namespace rill::keras
