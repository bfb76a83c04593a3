// Counts, precision and recall (keras/src/metrics/confusion_metrics.py).
#include "keras/core/confusion.h"
#include "keras/core/metric.h"
#include "keras/core/ops.h"
#include "keras/core/registry.h"
#include "rill/ops/math.hpp"
#include "rill/ops/operators.hpp"

namespace rill::keras {
namespace {

Value only_if_one(const Value& x, const Thresholds& thresholds) {
  return thresholds.size() == 1 ? op::reshape(x, {}) : x;
}

template <Value Confusion::*Part>
class CountMetric final : public Metric {
 public:
  CountMetric() = default;
  explicit CountMetric(const metrics::ThresholdsOptions& o) : given_(o.thresholds) {}
  void visit_config(ConfigVisitor& v) override { v("thresholds", given_); }
  void build() override {
    thresholds_ = checked_thresholds(given_, 0.5);
    count_ = add_variable("accumulator", Shape{thresholds_.size()});
  }
  void update_state(const Value& y_true, const Value& y_pred, const Value& weight) override {
    ensure_built();
    add(count_, confusion(y_true, y_pred, weight, thresholds_).*Part);
  }
  Value result() const override { return only_if_one(read(count_), thresholds_); }

 private:
  std::optional<std::vector<double>> given_;
  Thresholds thresholds_;
  Slot count_ = 0;
};

// Of what was found (precision) or of what there is (recall).
template <bool Recall>
class ShareMetric final : public Metric {
 public:
  ShareMetric() = default;
  explicit ShareMetric(const metrics::PrecisionOptions& o) : o_(o) {}
  void visit_config(ConfigVisitor& v) override {
    v("thresholds", o_.thresholds);
    v("top_k", o_.top_k);
    v("class_id", o_.class_id);
  }
  void build() override {
    thresholds_ = checked_thresholds(o_.thresholds, o_.top_k ? -1e10 : 0.5);
    const Shape shape{thresholds_.size()};
    hits_ = add_variable("true_positives", shape);
    errors_ = add_variable(Recall ? "false_negatives" : "false_positives", shape);
  }
  void update_state(const Value& y_true, const Value& y_pred, const Value& weight) override {
    ensure_built();
    const Confusion c = confusion(y_true, y_pred, weight, thresholds_,
                                  {.top_k = o_.top_k, .class_id = o_.class_id});
    add(hits_, c.tp);
    add(errors_, Recall ? c.fn : c.fp);
  }
  Value result() const override {
    const Value hits = read(hits_);
    return only_if_one(ops::divide_no_nan(hits, hits + read(errors_)), thresholds_);
  }

 private:
  metrics::PrecisionOptions o_;
  Thresholds thresholds_;
  Slot hits_ = 0;
  Slot errors_ = 0;
};

using TruePositivesMetric = CountMetric<&Confusion::tp>;
using TrueNegativesMetric = CountMetric<&Confusion::tn>;
using FalsePositivesMetric = CountMetric<&Confusion::fp>;
using FalseNegativesMetric = CountMetric<&Confusion::fn>;

}  // namespace

void register_confusion_metrics(ObjectRegistry& r) {
  r.metrics.add<TruePositivesMetric>("TruePositives", {"true_positives"});
  r.metrics.add<TrueNegativesMetric>("TrueNegatives", {"true_negatives"});
  r.metrics.add<FalsePositivesMetric>("FalsePositives", {"false_positives"});
  r.metrics.add<FalseNegativesMetric>("FalseNegatives", {"false_negatives"});
  r.metrics.add<ShareMetric<false>>("Precision", {"precision"});
  r.metrics.add<ShareMetric<true>>("Recall", {"recall"});
}

namespace metrics {
MetricPtr TruePositives(const ThresholdsOptions& o) {
  return make_metric<TruePositivesMetric>("TruePositives", o, o);
}
MetricPtr TrueNegatives(const ThresholdsOptions& o) {
  return make_metric<TrueNegativesMetric>("TrueNegatives", o, o);
}
MetricPtr FalsePositives(const ThresholdsOptions& o) {
  return make_metric<FalsePositivesMetric>("FalsePositives", o, o);
}
MetricPtr FalseNegatives(const ThresholdsOptions& o) {
  return make_metric<FalseNegativesMetric>("FalseNegatives", o, o);
}
MetricPtr Precision(const PrecisionOptions& o) {
  return make_metric<ShareMetric<false>>("Precision", o, o);
}
MetricPtr Recall(const PrecisionOptions& o) {
  return make_metric<ShareMetric<true>>("Recall", o, o);
}
}  // namespace metrics

}  // namespace rill::keras
