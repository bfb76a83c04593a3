// Random changes of images that rill does not make: outside of training these layers do nothing but
// make floats.
#include "base/fail.h"
#include "keras/core/config.h"
#include "keras/core/ops.h"
#include "keras/core/registry.h"

namespace rill::keras {
namespace {

class AugmentationLayer final : public Layer, public KeepsConfig {
 public:
  bool autocast() const override { return false; }
  bool supports_masking() const override { return true; }
  Value call(const Value& x, const CallContext& context) override {
    if (context.training) {
      fail(Code::unimplemented, class_name(), " in training; outside of it it changes nothing");
    }
    return op::cast(x, dtype_policy().variable);
  }
};

constexpr const char* kNames[] = {
    "AugMix",
    "CutMix",
    "MaxNumBoundingBoxes",
    "MixUp",
    "RandAugment",
    "RandomElasticTransform",
    "RandomHeight",
    "RandomPerspective",
    "RandomWidth",
};

}  // namespace

void register_augmentation(LayerRegistry& registry) {
  for (const char* name : kNames) registry.add<AugmentationLayer>(name);
}

}  // namespace rill::keras
