// Mean and Sum (keras/src/metrics/reduction_metrics.py).
#include "keras/core/metric.h"
#include "keras/core/registry.h"
#include "rill/ops/math.hpp"

namespace rill::keras {
namespace {

class SumMetric final : public Metric {
 public:
  void build() override { total_ = add_variable("total", Shape{}, dtype()); }
  void update_state(const Value& values, const Value&, const Value& sample_weight) override {
    ensure_built();
    add(total_, ops::reduce_sum(samplewise(values, sample_weight, dtype(), "Sum").values));
  }
  Value result() const override { return read(total_); }

 private:
  Slot total_ = 0;
};

}  // namespace

void register_reduction_metrics(ObjectRegistry& r) {
  r.metrics.add<metrics::MeanMetric>("Mean", {"mean"});
  r.metrics.add<SumMetric>("Sum", {"sum"});
}

namespace metrics {
MetricPtr Mean(const Options& o) { return make_metric<MeanMetric>("Mean", o); }
MetricPtr Sum(const Options& o) { return make_metric<SumMetric>("Sum", o); }
}  // namespace metrics

}  // namespace rill::keras
