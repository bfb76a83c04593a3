#include "keras/core/initializer.h"

#include "base/fail.h"
#include "keras/core/config.h"
#include "keras/core/field_finder.h"
#include "keras/core/object_config.h"
#include "keras/core/ops.h"
#include "keras/core/registry.h"
#include "keras/core/seeds.h"
#include "keras/core/weights.h"
#include "op/emit.h"
#include "rill/keras/initializers.hpp"

namespace rill::keras {

namespace {

const ObjectConfig& initializer_config(const Initializer& initializer) {
  static const ObjectConfig& standard = *new ObjectConfig{"glorot_uniform", {}, {}, {}, {}, {}};
  return initializer ? *initializer.config() : standard;
}

bool is_given(const ObjectConfig& config, const char* setting) {
  const Json* found = config.settings.is_object() ? config.settings.find(setting) : nullptr;
  return found != nullptr && !found->is_null();
}

// Random, and not given a seed.
bool takes_seed(const ObjectConfig& config) {
  if (config.initializer || is_given(config, "seed")) return false;
  const auto object = object_registry().initializers.make(config.name);
  return object && object->draws();
}

Initializer made_of(ObjectConfig config) {
  return Initializer(std::make_shared<const ObjectConfig>(std::move(config)));
}

Initializer with_drawn_seed(ObjectConfig config) {
  config.drawn_seed = default_seed();
  return made_of(std::move(config));
}

Json axes_list(const Ints& values) {
  Json out = Json::array();
  for (const int64_t v : values) out.push_back(v);
  return out;
}

class Seeder final : public FieldFinder {
 public:
  using FieldFinder::operator();
  void operator()(std::string_view, Initializer& field) override {
    if (field && takes_seed(*field.config())) field = with_drawn_seed(*field.config());
  }
};

}  // namespace

void draw_initializer_seeds(Layer& layer) {
  Seeder seeder;
  layer.visit_config(seeder);
}

Initializer with_axes(const Initializer& initializer, const Ints& input, const Ints& output) {
  ObjectConfig config = initializer_config(initializer);
  if (config.initializer || (is_given(config, "input_axes") && is_given(config, "output_axes"))) {
    return initializer;
  }
  const auto object = object_registry().initializers.make(config.name);
  if (!object || !object->has_axes()) return initializer;
  if (!config.settings.is_object()) config.settings = Json::object();
  config.settings.set("input_axes", axes_list(input));
  config.settings.set("output_axes", axes_list(output));
  return made_of(std::move(config));
}

Initializer with_open_gates(const Initializer& initializer, int64_t units) {
  ObjectConfig config;
  config.name = "unit_forget_bias";
  config.initializer = [initializer, units](const Shape&, DType dtype) -> Tensor {
    const auto part = [&](const Initializer& from, int64_t count) {
      return initial_value(from, Shape{count}, dtype);
    };
    return op::concat({part(initializer, units), part("ones", units), part(initializer, 2 * units)},
                      0);
  };
  return made_of(std::move(config));
}

Initializer seeded(const Initializer& initializer) {
  const ObjectConfig& config = initializer_config(initializer);
  return !config.drawn_seed && takes_seed(config) ? with_drawn_seed(config) : initializer;
}

Tensor initial_value(const Initializer& initializer, const Shape& shape, DType dtype) {
  const ObjectConfig& config = initializer_config(initializer);
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
  if (config.drawn_seed) object->set_seed(*config.drawn_seed);
  return object->make(shape, dtype);
}

Tensor initializers::apply(const Initializer& initializer, const Shape& shape, DType dtype) {
  return initial_value(initializer, shape, dtype);
}

}  // namespace rill::keras
