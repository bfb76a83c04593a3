// What Keras 2 leaves in a functional model for model.add_loss() and model.add_metric()
// (tf_keras/src/engine/base_layer.py): they pass their input on.
#include "keras/core/registry.h"

namespace rill::keras {
namespace {

class AddLossLayer final : public Layer {
 public:
  void visit_config(ConfigVisitor& v) override { v("unconditional", unconditional_); }
  Value call(const Value& x, const CallContext&) override {
    add_loss(x);
    return x;
  }

 private:
  bool unconditional_ = true;
};

class AddMetricLayer final : public Layer {
 public:
  void visit_config(ConfigVisitor& v) override {
    v("aggregation", aggregation_);
    v("metric_name", metric_name_);
  }
  Value call(const Value& x, const CallContext&) override {
    add_metric(x, metric_name_.value_or(name()));
    return x;
  }

 private:
  std::optional<std::string> aggregation_, metric_name_;
};

}  // namespace

void register_add_loss(LayerRegistry& registry) {
  registry.add<AddLossLayer>("AddLoss");
  registry.add<AddMetricLayer>("AddMetric");
}

}  // namespace rill::keras
