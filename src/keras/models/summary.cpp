// What summaries show: keras/src/utils/summary_utils.py.
#include "keras/models/summary.h"

#include <cstdio>
#include <iostream>
#include <set>

#include "base/c_format.h"
#include "base/fail.h"
#include "keras/core/told_shapes.h"
#include "keras/core/weights.h"
#include "keras/layers/input_layer.h"

namespace rill::keras {
namespace {

// In Keras 2 these give a tuple where others give a list.
bool gives_tuple(const Layer& layer) {
  const std::string name = layer.class_name();
  return name == "MultiHeadAttention" || name == "Attention" || name == "AdditiveAttention";
}

// Of the last call; `several` says whether other calls gave other shapes.
std::string shape_of(const Layer& layer, Generation generation, bool& several) {
  const auto* tells = dynamic_cast<const TellsShapes*>(&layer);
  std::string text = "?";
  for (const auto& weak : layer.inbound_nodes()) {
    const auto node = weak.lock();
    if (!node) continue;
    std::vector<Shape> shapes;
    for (const Node::Output& o : node->outputs) shapes.push_back(o.shape);
    if (tells) {
      std::vector<Shape> inputs;
      for (const KerasTensor& x : node->inputs) inputs.push_back(x.shape());
      tells->tell(generation, inputs, shapes);
    }
    std::string now = shapes_text(shapes);
    if (generation == Generation::keras2 && now[0] == '[' && gives_tuple(layer)) {
      now = "(" + now.substr(1, now.size() - 2) + ")";
    }
    several = several || (text != "?" && text != now);
    text = now;
  }
  const auto* model = dynamic_cast<const ModelLayer*>(&layer);
  if (text != "?" || model == nullptr) return text;
  std::vector<Shape> shapes;
  for (const KerasTensor& y : model->outputs()) shapes.push_back(y.shape());
  return shapes_text(shapes);
}

void add_rows(const std::shared_ptr<Layer>& layer, int level, bool expand,
              const std::set<const Node*>* members, std::vector<SummaryRow>& rows) {
  if (level > 32) fail(Code::invalid_argument, "models are nested too deep");
  SummaryRow row;
  row.level = level;
  row.name = layer->name() + " (" + layer->class_name() + ")";
  bool several = false;
  row.shape3 = shape_of(*layer, Generation::keras3, several);
  several = false;
  row.shape2 = shape_of(*layer, Generation::keras2, several);
  if (several || (row.shape2 == "?" && row.built)) row.shape2 = "multiple";
  if (dynamic_cast<InputLayer*>(layer.get())) row.shape2 = "[" + row.shape2 + "]";
  row.params = layer->count_params();
  row.built = layer->built();
  row.has_weights = !layer->weights().empty();
  row.trainable = layer->trainable();
  for (const auto& weak : layer->inbound_nodes()) {
    const auto node = weak.lock();
    if (!node || (members && !members->count(node.get()))) continue;
    for (const KerasTensor& t : node->inputs) {
      row.connections.push_back(
          str(t.node()->layer->name(), "[", t.node()->index, "][", t.index(), "]"));
    }
  }
  rows.push_back(std::move(row));
  if (!expand) return;
  for (const auto& inner : layer->layers()) add_rows(inner, level + 1, expand, members, rows);
}

bool looks_sequential(const FunctionalLayer& model) {
  std::set<const Node*> nodes;
  for (const auto& level : model.nodes_by_depth()) {
    if (level.size() > 1 || (level.size() == 1 && level[0]->inputs.size() > 1)) return false;
    for (const auto& node : level) nodes.insert(node.get());
  }
  for (const auto& layer : model.layers()) {
    int calls = 0;
    for (const auto& weak : layer->inbound_nodes()) {
      const auto node = weak.lock();
      calls += node && nodes.count(node.get());
    }
    if (calls > 1) return false;
  }
  return true;
}

std::pair<int64_t, double> totals(const std::vector<Value>& weights) {
  int64_t count = 0;
  double bytes = 0;
  for (const Value& w : weights) {
    count += w.shape().num_elements();
    bytes +=
        static_cast<double>(w.shape().num_elements()) * static_cast<double>(dtype_size(w.dtype()));
  }
  return {count, bytes};
}

}  // namespace

std::string shapes_text(const std::vector<Shape>& shapes) {
  if (shapes.empty()) return "?";
  if (shapes.size() == 1) return shapes[0].to_string();
  std::string out = "[";
  for (const Shape& shape : shapes) out += (out.size() > 1 ? ", " : "") + shape.to_string();
  return out + "]";
}

std::string with_commas(int64_t number) {
  std::string digits = std::to_string(number);
  for (int at = static_cast<int>(digits.size()) - 3; at > 0; at -= 3) {
    digits.insert(static_cast<size_t>(at), ",");
  }
  return digits;
}

std::string readable_size(double bytes, const char* unit) {
  const char* units[] = {unit, "KB", "MB", "GB", "TB", "PB"};
  size_t at = 0;
  while (bytes / 1024 >= 1 && at + 1 < std::size(units)) {
    bytes /= 1024;
    ++at;
  }
  return c_format("%.2f %s", bytes, units[at]);
}

SummaryData summary_data(ModelLayer& model, bool expand_nested) {
  SummaryData data;
  data.model_name = model.name();
  std::set<const Node*> members;
  const auto* functional = dynamic_cast<const FunctionalLayer*>(&model);
  if (functional) {
    for (const auto& node : functional->nodes()) members.insert(node.get());
    data.sequential = looks_sequential(*functional);
  }
  for (const auto& layer : model.layers()) {
    add_rows(layer, 0, expand_nested, functional ? &members : nullptr, data.rows);
  }
  std::tie(data.trainable, data.trainable_bytes) = totals(model.trainable_weights());
  std::tie(data.non_trainable, data.non_trainable_bytes) = totals(model.non_trainable_weights());
  if (const auto kept = optimizer_variables(model)) data.optimizer = totals(*kept);
  return data;
}

std::string Model::summary_text(const SummaryOptions& options) const {
  const SummaryData data = summary_data(*impl_, options.expand_nested);
  if (options.style == "keras3") return summary_keras3(data, options);
  if (options.style == "keras2") return summary_keras2(data, options);
  if (options.style == "markdown") return summary_markdown(data, options);
  if (options.style == "plain") return summary_plain(data, options);
  fail(Code::invalid_argument, "unknown summary style ", quoted(options.style),
       "; known: keras3, keras2, plain, markdown");
}

void Model::summary(const SummaryOptions& options) const {
  const std::string text = summary_text(options);
  if (options.print_fn) {
    options.print_fn(text);
  } else {
    std::cout << text << std::flush;
  }
}

}  // namespace rill::keras
