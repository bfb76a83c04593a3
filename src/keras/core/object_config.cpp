#include "keras/core/object_config.h"

#include "base/fail.h"
#include "keras/core/naming.h"
#include "keras/core/registry.h"

namespace rill::keras {

ObjectHandle::ObjectHandle(const char* name) : ObjectHandle(std::string(name)) {}

ObjectHandle::ObjectHandle(const std::string& name) {
  auto config = std::make_shared<ObjectConfig>();
  config->name = name;
  config->spelt = name;
  config_ = std::move(config);
}

const std::string& ObjectHandle::name() const noexcept {
  static const std::string& none = *new std::string();
  return config_ ? config_->name : none;
}

Activation::Activation(const std::string& name, std::function<Tensor(const Tensor&)> function) {
  auto config = std::make_shared<ObjectConfig>();
  config->name = name;
  config->spelt = name;
  config->function = std::move(function);
  static_cast<ObjectHandle&>(*this) = ObjectHandle(std::move(config));
}

std::shared_ptr<const ObjectConfig> object_from_json(const Json& json, std::string_view what) {
  if (json.is_null()) return nullptr;
  auto config = std::make_shared<ObjectConfig>();
  config->spelt = json;
  if (json.is_string()) {
    config->name = json.as_string();
    return config;
  }
  if (!json.is_object()) {
    fail(Code::invalid_argument, what, " must be a name or an object with class_name, not ",
         json.kind());
  }
  if (!json.contains("class_name")) {
    // A regularizer of Keras 0.x: {"name": "WeightRegularizer", "l1": .., "l2": ..}.
    config->name = json.value<std::string>("name", "");
    config->settings = json;
    return config;
  }
  const Json* inner = json.find("config");
  config->name = json.at("class_name").as_string();
  if (config->name == "function" && inner && inner->is_string()) {
    config->name = inner->as_string();
    return config;
  }
  const std::string registered = json.value<std::string>("registered_name", "");
  if (registered.find('>') != std::string::npos) config->name = registered;
  if (inner) config->settings = *inner;
  return config;
}

namespace {

// "uniform" is RandomUniform in a file. Of the user's own classes the name as Python writes
// classes.
std::string class_in(std::string_view module, const std::string& name) {
  const ObjectRegistry& known = object_registry();
  std::string found;
  if (module == "keras.initializers") found = known.initializers.class_name(name);
  if (module == "keras.regularizers") found = known.regularizers.class_name(name);
  if (module == "keras.constraints") found = known.constraints.class_name(name);
  return found.empty() ? to_camel_case(name) : found;
}

}  // namespace

Json object_to_json(const ObjectHandle& handle, std::string_view module) {
  if (!handle) return {};
  const ObjectConfig& config = *handle.config();
  if (config.spelt.is_object() && config.spelt.contains("module")) return config.spelt;
  if (config.spelt.is_string() && module == "keras.activations") return config.spelt;
  Json out = Json::object();
  out.set("module", std::string(module));
  out.set("class_name", class_in(module, config.name));
  out.set("config", config.settings.is_null() ? Json::object() : config.settings);
  out.set("registered_name", Json());
  return out;
}

}  // namespace rill::keras
