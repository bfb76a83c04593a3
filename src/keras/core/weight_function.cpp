#include "keras/core/weight_function.h"

#include "base/fail.h"
#include "keras/core/config.h"
#include "keras/core/object_config.h"
#include "keras/core/registry.h"
#include "rill/keras/constraints.hpp"
#include "rill/keras/regularizers.hpp"

namespace rill::keras {
namespace {

const ClassTable<WeightFunction>& table_of(std::string_view kind) {
  const ObjectRegistry& registry = object_registry();
  return kind == "regularizer" ? registry.regularizers : registry.constraints;
}

// Null for a name that is not in the table.
std::shared_ptr<WeightFunction> made(std::string_view kind, const ObjectConfig& config) {
  std::shared_ptr<WeightFunction> object = table_of(kind).make(config.name);
  if (!object) return nullptr;
  // Keras 0.x wrote {"name": "WeightRegularizer", "l1": .., "l2": ..}.
  read_fields(config.settings, object->class_name(),
              [&](ConfigVisitor& v) { object->visit_config(v); }, {"name"});
  return object;
}

Value apply(std::string_view kind, const ObjectHandle& handle, const Value& x) {
  const ObjectConfig& config = *handle.config();
  if (config.function) return config.function(x);
  const std::shared_ptr<WeightFunction> object = made(kind, config);
  if (!object) {
    const ClassTable<WeightFunction>& table = table_of(kind);
    fail(Code::invalid_argument, "unknown ", kind, " ", quoted(config.name),
         did_you_mean(config.name, table.names()), "; give it as a custom object: CustomObjects{}.",
         kind, "(name, function)");
  }
  object->check();
  return object->call(x);
}

template <typename Handle>
Handle custom_handle(const std::string& name, std::function<Tensor(const Tensor&)> function) {
  auto config = std::make_shared<ObjectConfig>();
  config->name = name;
  config->spelt = name;
  config->function = std::move(function);
  return Handle(std::shared_ptr<const ObjectConfig>(std::move(config)));
}

}  // namespace

void check_weight_function(std::string_view kind, const ObjectConfig& config) {
  if (!config.function) made(kind, config);
}

Tensor regularizers::apply(const Regularizer& regularizer, const Tensor& x) {
  if (!regularizer) return Tensor::scalar(0.0f);
  return keras::apply("regularizer", regularizer, x);
}
Regularizer regularizers::custom(const std::string& name,
                                 std::function<Tensor(const Tensor&)> function) {
  return custom_handle<Regularizer>(name, std::move(function));
}

Tensor constraints::apply(const Constraint& constraint, const Tensor& w) {
  if (!constraint) return w;
  return keras::apply("constraint", constraint, w);
}
Constraint constraints::custom(const std::string& name,
                               std::function<Tensor(const Tensor&)> function) {
  return custom_handle<Constraint>(name, std::move(function));
}

}  // namespace rill::keras
