#include "keras/core/initializer.h"

#include "base/fail.h"
#include "keras/core/config.h"
#include "keras/core/object_config.h"
#include "keras/core/ops.h"
#include "keras/core/registry.h"
#include "keras/core/weights.h"
#include "op/emit.h"
#include "rill/keras/initializers.hpp"

namespace rill::keras {

InitializerFunction::~InitializerFunction() = default;
void InitializerFunction::visit_config(ConfigVisitor&) {}
void InitializerFunction::check() const {}

std::shared_ptr<const ObjectConfig> object_of(InitializerFunction& object, std::string class_name) {
  object.check();
  auto config = std::make_shared<ObjectConfig>();
  config->name = std::move(class_name);
  config->settings = Json::object();
  write_fields(config->settings, [&](ConfigVisitor& v) { object.visit_config(v); });
  config->spelt = config->name;
  return config;
}

Tensor initial_value(const Initializer& initializer, const Shape& shape, DType dtype) {
  static const ObjectConfig& standard = *new ObjectConfig{"glorot_uniform", {}, {}, {}, {}};
  const ObjectConfig& config = initializer ? *initializer.config() : standard;
  // A value, even while a graph is being traced.
  const GraphScope now(nullptr);
  if (config.initializer) {
    const Tensor made = config.initializer(shape, dtype);
    if (!made.is_dense() || !(made.shape() == shape)) {
      fail(Code::invalid_argument, "initializer ", quoted(config.name), " gave a value of shape ",
           made.shape(), " for a weight of shape ", shape);
    }
    return made.dtype() == dtype ? made.owned() : op::cast(made, dtype);
  }
  const auto object = object_registry().initializers.make(config.name);
  if (!object) {
    fail(Code::invalid_argument, "unknown initializer ", quoted(config.name),
         did_you_mean(config.name, object_registry().initializers.names()),
         "; give it as a custom object: CustomObjects{}.initializer(name, function)");
  }
  read_fields(config.settings, object->class_name(),
              [&](ConfigVisitor& v) { object->visit_config(v); },
              {"dtype", "name", "partitioner", "seed"});
  object->check();
  return object->make(shape, dtype);
}

Tensor initializers::apply(const Initializer& initializer, const Shape& shape, DType dtype) {
  return initial_value(initializer, shape, dtype);
}

}  // namespace rill::keras
