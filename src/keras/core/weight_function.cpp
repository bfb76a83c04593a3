#include "keras/core/weight_function.h"

#include "base/fail.h"
#include "keras/core/config.h"
#include "keras/core/object_config.h"
#include "keras/core/registry.h"
#include "rill/keras/constraints.hpp"
#include "rill/keras/regularizers.hpp"

namespace rill::keras {
namespace {

Value apply(std::string_view kind, const ClassTable<WeightFunction>& table,
            const ObjectHandle& handle, const Value& x) {
  const ObjectConfig& config = *handle.config();
  if (config.function) return config.function(x);
  const std::shared_ptr<WeightFunction> object = table.make(config.name);
  if (!object) {
    fail(Code::invalid_argument, "unknown ", kind, " ", quoted(config.name),
         did_you_mean(config.name, table.names()), "; give it as a custom object: CustomObjects{}.",
         kind, "(name, function)");
  }
  // Keras 0.x wrote {"name": "WeightRegularizer", "l1": .., "l2": ..}.
  read_fields(config.settings, object->class_name(),
              [&](ConfigVisitor& v) { object->visit_config(v); }, {"name"});
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

Tensor regularizers::apply(const Regularizer& regularizer, const Tensor& x) {
  if (!regularizer) return Tensor::scalar(0.0f);
  return keras::apply("regularizer", object_registry().regularizers, regularizer, x);
}
Regularizer regularizers::custom(const std::string& name,
                                 std::function<Tensor(const Tensor&)> function) {
  return custom_handle<Regularizer>(name, std::move(function));
}

Tensor constraints::apply(const Constraint& constraint, const Tensor& w) {
  if (!constraint) return w;
  return keras::apply("constraint", object_registry().constraints, constraint, w);
}
Constraint constraints::custom(const std::string& name,
                               std::function<Tensor(const Tensor&)> function) {
  return custom_handle<Constraint>(name, std::move(function));
}

}  // namespace rill::keras
