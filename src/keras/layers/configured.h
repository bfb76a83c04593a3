// Layers made from a config of their own: constructors that need no class.
#pragma once

#include <optional>
#include <vector>

#include "codec/json.h"
#include "keras/core/make.h"

namespace rill::keras {

// Throws INVALID_ARGUMENT naming the key when a value does not fit.
std::shared_ptr<Layer> configured_layer(const char* class_name, const Json& config);

template <typename Options>
LayerPtr configured(const char* class_name, const Options& options, const Json& config) {
  auto layer = configured_layer(class_name, config);
  apply_common(*layer, options);
  return LayerPtr(std::move(layer));
}

// A list that says nothing when it is empty.
template <typename T>
std::optional<std::vector<T>> given(const std::vector<T>& list) {
  return list.empty() ? std::nullopt : std::optional(list);
}

// {"key", value} pairs; those without a value are null, as in Keras.
class Config {
 public:
  template <typename T>
  Config& set(const char* key, const T& value) {
    json_.set(key, Json(value));
    return *this;
  }
  template <typename T>
  Config& set(const char* key, const std::optional<T>& value) {
    if (value) return set(key, *value);
    json_.set(key, Json());
    return *this;
  }
  template <typename T>
  Config& set(const char* key, const std::vector<T>& values) {
    Json list = Json::array();
    for (const T& value : values) list.push_back(Json(value));
    json_.set(key, std::move(list));
    return *this;
  }
  operator const Json&() const { return json_; }  // NOLINT

 private:
  Json json_ = Json::object();
};

}  // namespace rill::keras
