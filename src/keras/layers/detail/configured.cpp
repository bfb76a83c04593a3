#include "keras/layers/configured.h"

#include "base/fail.h"
#include "keras/core/config.h"
#include "keras/core/registry.h"

namespace rill::keras {
namespace {

class NoInnerLayers final : public LayerMaker {
 public:
  LayerPtr make(const Json&) override {
    fail(Code::internal, "a layer inside a layer without one");
  }
};

}  // namespace

std::shared_ptr<Layer> configured_layer(const char* class_name, const Json& config) {
  auto layer = layer_registry().make(class_name);
  if (!layer) fail(Code::internal, "no layer ", quoted(class_name));
  NoInnerLayers none;
  read_config(*layer, config, none);
  return layer;
}

}  // namespace rill::keras
