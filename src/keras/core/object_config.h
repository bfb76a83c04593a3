#pragma once

#include <functional>
#include <optional>
#include <string>

#include "codec/json.h"
#include "rill/keras/objects.hpp"

namespace rill::keras {

struct ObjectConfig {
  std::string name;  // "relu", "GlorotUniform", or a registered name
  Json settings;     // its config; null when only a name was given
  Json spelt;        // as the file or the user wrote it: what is written back
  // Of the user's: an activation, a regularizer or a constraint; an initializer.
  std::function<Tensor(const Tensor&)> function;
  std::function<Tensor(const Shape&, DType)> initializer;
  // Of an initializer that was given no seed: what its layer drew for it. Not written to configs.
  std::optional<int64_t> drawn_seed;
};

// From what a config holds: null, a name, or {class_name, config}. Throws INVALID_ARGUMENT.
std::shared_ptr<const ObjectConfig> object_from_json(const Json& json, std::string_view what);
// As Keras 3 writes it; null for an empty handle.
Json object_to_json(const ObjectHandle& handle, std::string_view module);

}  // namespace rill::keras
