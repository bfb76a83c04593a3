// Configs to layers and models: Keras 3, tf.keras 2, and what src/keras/legacy makes of older ones.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "codec/json.h"
#include "keras/core/config.h"
#include "keras/models/model_layer.h"
#include "rill/keras/custom_objects.hpp"

namespace rill::keras {

enum class Flavour { keras1, keras2, keras3 };

// What the spelling of a config, or the version that a file states ("2.1.3"), tells.
Flavour flavour_of(const Json& config, std::string_view keras_version = {});

// The JSON of a model, also where it stands in a string, as json.dump(model.to_json(), file) leaves
// it. Throws INVALID_ARGUMENT.
Json parse_architecture(std::string_view text, std::string_view what);

// The model of a whole-model config (weights have no values yet unless the variables' initializers
// were run: see initialize_missing()). Throws INVALID_ARGUMENT for a config that cannot be right;
// UNIMPLEMENTED listing every class that is not known, with how to register it.
Model model_from_config(const Json& config, const CustomObjects& custom = {},
                        std::string_view keras_version = {});

class Deserializer final : public LayerMaker {
 public:
  Deserializer(const CustomObjects& custom, Flavour flavour) : custom_(custom), flavour_(flavour) {}
  // One layer or model from {"class_name", "config", ...}.
  LayerPtr make(const Json& json) override;
  void resolve(std::string_view kind, ObjectConfig& object) override;
  std::shared_ptr<ModelLayer> make_model(const Json& json);
  // Throws UNIMPLEMENTED when a class that the config names is not known.
  void find_missing(const Json& config) {
    scan(config, 0);
    check();
  }
  // The same as data: class -> names of its layers.
  const std::map<std::string, std::set<std::string>>& list_missing(const Json& config) {
    scan(config, 0);
    return missing_;
  }

 private:
  void check() const;
  std::shared_ptr<ModelLayer> sequential(const Json& config);
  std::shared_ptr<ModelLayer> functional(const Json& config);
  std::shared_ptr<Layer> create(const std::string& class_name, const Json& json);
  bool known(const Json& json) const;
  void scan(const Json& config, int depth);

  const CustomObjects& custom_;
  Flavour flavour_;
  std::map<std::string, std::set<std::string>> missing_;  // class -> layer names
  std::string image_order_;  // "th" or "tf": the first that a layer of Keras 1 states
  int depth_ = 0;
};

}  // namespace rill::keras
