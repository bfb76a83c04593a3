// Layer classes by name, and the other objects (activations, initializers) by name.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/make_shared_as.h"
#include "keras/core/initializer.h"
#include "keras/core/weight_function.h"
#include "rill/keras/layer.hpp"
#include "rill/keras/losses.hpp"
#include "rill/keras/metrics.hpp"
#include "rill/keras/schedules.hpp"

namespace rill::keras {

class Optimizer;

// Classes of one kind by name: Loss, Metric, LearningRateSchedule, WeightFunction, ...
template <typename Base>
class ClassTable {
 public:
  template <typename T>
  void add(std::string_view class_name, std::initializer_list<const char*> aliases = {}) {
    const Make make = [] { return make_shared_as<Base, T>(); };
    const Entry entry{make, std::string(class_name)};
    entries_[entry.class_name] = entry;
    for (const char* alias : aliases) entries_[alias] = entry;
  }
  // Null when there is none. The object knows its class name; it has its default settings.
  std::shared_ptr<Base> make(std::string_view name) const {
    const auto found = entries_.find(name);
    if (found == entries_.end()) return nullptr;
    std::shared_ptr<Base> object = found->second.make();
    object->set_class_name(found->second.class_name);
    return object;
  }
  bool contains(std::string_view name) const { return entries_.find(name) != entries_.end(); }
  // Of a name that may be an alias; empty when there is none.
  std::string class_name(std::string_view name) const {
    const auto found = entries_.find(name);
    return found == entries_.end() ? std::string() : found->second.class_name;
  }
  // With aliases.
  std::vector<std::string> names() const {
    std::vector<std::string> out;
    for (const auto& [name, entry] : entries_) out.push_back(name);
    return out;
  }
  // Without.
  std::vector<std::string> class_names() const {
    std::vector<std::string> out;
    for (const auto& [name, entry] : entries_) {
      if (name == entry.class_name) out.push_back(name);
    }
    return out;
  }

 private:
  using Make = std::shared_ptr<Base> (*)();
  struct Entry {
    Make make;
    std::string class_name;
  };
  std::map<std::string, Entry, std::less<>> entries_;
};

class LayerRegistry {
 public:
  using Make = std::shared_ptr<Layer> (*)();
  template <typename T>
  void add(std::string_view name, std::initializer_list<const char*> aliases = {}) {
    const Make make = [] { return make_shared_as<Layer, T>(); };
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
  void add_activation(std::string_view name, ActivationFn fn) {
    activations_[std::string(name)] = fn;
  }
  using OptimizerFn = std::shared_ptr<Optimizer> (*)();
  // Found whatever the case: "adam", "Adam", "ADAM".
  template <typename T>
  void add_optimizer(std::string_view class_name) {
    optimizers_[std::string(class_name)] = [] { return make_shared_as<Optimizer, T>(); };
  }
  const std::map<std::string, OptimizerFn, std::less<>>& optimizers() const { return optimizers_; }
  ActivationFn activation(std::string_view name) const;
  std::vector<std::string> activation_names() const;

  ClassTable<Loss> losses;
  ClassTable<Metric> metrics;
  ClassTable<LearningRateSchedule> schedules;
  ClassTable<WeightFunction> regularizers;
  ClassTable<WeightFunction> constraints;
  ClassTable<InitializerFunction> initializers;

 private:
  std::map<std::string, ActivationFn, std::less<>> activations_;
  std::map<std::string, OptimizerFn, std::less<>> optimizers_;
};

const LayerRegistry& layer_registry();
const ObjectRegistry& object_registry();

// Written by CMake: call register_<stem>() of each file in src/keras/layers, and of the parts.
void register_all_layers(LayerRegistry& registry);
void register_all_objects(ObjectRegistry& registry);

}  // namespace rill::keras
