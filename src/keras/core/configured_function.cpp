#include "keras/core/configured_function.h"

#include "keras/core/config.h"
#include "keras/core/object_config.h"

namespace rill::keras {

ConfiguredFunction::~ConfiguredFunction() = default;
void ConfiguredFunction::visit_config(ConfigVisitor&) {}
void ConfiguredFunction::check() const {}

std::shared_ptr<const ObjectConfig> object_of(ConfiguredFunction& object, std::string class_name) {
  object.check();
  auto config = std::make_shared<ObjectConfig>();
  config->name = std::move(class_name);
  config->settings = Json::object();
  write_fields(config->settings, [&](ConfigVisitor& v) { object.visit_config(v); });
  config->spelt = config->name;
  return config;
}

}  // namespace rill::keras
