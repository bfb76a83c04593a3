// Regularizers and constraints inside: a function of a weight, with settings.
#pragma once

#include <string>

#include "rill/keras/config_visitor.hpp"

namespace rill::keras {

struct ObjectConfig;

class WeightFunction {
 public:
  WeightFunction() = default;
  WeightFunction(const WeightFunction&) = delete;
  WeightFunction& operator=(const WeightFunction&) = delete;
  virtual ~WeightFunction();
  virtual Value call(const Value& x) const = 0;
  virtual void visit_config(ConfigVisitor& visitor);
  // Called when the config is known. Throws INVALID_ARGUMENT.
  virtual void check() const;
  const std::string& class_name() const { return class_name_; }
  void set_class_name(std::string name) { class_name_ = std::move(name); }

 private:
  std::string class_name_;
};

// The handle's config with the settings of `object`.
std::shared_ptr<const ObjectConfig> object_of(WeightFunction& object, std::string class_name);

}  // namespace rill::keras
