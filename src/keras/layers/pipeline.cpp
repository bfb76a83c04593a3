// keras/src/layers/preprocessing/pipeline.py: one layer after the other.
#include "base/fail.h"
#include "keras/core/ops.h"
#include "keras/core/registry.h"

namespace rill::keras {
namespace {

class PipelineLayer final : public Layer {
 public:
  void visit_config(ConfigVisitor& v) override { v("layers", layers_); }
  bool autocast() const override { return false; }
  std::vector<std::shared_ptr<Layer>> layers() const override {
    std::vector<std::shared_ptr<Layer>> out;
    for (const LayerPtr& layer : layers_) out.push_back(layer.get());
    return out;
  }
  Values call(const Values& inputs, const CallContext& context) override {
    Values values = inputs, masks(context.masks.begin(), context.masks.end());
    for (const LayerPtr& layer : layers_) {
      CallContext inner;
      inner.training = context.training;
      inner.masks = masks;
      Result result = layer->apply(values, inner);
      values = std::move(result.outputs);
      masks = std::move(result.masks);
    }
    return values;
  }

 private:
  std::vector<LayerPtr> layers_;
};

}  // namespace

void register_pipeline(LayerRegistry& registry) { registry.add<PipelineLayer>("Pipeline"); }

}  // namespace rill::keras
