// tf_keras/src/saving/saved_model/load.py says what is read: a node of metadata for each layer,
// children "layer-N" of models, variables under their attribute.
#include "io/keras2_objects.h"

#include <map>

#include "base/fail.h"
#include "formats/saved_model/keras_metadata.h"
#include "io/nesting.h"
#include "keras/core/config.h"
#include "keras/core/weights.h"
#include "keras/layers/input_layer.h"
#include "keras/models/model_layer.h"
#include "keras/saving/legacy_config.h"
#include "keras/saving/optimizer_generation.h"
#include "keras/saving/training_state.h"

namespace rill::io {
namespace {

Json shape_json(const Shape& shape) {
  Json items = Json::array();
  for (const int64_t d : shape) items.push_back(d < 0 ? Json() : Json(d));
  Json out = Json::object();
  out.set("class_name", "TensorShape");
  out.set("items", std::move(items));
  return out;
}

const char* identifier_of(const keras::Layer& layer) {
  if (const auto* model = dynamic_cast<const keras::ModelLayer*>(&layer)) {
    return model->is_sequential() ? "_tf_keras_sequential" : "_tf_keras_network";
  }
  if (dynamic_cast<const keras::InputLayer*>(&layer)) return "_tf_keras_input_layer";
  const std::string name = layer.class_name();
  for (const char* rnn :
       {"LSTM", "GRU", "SimpleRNN", "RNN", "ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D"}) {
    if (name == rnn) return "_tf_keras_rnn_layer";
  }
  return "_tf_keras_layer";
}

class Walk {
 public:
  explicit Walk(const ObjectSink& sink) : sink_(sink) {}

  // `entry` is {"class_name", "config"} in the spelling of Keras 2.
  void model(keras::ModelLayer& model, const Json& entry, int object, const std::string& path,
             int depth) {
    check_nesting(depth);
    describe(model, entry, object, path);
    std::map<std::string, const Json*> entries;
    for (const Json& one : entry.at("config").at("layers").as_array()) {
      entries[one.at("config").value<std::string>("name", "")] = &one;
    }
    // A Sequential does not count its input layer (tf_keras/src/engine/sequential.py, layers).
    int number = 0, with_weights = 0;
    for (const auto& layer : model.is_sequential() ? model.layers() : model.all_layers()) {
      const auto found = entries.find(layer->name());
      if (found == entries.end()) continue;
      const std::string name = str("layer-", number++);
      const bool known = objects_.contains(layer.get());
      const int made = known ? objects_.at(layer.get()) : sink_.add(identifier_of(*layer));
      sink_.link(object, name, made);
      if (!layer->weights().empty()) {
        sink_.link(object, str("layer_with_weights-", with_weights++), made);
      }
      if (!known) this->layer(*layer, *found->second, made, path + "." + name, depth + 1);
    }
  }

  std::vector<formats::KerasNode> nodes;

 private:
  void layer(keras::Layer& layer, const Json& entry, int object, const std::string& path,
             int depth) {
    check_nesting(depth, "layers");
    objects_[&layer] = object;
    if (auto* inner = dynamic_cast<keras::ModelLayer*>(&layer)) {
      model(*inner, entry, object, path, depth);
      return;
    }
    describe(layer, entry, object, path);
    for (const keras::Weight& weight : layer.own_weights()) {
      const auto state = std::static_pointer_cast<VariableState>(weight.value.rep()->variable);
      sink_.link(object, keras2_attribute(layer, weight.name), sink_.variable(state));
    }
    std::map<std::string, std::pair<int, int>> lists;  // object and length, by name
    for (const auto& [attribute, inner] : layer.sublayers()) {
      if (!attribute.ends_with("[]")) {
        const std::string name = attribute.ends_with("_dense") ? "_" + attribute : attribute;
        part(*inner, object, name, path + "." + name, depth + 1);
        continue;
      }
      const std::string name = attribute.substr(0, attribute.size() - 2);
      const auto [list, fresh] = lists.try_emplace(name);
      if (fresh) {
        list->second.first = sink_.add("trackable_list_wrapper");
        sink_.link(object, name, list->second.first);
      }
      const std::string index = str(list->second.second++);
      part(*inner, list->second.first, index, path + "." + name + "." + index, depth + 1);
    }
  }

  void part(keras::Layer& inner, int parent, const std::string& name, const std::string& path,
            int depth) {
    const int made = sink_.add(identifier_of(inner));
    sink_.link(parent, name, made);
    layer(inner, keras::keras2_config(keras::layer_to_json(inner)), made, path, depth);
  }

