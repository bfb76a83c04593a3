// What a file names and rill does not have: classes and functions of the user's.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "rill/keras/layer.hpp"
#include "rill/keras/losses.hpp"
#include "rill/keras/metrics.hpp"

namespace rill::keras {

class RILL_API CustomObjects {
 public:
  using Function = std::function<Tensor(const Tensor&)>;

  // A subclass of Layer, made without arguments; its visit_config() reads the config. `name` is
  // the class name or the registered name, with package ("my>MyLayer") or without.
  template <typename T>
  requires(std::is_base_of_v<Layer, T>) CustomObjects& layer(const std::string& name) {
    return maker(name, [] { return std::static_pointer_cast<Layer>(std::make_shared<T>()); });
  }
  // A layer without weights, as a function; also for Lambda layers, by the layer's own name.
  CustomObjects& layer(const std::string& name, Function function);
  CustomObjects& maker(const std::string& name, std::function<std::shared_ptr<Layer>()> make);
  CustomObjects& activation(const std::string& name, Function function);
  // A subclass of Loss or Metric, made without arguments, or a function of each sample.
  template <typename T>
  requires(std::is_base_of_v<Loss, T>) CustomObjects& loss(const std::string& name) {
    losses_[name] = [] { return std::static_pointer_cast<Loss>(std::make_shared<T>()); };
    return *this;
  }
  CustomObjects& loss(const std::string& name, LossPtr::Function per_sample);
  template <typename T>
  requires(std::is_base_of_v<Metric, T>) CustomObjects& metric(const std::string& name) {
    metrics_[name] = [] { return std::static_pointer_cast<Metric>(std::make_shared<T>()); };
    return *this;
  }
  CustomObjects& metric(const std::string& name, MetricPtr::Function per_sample);
  CustomObjects& initializer(const std::string& name,
                             std::function<Tensor(const Shape&, DType)> function);
  CustomObjects& regularizer(const std::string& name, Function function);
  CustomObjects& constraint(const std::string& name, Function function);

  // Null when there is none. `class_name` may carry a package.
  std::shared_ptr<Layer> make(const std::string& class_name) const;
  bool contains(const std::string& class_name) const;
  const Function* find_activation(const std::string& name) const;
  // Null when there is none.
  std::shared_ptr<Loss> make_loss(const std::string& name) const;
  std::shared_ptr<Metric> make_metric(const std::string& name) const;
  const Function* find_regularizer(const std::string& name) const;
  const Function* find_constraint(const std::string& name) const;
  const std::function<Tensor(const Shape&, DType)>* find_initializer(const std::string& name) const;

 private:
  std::map<std::string, std::function<std::shared_ptr<Layer>()>> layers_;
  std::map<std::string, Function> activations_;
  std::map<std::string, Function> regularizers_;
  std::map<std::string, Function> constraints_;
  std::map<std::string, std::function<Tensor(const Shape&, DType)>> initializers_;
  std::map<std::string, std::function<std::shared_ptr<Loss>()>> losses_;
  std::map<std::string, std::function<std::shared_ptr<Metric>()>> metrics_;
};

// Registered for the whole process, as with keras.saving.register_keras_serializable().
RILL_API CustomObjects& registered_objects();

namespace layers {
// Any layer from {"class_name": ..., "config": {...}}, as keras.layers.deserialize; missing keys
// have their defaults. Throws INVALID_ARGUMENT, UNIMPLEMENTED (unknown classes).
RILL_API LayerPtr deserialize(const std::string& json, const CustomObjects& custom = {});
}  // namespace layers

class Model;
// A model from a config as text. Throws INVALID_ARGUMENT, UNIMPLEMENTED (all unknown classes).
RILL_API Model model_from_json(const std::string& text, const CustomObjects& custom = {});

}  // namespace rill::keras
