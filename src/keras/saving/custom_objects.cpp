#include "rill/keras/custom_objects.hpp"

#include "rill/keras/layers/core.hpp"

namespace rill::keras {
namespace {

std::string bare(const std::string& name) {
  const size_t at = name.rfind('>');
  return at == std::string::npos ? name : name.substr(at + 1);
}

template <typename Map>
auto lookup_custom(const Map& map, const std::string& name) {
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
  const auto found = lookup_custom(layers_, class_name);
  if (found == layers_.end()) return nullptr;
  std::shared_ptr<Layer> layer = found->second();
  layer->set_class_name(bare(class_name));
  layer->set_registered_name(class_name);
  return layer;
}

bool CustomObjects::contains(const std::string& class_name) const {
  return lookup_custom(layers_, class_name) != layers_.end();
}

const CustomObjects::Function* CustomObjects::find_activation(const std::string& name) const {
  const auto found = lookup_custom(activations_, name);
  return found == activations_.end() ? nullptr : &found->second;
}

CustomObjects& CustomObjects::loss(const std::string& name, LossPtr::Function per_sample) {
  losses_[name] = [name, per_sample] { return LossPtr(name, per_sample).get(); };
  return *this;
}
CustomObjects& CustomObjects::metric(const std::string& name, MetricPtr::Function per_sample) {
  metrics_[name] = [name, per_sample] { return MetricPtr(name, per_sample).get(); };
  return *this;
}
CustomObjects& CustomObjects::initializer(const std::string& name,
                                          std::function<Tensor(const Shape&, DType)> function) {
  initializers_[name] = std::move(function);
  return *this;
}
CustomObjects& CustomObjects::regularizer(const std::string& name, Function function) {
  regularizers_[name] = std::move(function);
  return *this;
}
CustomObjects& CustomObjects::constraint(const std::string& name, Function function) {
  constraints_[name] = std::move(function);
  return *this;
}

std::shared_ptr<Loss> CustomObjects::make_loss(const std::string& name) const {
  const auto found = lookup_custom(losses_, name);
  if (found == losses_.end()) return nullptr;
  std::shared_ptr<Loss> loss = found->second();
  if (loss->name().empty()) loss->set_name(bare(name));
  return loss;
}
std::shared_ptr<Metric> CustomObjects::make_metric(const std::string& name) const {
  const auto found = lookup_custom(metrics_, name);
  if (found == metrics_.end()) return nullptr;
  std::shared_ptr<Metric> metric = found->second();
  if (metric->name().empty()) metric->set_name(bare(name));
  return metric;
}
const CustomObjects::Function* CustomObjects::find_regularizer(const std::string& name) const {
  const auto found = lookup_custom(regularizers_, name);
  return found == regularizers_.end() ? nullptr : &found->second;
}
const CustomObjects::Function* CustomObjects::find_constraint(const std::string& name) const {
  const auto found = lookup_custom(constraints_, name);
  return found == constraints_.end() ? nullptr : &found->second;
}
const std::function<Tensor(const Shape&, DType)>* CustomObjects::find_initializer(
    const std::string& name) const {
  const auto found = lookup_custom(initializers_, name);
  return found == initializers_.end() ? nullptr : &found->second;
}

CustomObjects& registered_objects() {
  static CustomObjects& made = *new CustomObjects();
  return made;
}

}  // namespace rill::keras
