#include "keras/saving/deserialize.h"

#include <algorithm>

#include "base/ascii.h"
#include "base/fail.h"
#include "codec/yaml.h"
#include "keras/core/clone.h"
#include "keras/core/config.h"
#include "keras/core/naming.h"
#include "keras/core/object_config.h"
#include "keras/core/policy_map.h"
#include "keras/core/registry.h"
#include "keras/core/weights.h"
#include "keras/layers/input_layer.h"
#include "keras/layers/operation.h"
#include "keras/legacy/upgrade.h"
#include "keras/saving/layer_graph.h"
#include "keras/saving/legacy_config.h"
#include "op/emit.h"
#include "rill/keras/clone.hpp"

namespace rill::keras {
namespace {

// The list of layers, and the rest of the config: Keras 1 and 2.0 wrote a bare list for Sequential.
const Json& layer_list(const Json& config) {
  return config.is_array() ? config : config.at("layers");
}

std::string layer_name(const Json& layer) {
  std::string name = member_text(layer, "name");
  if (!name.empty()) return name;
  const Json* config = layer.find("config");
  return config ? member_text(*config, "name") : "";
}

// {"input_shape": one or several} or {"shapes_dict": {"query_shape": ..}}; none when it is neither.
std::vector<Shape> build_shapes(const Json& layer) {
  const Json* build = layer.find("build_config");
  if (build == nullptr || !build->is_object()) return {};
  std::vector<Shape> out;
  const auto add = [&out](const Json& json) {
    if (!json.is_array()) return false;
    Shape shape;
    for (const Json& d : json.as_array()) {
      if (!d.is_null() && !(d.is_int() && d.as_int() >= 0)) return false;
      shape.push_back(d.is_null() ? -1 : d.as_int());
    }
    out.push_back(shape);
    return shape.rank() >= 2;
  };
  if (const Json* named = build->find("shapes_dict"); named && named->is_object()) {
    for (const auto& [name, shape] : named->as_object()) {
      if (!add(shape)) return {};
    }
  } else if (const Json* input = build->find("input_shape"); input && input->is_array()) {
    const bool several = input->size() > 0 && input->at(size_t{0}).is_array();
    if (!several) return add(*input) ? out : std::vector<Shape>();
    for (const Json& shape : input->as_array()) {
      if (!add(shape)) return {};
    }
  }
  return out;
}

Generation generation_of(Flavour flavour) {
  return flavour == Flavour::keras3 ? Generation::keras3 : Generation::keras2;
}

}  // namespace

Flavour flavour_of(const Json& config, std::string_view keras_version) {
  if (!keras_version.empty()) {
    if (keras_version[0] == '0' || keras_version[0] == '1') return Flavour::keras1;
    if (keras_version[0] == '2') return Flavour::keras2;
    return Flavour::keras3;
  }
  const std::string spelt = config.dump();
  if (spelt.find("keras.src.engine") != std::string::npos) return Flavour::keras2;
  if (spelt.find("DTypePolicy") != std::string::npos ||
      spelt.find("\"batch_shape\"") != std::string::npos) {
    return Flavour::keras3;
  }
  if (spelt.find("\"W_regularizer\"") != std::string::npos ||
      spelt.find("\"nb_filter\"") != std::string::npos) {
    return Flavour::keras1;
  }
  return Flavour::keras2;
}

// Everything that is missing is found before anything is made.
void Deserializer::scan(const Json& given, int depth) {
  check_nesting(depth);
  if (image_order_.empty()) image_order_ = legacy::image_order_of(given);
  const Json json = legacy::upgrade(given, flavour_);
  const std::string class_name = member_text(json, "class_name");
  const Json* config = json.find("config");
  if (class_name.empty() || !config) return;
  const std::string registered = member_text(json, "registered_name");
  const std::string name = layer_name(json);
  const bool custom = custom_.contains(class_name) || registered_objects().contains(class_name) ||
                      (!registered.empty() &&
                       (custom_.contains(registered) || registered_objects().contains(registered)));
  if (is_model_class(class_name) && (config->is_array() || config->contains("layers"))) {
    for (const Json& layer : layer_list(*config).as_array()) scan(layer, depth + 1);
    return;
  }
  if (custom) return;
  if (class_name == "Lambda" && (custom_.contains(name) || registered_objects().contains(name))) {
    return;
  }
  if (!known(json)) {
    std::string what = registered.empty() || registered == class_name ? class_name : registered;
    // Of a layer that calls a function, the function is missing.
    if (const std::string function = member_text(*config, "function");
        is_operation(json) && !function.empty()) {
      what += " " + function;
    }
    missing_[what].insert(name);
  }
  for (const char* key : {"layer", "backward_layer", "cell"}) {
    const Json* inner = config->find(key);
    if (inner && inner->is_object()) scan(*inner, depth + 1);
  }
  if (const Json* cells = config->find("cells"); cells && cells->is_array()) {
    for (const Json& cell : cells->as_array()) scan(cell, depth + 1);
  }
}

bool Deserializer::known(const Json& json) const {
  const std::string class_name = member_text(json, "class_name");
  if (is_operation(json)) return operation_is_known(json);
  return layer_registry().contains(class_name);
}

void Deserializer::check() const {
  if (missing_.empty()) return;
  std::string list;
  for (const auto& [class_name, layers] : missing_) {
    list += "\n  " + quoted(class_name) + " (layer";
    list += layers.size() > 1 ? "s " : " ";
    size_t shown = 0;
    for (const std::string& layer : layers) {
      if (shown > 0) list += ", ";
      if (++shown > 4) {
        list += "...";
        break;
      }
      list += quoted(layer);
    }
    list += ")";
    list += did_you_mean(class_name, layer_registry().names());
    if (class_name == "Lambda") {
      list +=
          ": its code is not run; give the function by the layer's name: "
          "CustomObjects{}.layer(\"" +
          *layers.begin() + "\", [](const Tensor& x) { return ...; })";
    }
  }
  fail(Code::unimplemented, "the model needs classes that rill does not have:", list,
       "\nregister each: CustomObjects{}.layer<MyLayer>(\"Name\"), or .layer(\"Name\", ",
       "[](const Tensor& x) { return ...; })");
}

std::shared_ptr<Layer> Deserializer::create(const std::string& class_name, const Json& json) {
  const std::string registered = member_text(json, "registered_name");
  for (const CustomObjects* objects :
       {&custom_, const_cast<const CustomObjects*>(&registered_objects())}) {
    for (const std::string& name : {registered, class_name}) {
      if (!name.empty() && objects->contains(name)) {
        auto layer = objects->make(name);
        layer->set_class_name(class_name);
        return layer;
      }
    }
    const std::string own = layer_name(json);
    if (class_name == "Lambda" && objects->contains(own)) return objects->make(own);
  }
  if (is_operation(json)) return make_operation(json);
  return layer_registry().make(class_name);
}

void Deserializer::resolve(std::string_view kind, ObjectConfig& object) {
  for (const CustomObjects* objects :
       {&custom_, const_cast<const CustomObjects*>(&registered_objects())}) {
    if (kind == "initializer") {
      const auto* found = objects->find_initializer(object.name);
      if (found && !object.initializer) object.initializer = *found;
      continue;
    }
    const CustomObjects::Function* found =
        kind == "activation"    ? objects->find_activation(object.name)
        : kind == "regularizer" ? objects->find_regularizer(object.name)
                                : objects->find_constraint(object.name);
    if (found && !object.function) object.function = *found;
  }
}

LayerPtr Deserializer::make(const Json& given) {
  check_nesting(++depth_);
  struct Leave {
    int& depth;
    ~Leave() { --depth; }
  } leave{depth_};
  const Json json = legacy::upgrade(given, flavour_, image_order_);
  if (!json.is_object()) {
    fail(Code::invalid_argument, "a layer must be an object with class_name and config, not ",
         json.kind());
  }
  const std::string class_name = member_text(json, "class_name");
  const Json* config = json.find("config");
  if (class_name.empty() || !config) {
    fail(Code::invalid_argument, "a layer of the config lacks class_name or config");
  }
  if (is_model_class(class_name)) return LayerPtr(std::shared_ptr<Layer>(make_model(json)));
  std::shared_ptr<Layer> layer = create(class_name, json);
  if (!layer) {
    missing_[class_name].insert(layer_name(json));
    check();
  }
  try {
    read_config(*layer, *config, *this);
  } catch (const Error& error) {
    rethrow_with_context(error, str("layer ", quoted(layer_name(json)), " (", class_name, ")"));
  }
  if (layer->name().empty()) layer->set_name(layer_name(json));
  if (layer->name().empty()) layer->set_name(unique_layer_name(class_name));
  // Keras builds it at once, outside of what it will stand in.
  if (const Json* build = json.find("build_config"); build && !build->is_null()) {
    settle_policy(*layer, layer->name());
  }
  if (flavour_ == Flavour::keras3 && dynamic_cast<const DrawsWhenBuilt*>(layer.get()) != nullptr) {
    if (const std::vector<Shape> shapes = build_shapes(json); !shapes.empty()) {
      layer->ensure_built(shapes);
    }
  }
  return LayerPtr(layer);
}

std::shared_ptr<ModelLayer> Deserializer::make_model(const Json& json) {
  const std::string class_name = member_text(json, "class_name");
  const Json& config = json.at("config");
  auto model = class_name == "Sequential" ? sequential(config) : functional(config);
  std::string name = member_text(config, "name");
  if (name.empty()) name = layer_name(json);
  model->set_name(name.empty() ? unique_layer_name(class_name) : name);
  if (config.is_object() && !config.value("trainable", true)) model->set_trainable(false);
  model->set_generation(generation_of(flavour_));
  return model;
}

std::shared_ptr<ModelLayer> Deserializer::sequential(const Json& config) {
  auto model = std::make_shared<SequentialLayer>();
  model->set_generation(generation_of(flavour_));
  model->set_name(config.is_object() ? member_text(config, "name") : "");
  bool first = true;
  for (const Json& item : layer_list(config).as_array()) {
    LayerPtr layer = make(item);
    if (auto input = std::dynamic_pointer_cast<InputLayer>(layer.get())) {
      if (!first) continue;
      input->output();
    }
    if (first && layer->class_name() == "DenseFeatures") {
      fail(Code::unimplemented, "a Sequential model that begins with DenseFeatures (layer ",
           quoted(layer->name()),
           ") does not say what its inputs are: make it a functional model, or save it as a "
           "SavedModel");
    }
    first = false;
    model->add(layer.get());
  }
  const Json* build = config.is_object() ? config.find("build_input_shape") : nullptr;
  if (build && build->is_array() && model->inputs().empty()) {
    Shape shape;
    for (const Json& d : build->as_array()) shape.push_back(d.is_null() ? -1 : d.as_int());
    model->ensure_built({shape});
  }
  return model;
}

std::shared_ptr<ModelLayer> Deserializer::functional(const Json& config) {
  LayerGraph graph(flavour_);
  for (const Json& json : config.at("layers").as_array()) {
    graph.add(make(json), layer_name(json), json);
  }
  graph.make_calls();
  LayerGraph::Ends inputs = graph.ends(config.at("input_layers"));
  LayerGraph::Ends outputs = graph.ends(config.at("output_layers"));
  auto model =
      std::make_shared<FunctionalLayer>(std::move(inputs.tensors), std::move(outputs.tensors));
  model->attach(graph.ancillary());
  if (outputs.names.size() == model->outputs().size()) model->set_output_names(outputs.names);
  if (inputs.names.size() == model->inputs().size()) model->set_input_names(inputs.names);
  // Keras 2 writes a list around whatever is no dictionary.
  const auto keep = [&](Json& structure) {
    return flavour_ == Flavour::keras3 || structure.is_object() ? std::move(structure) : Json();
  };
  model->set_structures(keep(inputs.structure), keep(outputs.structure));
  return model;
}

Model model_from_config(const Json& config, const CustomObjects& custom,
                        std::string_view keras_version) {
  const DeferInitializers defer;
  Deserializer deserializer(custom, flavour_of(config, keras_version));
  const std::string class_name = member_text(config, "class_name");
  const bool known = is_model_class(class_name) || layer_registry().contains(class_name);
  if (!class_name.empty() && !known && config.find("config") != nullptr) {
    fail(Code::unimplemented, "the model is of the class ", quoted(class_name),
         ", whose code no file holds: save it with model.export(), or build it here and take the "
         "file's weights (load_weights)");
  }
  if (!config.is_object() || !is_model_class(class_name)) {
    fail(Code::invalid_argument, "not the config of a model: class_name is ", quoted(class_name),
         ", expected Sequential or Functional");
  }
  deserializer.find_missing(config);
  return Model(deserializer.make_model(config));
}

Json parse_architecture(std::string_view text, std::string_view what) {
  const bool is_yaml = !text.empty() && ascii::is_letter(text[0]);
  Json json = is_yaml ? parse_yaml(text, what) : Json::parse(text, what);
  return json.is_string() ? Json::parse(json.as_string(), what) : json;
}

Model model_from_json(const std::string& json, const CustomObjects& custom) {
  Model model = model_from_config(parse_architecture(json, "model config"), custom);
  initialize_missing(*model.impl());
  return model;
}

std::string get_config(const LayerPtr& layer) {
  if (auto* model = dynamic_cast<ModelLayer*>(layer.get().get())) {
    return model->to_json().at("config").dump();
  }
  return write_config(*layer).dump();
}

LayerPtr layer_from_config(const std::string& class_name, const std::string& config,
                           const CustomObjects& custom) {
  Json json = Json::object();
  json.set("class_name", class_name);
  json.set("config", Json::parse(config, "config of " + class_name));
  json.set("registered_name", Json());
  Deserializer maker(custom, Flavour::keras3);
  maker.find_missing(json);
  return maker.make(json);
}

std::shared_ptr<Layer> clone_layer(Layer& layer) {
  auto made = layer_registry().make(layer.class_name());
  if (!made) {
    fail(Code::unimplemented, "a layer of class ", quoted(layer.class_name()),
         " cannot be copied: give the second layer yourself");
  }
  const CustomObjects none;
  Deserializer maker(none, Flavour::keras3);
  read_config(*made, write_config(layer), maker);
  return made;
}

LayerPtr layers::deserialize(const std::string& json, const CustomObjects& custom) {
  const Json parsed = Json::parse(json);
  Deserializer deserializer(custom, flavour_of(parsed));
  deserializer.find_missing(parsed);
  return deserializer.make(parsed);
}

}  // namespace rill::keras
