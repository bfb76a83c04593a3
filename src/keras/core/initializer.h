// Initializers inside: values for a shape, with settings.
#pragma once

#include <memory>
#include <string>

#include "rill/keras/config_visitor.hpp"

namespace rill::keras {

class InitializerFunction {
 public:
  InitializerFunction() = default;
  InitializerFunction(const InitializerFunction&) = delete;
  InitializerFunction& operator=(const InitializerFunction&) = delete;
  virtual ~InitializerFunction();
  virtual Tensor make(const Shape& shape, DType dtype) const = 0;
  virtual void visit_config(ConfigVisitor& visitor);
  // Called when the config is known. Throws INVALID_ARGUMENT.
  virtual void check() const;
  const std::string& class_name() const { return class_name_; }
  void set_class_name(std::string name) { class_name_ = std::move(name); }

 private:
  std::string class_name_;
};

// The handle's config with the settings of `object`.
std::shared_ptr<const ObjectConfig> object_of(InitializerFunction& object, std::string class_name);

template <typename T, typename... Args>
Initializer initializer_handle(const char* class_name, Args&&... args) {
  T object(std::forward<Args>(args)...);
  return Initializer(object_of(object, class_name));
}

}  // namespace rill::keras
