#include "rill/keras/custom_objects.hpp"

#include "rill/keras/layers/core.hpp"

namespace rill::keras {
namespace {

std::string bare(const std::string& name) {
  const size_t at = name.rfind('>');
  return at == std::string::npos ? name : name.substr(at + 1);
}

template <typename Map>
auto lookup(const Map& map, const std::string& name) {
  auto found = map.find(name);
  if (found != map.end()) return found;
  found = map.find(bare(name));
  if (found != map.end()) return found;
  for (auto it = map.begin(); it != map.end(); ++it) {
    if (bare(it->first) == bare(name)) return it;
  }
  return map.end();
}

}  // namespace

CustomObjects& CustomObjects::maker(const std::string& name,
                                    std::function<std::shared_ptr<Layer>()> make) {
  layers_[name] = std::move(make);
  return *this;
}

CustomObjects& CustomObjects::layer(const std::string& name, Function function) {
  return maker(name, [function] { return layers::Lambda(function).get(); });
}

CustomObjects& CustomObjects::activation(const std::string& name, Function function) {
  activations_[name] = std::move(function);
  return *this;
}

std::shared_ptr<Layer> CustomObjects::make(const std::string& class_name) const {
  const auto found = lookup(layers_, class_name);
  if (found == layers_.end()) return nullptr;
  std::shared_ptr<Layer> layer = found->second();
  layer->set_class_name(bare(class_name));
  layer->set_registered_name(class_name);
  return layer;
}

bool CustomObjects::contains(const std::string& class_name) const {
  return lookup(layers_, class_name) != layers_.end();
}

const CustomObjects::Function* CustomObjects::find_activation(const std::string& name) const {
  const auto found = lookup(activations_, name);
  return found == activations_.end() ? nullptr : &found->second;
}

CustomObjects& registered_objects() {
  static CustomObjects& made = *new CustomObjects();
  return made;
}

}  // namespace rill::keras
