// Functions with settings that a config names: initializers, regularizers, constraints.
#pragma once

#include <memory>
#include <string>

#include "rill/keras/config_visitor.hpp"

namespace rill::keras {

struct ObjectConfig;

class ConfiguredFunction {
 public:
  ConfiguredFunction() = default;
  ConfiguredFunction(const ConfiguredFunction&) = delete;
  ConfiguredFunction& operator=(const ConfiguredFunction&) = delete;
  virtual ~ConfiguredFunction();
  virtual void visit_config(ConfigVisitor& visitor);
  // Called when the config is known. Throws INVALID_ARGUMENT.
  virtual void check() const;
  const std::string& class_name() const { return class_name_; }
  void set_class_name(std::string name) { class_name_ = std::move(name); }

 private:
  std::string class_name_;
};

// A handle's config with the settings of `object`, which are checked.
std::shared_ptr<const ObjectConfig> object_of(ConfiguredFunction& object, std::string class_name);

// The handle of a `T` that `set` gave its settings.
template <typename T, typename Handle, typename Set>
Handle handle_of(const char* class_name, Set&& set) {
  T object;
  set(object);
  return Handle(object_of(object, class_name));
}

}  // namespace rill::keras
