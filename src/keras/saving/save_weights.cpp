#include "keras/saving/save_weights.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/fail.h"
#include "keras/core/naming.h"
#include "keras/core/stored_variables.h"
#include "keras/core/weights.h"
#include "keras/layers/categorical.h"
#include "keras/layers/operation.h"
#include "keras/saving/assign_weight.h"
#include "keras/saving/weight_path.h"

namespace rill::keras {
namespace {

constexpr int kMostNestedLayers = 64;

Tensor value_of(const Value& variable) {
  const VariableState& state = variable_state(variable);
  if (!state.initialized()) {
    fail(Code::failed_precondition, "weight ", quoted(state.name()), " has no value yet");
  }
  return state.read();
}

void require_built(const ModelLayer& model) {
  if (model.inputs().empty() && model.weights().empty() && !model.layers().empty()) {
    fail(Code::failed_precondition, "model ", quoted(model.name()),
         " has no weights yet: call it on data, or build() it, before it is saved");
  }
}

class Keras3Saver {
 public:
  Keras3Saver(WeightSink& sink, bool keras2) : sink_(sink), keras2_(keras2) {}

  void layer(Layer& layer, const std::string& path, int depth = 0) {
    if (depth > kMostNestedLayers) fail(Code::invalid_argument, "layers are nested too deep");
    if (!visited_.insert(&layer).second) return;
    own(layer, path);
    const std::vector<std::shared_ptr<Layer>> inside = layer.layers();
    if (!inside.empty()) list(inside, weight_path(path, "layers"), depth);
    std::map<std::string, std::vector<std::shared_ptr<Layer>>> lists;
    for (const auto& [attribute, sublayer] : layer.sublayers()) {
      if (attribute.ends_with("[]")) {
        lists[attribute.substr(0, attribute.size() - 2)].push_back(sublayer);
      } else {
        this->layer(*sublayer, weight_path(path, attribute_name(layer, attribute)), depth + 1);
      }
    }
    for (const auto& [attribute, layers] : lists) list(layers, weight_path(path, attribute), depth);
  }

 private:
  // Only MultiHeadAttention of Keras 3 has its parts under public names as well.
  std::string attribute_name(const Layer& layer, const std::string& attribute) const {
    const std::string name = layer.class_name();
    const bool hidden =
        name == "GroupedQueryAttention" || (keras2_ && name == "MultiHeadAttention");
    return hidden ? "_" + attribute : attribute;
  }

  void list(const std::vector<std::shared_ptr<Layer>>& layers, const std::string& path, int depth) {
    std::map<std::string, int> used;
    for (const auto& layer : layers) {
      if (is_operation_layer(*layer)) continue;  // in Keras an operation is no layer
      std::string name = to_snake_case(layer->class_name());
      if (const int n = used[name]++; n > 0) name += "_" + std::to_string(n);
      this->layer(*layer, weight_path(path, name), depth + 1);
    }
  }

  void own(Layer& layer, const std::string& path) {
    const std::string vars = weight_path(path, "vars");
    sink_.group(vars);
    sink_.text(vars, "name", layer.name());
    const auto* own = dynamic_cast<const StoresVariables*>(&layer);
    int64_t count = 0;
    for (const Value& variable : stored_variables(layer)) {
      const Tensor value = own ? own->stored_value(variable) : value_of(variable);
      const std::string at = weight_path(vars, std::to_string(count++));
      sink_.write(at, value);
      if (value.dtype() == DType::bfloat16) sink_.text(at, "dtype", "bfloat16");
    }
    // index_lookup.py save_own_variables()
    if (const auto* lookup = dynamic_cast<const HasVocabulary*>(&layer)) {
      if (const Tensor idf = lookup->idf_weights()) {
        sink_.write(weight_path(vars, "idf_weights"), idf);
        if (layer.class_name() != "TextVectorization") return;
        // Keras keeps those of the StringLookup inside as well, and reads both.
        sink_.write(weight_path(path, "_lookup_layer/vars/idf_weights"), idf);
      }
    }
  }

  WeightSink& sink_;
  bool keras2_;
  std::set<const Layer*> visited_;
};

// Names of weights must differ inside of a layer; nested models repeat them.
class WeightNames {
 public:
  explicit WeightNames(bool keras2) : keras2_(keras2) {}

  // By the path of layer names below `layer`.
  void collect(const Layer& layer, const std::string& path, int depth = 0) {
    if (depth > kMostNestedLayers) fail(Code::invalid_argument, "layers are nested too deep");
    for (const Weight& w : layer.own_weights()) add(w.value, weight_path(path, w.name));
    for (const auto& [attribute, inner] : layer.sublayers()) {
      collect(*inner, weight_path(path, inner->name().empty() ? attribute : inner->name()),
              depth + 1);
    }
    for (const auto& inner : layer.layers())
      collect(*inner, weight_path(path, inner->name()), depth + 1);
  }
  const std::string& of(const Value& variable) const {
    return names_.at(variable.rep()->variable.get());
  }

