// The best of one rate where another is high enough (keras/src/metrics/confusion_metrics.py).
#include "base/fail.h"
#include "keras/core/curve_metric.h"
#include "keras/core/metric.h"
#include "keras/core/ops.h"
#include "keras/core/registry.h"
#include "rill/ops/math.hpp"
#include "rill/ops/operators.hpp"

namespace rill::keras {
namespace {

Value share(const Value& part, const Value& other) {
  return ops::divide_no_nan(part, part + other);
}
Value sensitivity(const Confusion& c) { return share(c.tp, c.fn); }
Value specificity(const Confusion& c) { return share(c.tn, c.fp); }
Value precision(const Confusion& c) { return share(c.tp, c.fp); }

using Rate = Value (*)(const Confusion&);

template <Rate Wanted, Rate Bound>
class AtMetric final : public CurveMetric {
 public:
  // The required value must be in the config; -1 stands for one that is not.
  AtMetric() = default;
  AtMetric(double value, const metrics::AtOptions& o) : value_(value), o_(o) {}
  void visit_config(ConfigVisitor& v) override {
    v("class_id", o_.class_id);
    v("num_thresholds", o_.num_thresholds);
    v(key(), value_);
  }
  void build() override {
    if (!(value_ >= 0 && value_ <= 1)) {
      fail(Code::invalid_argument, class_name(), ": ", key(), " must be in [0, 1]; it is ", value_);
    }
    thresholds_ = Thresholds::of(even_thresholds(o_.num_thresholds));
    thresholds_.even = o_.num_thresholds > 1;
    add_counts();
  }
  void update_state(const Value& y_true, const Value& y_pred, const Value& weight) override {
    ensure_built();
    update(y_true, y_pred, weight, {.class_id = o_.class_id});
  }
  Value result() const override {
    const Confusion c = counts();
    const Value bound = Bound(c), wanted = Wanted(c), zero = op::constant_like(0, bound);
    const Value feasible = bound >= op::constant_like(value_, bound);
    return ops::maximum(ops::reduce_max(ops::where(feasible, wanted, zero)), zero);
  }

 private:
  static constexpr const char* key() {
    return Bound == specificity    ? "specificity"
           : Bound == precision    ? "precision"
           : Wanted == specificity ? "sensitivity"
                                   : "recall";
  }
  double value_ = -1;
  metrics::AtOptions o_;
};

using SensitivityMetric = AtMetric<sensitivity, specificity>;
using SpecificityMetric = AtMetric<specificity, sensitivity>;
using PrecisionMetric = AtMetric<precision, sensitivity>;
using RecallMetric = AtMetric<sensitivity, precision>;

}  // namespace

void register_at_metrics(ObjectRegistry& r) {
  r.metrics.add<SensitivityMetric>("SensitivityAtSpecificity", {"sensitivity_at_specificity"});
  r.metrics.add<SpecificityMetric>("SpecificityAtSensitivity", {"specificity_at_sensitivity"});
  r.metrics.add<PrecisionMetric>("PrecisionAtRecall", {"precision_at_recall"});
  r.metrics.add<RecallMetric>("RecallAtPrecision", {"recall_at_precision"});
}

namespace metrics {
MetricPtr SensitivityAtSpecificity(double specificity, const AtOptions& o) {
  return make_metric<SensitivityMetric>("SensitivityAtSpecificity", o, specificity, o);
}
MetricPtr SpecificityAtSensitivity(double sensitivity, const AtOptions& o) {
  return make_metric<SpecificityMetric>("SpecificityAtSensitivity", o, sensitivity, o);
}
MetricPtr PrecisionAtRecall(double recall, const AtOptions& o) {
  return make_metric<PrecisionMetric>("PrecisionAtRecall", o, recall, o);
}
MetricPtr RecallAtPrecision(double precision, const AtOptions& o) {
  return make_metric<RecallMetric>("RecallAtPrecision", o, precision, o);
}
}  // namespace metrics

}  // namespace rill::keras
