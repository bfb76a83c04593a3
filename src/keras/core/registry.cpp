#include "keras/core/registry.h"

#include "base/fail.h"

namespace rill::keras {
namespace {

template <typename Map, typename Key>
auto lookup(const Map& map, const Key& key) -> typename Map::mapped_type {
  const auto found = map.find(key);
  return found == map.end() ? typename Map::mapped_type{} : found->second;
}

template <typename Map>
std::vector<std::string> keys(const Map& map) {
  std::vector<std::string> out;
  for (const auto& [key, value] : map) out.push_back(key);
  return out;
}

}  // namespace

void LayerRegistry::add_maker(std::string_view name, Make make) {
  if (!makers_.try_emplace(std::string(name), Entry{make, std::string(name)}).second) {
    fail(Code::internal, "two layers are registered as ", quoted(name));
  }
}

void LayerRegistry::add_alias(std::string_view alias, std::string_view name) {
  makers_[std::string(alias)] = makers_.find(name)->second;
}

std::shared_ptr<Layer> LayerRegistry::make(std::string_view name) const {
  const auto found = makers_.find(name);
  if (found == makers_.end()) return nullptr;
  auto layer = found->second.make();
  layer->set_class_name(found->second.class_name);
  return layer;
}

std::vector<std::string> LayerRegistry::names() const {
  std::vector<std::string> out;
  for (const auto& [name, entry] : makers_) {
    if (name == entry.class_name) out.push_back(name);
  }
  return out;
}

ObjectRegistry::ActivationFn ObjectRegistry::activation(std::string_view name) const {
  return lookup(activations_, name);
}
std::vector<std::string> ObjectRegistry::activation_names() const { return keys(activations_); }

const LayerRegistry& layer_registry() {
  static const LayerRegistry& made = *[] {
    auto* registry = new LayerRegistry();
    register_all_layers(*registry);
    return registry;
  }();
  return made;
}

const ObjectRegistry& object_registry() {
  static const ObjectRegistry& made = *[] {
    auto* registry = new ObjectRegistry();
    register_all_objects(*registry);
    return registry;
  }();
  return made;
}

}  // namespace rill::keras