 private:
  void add(const Value& variable, const std::string& wanted) {
    std::string& name = names_[variable.rep()->variable.get()];
    if (!name.empty()) return;
    std::string free = wanted;
    for (int n = 1; !used_.insert(free).second; ++n) free = wanted + "_" + std::to_string(n);
    name = keras2_ ? free + ":0" : free;
  }

  bool keras2_;
  std::map<const void*, std::string> names_;
  std::set<std::string> used_;
};

}  // namespace

void save_keras3_weights(const ModelLayer& model, WeightSink& sink, const TrainingState* training,
                         bool keras2) {
  require_built(model);
  Keras3Saver(sink, keras2).layer(const_cast<ModelLayer&>(model), "");
  if (training == nullptr || training->optimizer.empty()) return;
  sink.group("optimizer/vars");
  const std::string& first = training->optimizer[0].first;
  sink.text("optimizer/vars", "name", first.substr(0, first.find('/')));
  for (size_t i = 0; i < training->optimizer.size(); ++i) {
    sink.write("optimizer/vars/" + std::to_string(i), training->optimizer[i].second);
  }
}

void save_keras2_metrics(const TrainingState& training, WeightSink& sink) {
  std::map<std::string, const std::vector<Tensor>*> groups;
  const auto add = [&](const std::string& name, const std::vector<Tensor>& values) {
    std::string free = name;
    for (int i = 1; groups.contains(free); ++i) free = str(name, "_", i);
    groups[free] = &values;
  };
  for (const auto& [class_name, values] : training.metrics) {
    add(to_snake_case(class_name), values);
    // What was given by a name, "mae", is a function there.
    const bool mean = class_name == "Mean" || class_name == "MeanMetricWrapper";
    if (!mean) add("mean_metric_wrapper", values);
  }
  for (const auto& [name, values] : groups) {
    const std::string group = "metrics/" + name + "/vars";
    sink.group(group);
    for (size_t i = 0; i < values->size(); ++i) sink.write(str(group, "/", i), (*values)[i]);
  }
}

void save_legacy_weights(const ModelLayer& model, WeightSink& sink, const std::string& root,
                         bool keras2) {
  require_built(model);
  std::vector<std::shared_ptr<Layer>> layers;
  std::vector<std::string> names;
  // Keras 2 counts the input layer of a functional model, Keras 3 as well; a Sequential hides it.
  for (const auto& layer : model.layers()) {
    layers.push_back(layer);
    names.push_back(layer->name());
  }
  sink.group(root);
  sink.names(root, "layer_names", names);
  sink.text(root, "backend", "tensorflow");
  sink.text(root, "keras_version", keras2 ? kKeras2Version : kKeras3Version);
  // By name, so that a group never follows one whose name it begins with.
  std::sort(layers.begin(), layers.end(),
            [](const auto& a, const auto& b) { return a->name() < b->name(); });
  for (const auto& layer : layers) {
    const std::string group = weight_path(root, layer->name());
    WeightNames weight_names(keras2);
    weight_names.collect(*layer, layer->name());
    std::vector<std::string> list;
    const std::vector<Value> weights = legacy_weights(*layer);
    for (const Value& w : weights) list.push_back(weight_names.of(w));
    sink.group(group);
    sink.names(group, "weight_names", list);
    for (size_t i = 0; i < weights.size(); ++i) {
      sink.write(weight_path(group, list[i]), value_of(weights[i]));
    }
  }
  const std::string top = weight_path(root, "top_level_model_weights");
  sink.group(top);
  sink.names(top, "weight_names", {});
}

void save_legacy_optimizer(const std::vector<std::pair<std::string, Tensor>>& variables,
                           WeightSink& sink) {
  if (variables.empty()) return;
  // Adafactor calls all its rows "r"; what reads the file goes by the order.
  std::vector<std::string> names;
  for (const auto& [name, value] : variables) {
    std::string free = name;
    for (int i = 1; std::find(names.begin(), names.end(), free) != names.end(); ++i) {
      free = str(name, "_", i);
    }
    names.push_back(free);
  }
  sink.group("optimizer_weights");
  sink.names("optimizer_weights", "weight_names", names);
  for (size_t i = 0; i < names.size(); ++i) {
    sink.write("optimizer_weights/" + names[i], variables[i].second);
  }
}

}  // namespace rill::keras