  void describe(keras::Layer& layer, const Json& entry, int object, const std::string& path) {
    const auto* model = dynamic_cast<const keras::ModelLayer*>(&layer);
    Json json = Json::object();
    json.set("name", layer.name());
    json.set("trainable", layer.trainable());
    json.set("expects_training_arg", model != nullptr);
    json.set("dtype", dtype_name(layer.dtype_policy().variable));
    json.set("batch_input_shape", Json());
    json.set("stateful", false);
    json.set("must_restore_from_config", false);
    json.set("class_name", entry.at("class_name"));
    json.set("config", entry.at("config"));
    json.set("shared_object_id", static_cast<int64_t>(object));
    if (model) {
      json.set("is_graph_network", true);
      json.set("keras_version", "2.15.0");
      json.set("backend", "tensorflow");
      Json config = Json::object();
      config.set("class_name", entry.at("class_name"));
      config.set("config", entry.at("config"));
      json.set("model_config", std::move(config));
      const auto training = keras::training_state(*model);
      if (training && keras::keras2_knows_optimizer(*training)) {
        json.set("training_config", keras::legacy_training_config(training->config, true));
      }
    }
    const std::vector<Shape>& shapes = layer.build_shapes();
    if (shapes.size() == 1 && !model) {
      json.set("build_input_shape", shape_json(shapes[0]));
    } else if (shapes.size() > 1) {
      Json list = Json::array();
      for (const Shape& shape : shapes) list.push_back(shape_json(shape));
      json.set("build_input_shape", std::move(list));
    }
    nodes.push_back({object, path, identifier_of(layer), json.dump(), 2, 1});
  }

  const ObjectSink& sink_;
  std::map<const keras::Layer*, int> objects_;
};

std::shared_ptr<VariableState> variable_of(const std::string& name, const Tensor& value) {
  auto state = std::make_shared<VariableState>(name, value.dtype(), value.shape());
  state->assign(value);
  return state;
}

// tf_keras/src/optimizers/legacy/optimizer_v2.py: a count, the cache of Nadam, and slots, each in
// the order of the weights.
void add_legacy_optimizer(const keras::ModelLayer& model, const ObjectSink& sink,
                          const std::vector<std::pair<std::string, Tensor>>& variables) {
  const int optimizer = sink.add("optimizer");
  sink.link(0, "optimizer", optimizer);
  const std::vector<Value> weights = model.trainable_weights();
  std::map<std::string, size_t> seen;
  for (const auto& [name, value] : variables) {
    const std::string part = name.substr(name.rfind('/') + 1);
    const auto state = variable_of(name, value);
    if (part == "iter" || part.ends_with("momentum_cache")) {
      sink.link(optimizer, part == "iter" ? part : "momentum_cache", sink.variable(state));
    } else if (!weights.empty()) {
      const Value& weight = weights[seen[part]++ % weights.size()];
      sink.slot(optimizer,
                sink.variable(std::static_pointer_cast<VariableState>(weight.rep()->variable)),
                part, state);
    }
  }
}

// tf_keras' load_model() makes a new optimizer and leaves this one alone; load_weights() from the
// SavedModel's checkpoint takes it.
void add_optimizer(const keras::ModelLayer& model, const ObjectSink& sink) {
  const auto training = keras::training_state(model);
  if (!training) return;
  const auto variables = keras::keras2_optimizer_variables(*training, model);
  if (variables.empty()) return;
  if (variables[0].first.ends_with("/iter")) return add_legacy_optimizer(model, sink, variables);
  const int optimizer = sink.add("experimentalOptimizer");
  const int list = sink.add("trackable_list_wrapper");
  sink.link(0, "optimizer", optimizer);
  sink.link(optimizer, "_variables", list);
  for (size_t i = 0; i < variables.size(); ++i) {
    const auto& [name, value] = variables[i];
    const int made = sink.variable(variable_of(name, value));
    if (i == 0) sink.link(optimizer, "_iterations", made);
    sink.link(list, std::to_string(i), made);
  }
}

}  // namespace

std::string keras2_attribute(const keras::Layer& layer, const std::string& weight) {
  return layer.class_name().starts_with("DepthwiseConv") && weight == "kernel" ? "depthwise_kernel"
                                                                               : weight;
}

const char* keras2_identifier(const keras::Model& model) { return identifier_of(*model.impl()); }

std::string add_keras2_objects(const keras::Model& model, const ObjectSink& sink) {
  Walk walk(sink);
  const Json entry = keras::keras2_config(model.impl()->to_json());
  walk.model(*model.impl(), entry, 0, "root", 0);
  add_optimizer(*model.impl(), sink);
  return formats::serialize_keras_metadata(walk.nodes);
}

}  // namespace rill::io
