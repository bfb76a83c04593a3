// ConfigVisitor over JSON: one reads a config into a layer's fields, one writes it.
#pragma once

#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "codec/json.h"
#include "rill/keras/layer.hpp"

namespace rill::keras {

// Makes the layers that stand inside a config ("layer", "cell", "cells").
class LayerMaker {
 public:
  virtual ~LayerMaker() = default;
  virtual LayerPtr make(const Json& json) = 0;
  // Gives an object that only the user has ("activation", "initializer", "regularizer",
  // "constraint") its function.
  virtual void resolve(std::string_view kind, ObjectConfig& object);
};

// A layer that carries its config along without reading it.
struct KeepsConfig {
  virtual ~KeepsConfig() = default;
  Json kept = Json::object();
};

// A layer whose whole entry in a config is of its own making: operations and models.
struct WritesItself {
  virtual ~WritesItself() = default;
  virtual Json to_json() const = 0;
};

// A layer whose build() draws seeds. Keras builds it as soon as it is read, from the config's
// build_config, so that the layers behind it draw later.
struct DrawsWhenBuilt {
  virtual ~DrawsWhenBuilt() = default;
};

// Fills the layer's fields, name, dtype and trainable from `config`.
// Throws INVALID_ARGUMENT naming the key when a value is of the wrong kind.
void read_config(Layer& layer, const Json& config, LayerMaker& maker);
// The same for objects that are no layers: `visit` names every key. Keys that it does not name and
// that are not in `also` are refused: INVALID_ARGUMENT naming `who` and the nearest key.
void read_fields(const Json& config, std::string_view who,
                 const std::function<void(ConfigVisitor&)>& visit,
                 std::initializer_list<std::string_view> also = {});
// Appends what `visit` names to `config`.
void write_fields(Json& config, const std::function<void(ConfigVisitor&)>& visit);
// What Keras' get_config() gives, in its order: name, trainable, dtype, then the layer's keys.
Json write_config(Layer& layer);
// Without the check of the other keys.
void read_fields(const Json& config, const std::function<void(ConfigVisitor&)>& visit);
// {"module", "class_name", "config", "registered_name"} and, once built, "build_config".
Json layer_to_json(Layer& layer);
// [null, 3] for (None, 3); null when the rank is unknown.
Json shape_json(const Shape& shape);
// The member as text; "" when it is missing or no text.
std::string member_text(const Json& json, std::string_view key);
// The classes whose configs hold layers.
bool is_model_class(std::string_view class_name);
// Layers inside layers: more is a damaged config. Its message is check_nesting()'s.
void check_nesting(int depth);

}  // namespace rill::keras
