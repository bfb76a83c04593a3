// Layer classes by name, and the other objects (activations, initializers) by name.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "rill/keras/layer.hpp"

namespace rill::keras {

class Optimizer;

class LayerRegistry {
 public:
  using Make = std::shared_ptr<Layer> (*)();
  template <typename T>
  void add(std::string_view name, std::initializer_list<const char*> aliases = {}) {
    const Make make = [] { return std::static_pointer_cast<Layer>(std::make_shared<T>()); };
    add_maker(name, make);
    for (const char* alias : aliases) add_alias(alias, name);
  }
  // Null when there is none. The layer knows its class name, and has no name yet.
  std::shared_ptr<Layer> make(std::string_view name) const;
  bool contains(std::string_view name) const { return makers_.find(name) != makers_.end(); }
  // Without aliases.
  std::vector<std::string> names() const;

 private:
  struct Entry {
    Make make;
    std::string class_name;
  };
  void add_maker(std::string_view name, Make make);
  void add_alias(std::string_view alias, std::string_view name);
  std::map<std::string, Entry, std::less<>> makers_;
};

class ObjectRegistry {
 public:
  using ActivationFn = Value (*)(const Value& x, const ObjectConfig& config);
  using InitializerFn = Tensor (*)(const Shape& shape, DType dtype, const ObjectConfig& config);
  void add_activation(std::string_view name, ActivationFn fn) {
    activations_[std::string(name)] = fn;
  }
  // `class_name` in CamelCase; snake_case is found as well.
  void add_initializer(std::string_view class_name, InitializerFn fn);
  using OptimizerFn = std::shared_ptr<Optimizer> (*)();
  // Found whatever the case: "adam", "Adam", "ADAM".
  template <typename T>
  void add_optimizer(std::string_view class_name) {
    optimizers_[std::string(class_name)] = [] {
      return std::static_pointer_cast<Optimizer>(std::make_shared<T>());
    };
  }
  const std::map<std::string, OptimizerFn, std::less<>>& optimizers() const { return optimizers_; }
  ActivationFn activation(std::string_view name) const;
  InitializerFn initializer(std::string_view name) const;
  std::vector<std::string> activation_names() const;
  std::vector<std::string> initializer_names() const;

 private:
  std::map<std::string, ActivationFn, std::less<>> activations_;
  std::map<std::string, InitializerFn, std::less<>> initializers_;
  std::map<std::string, OptimizerFn, std::less<>> optimizers_;
};

const LayerRegistry& layer_registry();
const ObjectRegistry& object_registry();

// Written by CMake: call register_<stem>() of each file in src/keras/layers, and of the parts.
void register_all_layers(LayerRegistry& registry);
void register_all_objects(ObjectRegistry& registry);

}  // namespace rill::keras
