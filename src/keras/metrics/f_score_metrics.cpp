// The weighted harmonic mean of precision and recall (keras/src/metrics/f_score_metrics.py).
#include "base/fail.h"
#include "keras/core/metric.h"
#include "keras/core/per_sample.h"
#include "keras/core/registry.h"
#include "rill/ops/math.hpp"
#include "rill/ops/operators.hpp"

namespace rill::keras {
namespace {

class FBetaMetric : public Metric {
 public:
  FBetaMetric() = default;
  explicit FBetaMetric(const metrics::FScoreOptions& o) : o_(o) {}

  void visit_config(ConfigVisitor& v) override {
    v("average", o_.average);
    v("beta", o_.beta);
    v("threshold", o_.threshold);
  }

  void build() override {
    const std::string average = o_.average.value_or("");
    if (o_.average && average != "micro" && average != "macro" && average != "weighted") {
      fail(Code::invalid_argument, class_name(),
           ": average must be micro, macro, weighted or none, not ", quoted(average),
           did_you_mean(average, {"micro", "macro", "weighted"}));
    }
    if (!(o_.beta > 0)) {
      fail(Code::invalid_argument, class_name(), ": beta must be above 0; it is ", o_.beta);
    }
    if (o_.threshold && !(*o_.threshold > 0 && *o_.threshold <= 1)) {
      fail(Code::invalid_argument, class_name(), ": threshold must be in (0, 1]; it is ",
           *o_.threshold);
    }
  }

  void update_state(const Value& y_true, const Value& y_pred, const Value& weight) override {
    ensure_built();
    const Value t = op::cast(y_true, dtype());
    Value p = op::cast(y_pred, dtype());
    check(t.shape(), p.shape());
    if (o_.threshold) {
      p = p > op::constant_like(*o_.threshold, p);
    } else {
      // The highest of a row, unless all are zero.
      p = ops::logical_and(p >= ops::reduce_max(p, -1, true),
                           ops::abs(p) > op::constant_like(1e-9, p));
    }
    p = op::cast(p, dtype());
    const Value w = weight ? op::expand_dims(op::cast(weight, dtype()), 1) : Value();
    const auto sum = [&](const Value& x) {
      return ops::reduce_sum(w ? x * w : x, micro() ? ops::Axes() : ops::Axes(0));
    };
    add(tp_, sum(p * t));
    add(fp_, sum(p * (1.0 - t)));
    add(fn_, sum((1.0 - p) * t));
    add(weights_, sum(t));
  }

  Value result() const override {
    if (!counting_) return Tensor::scalar(0.0f);
    const Value tp = read(tp_);
    const Value precision = tp / (tp + read(fp_) + kEpsilon);
    const Value recall = tp / (tp + read(fn_) + kEpsilon);
    const double square = o_.beta * o_.beta;
    const Value score =
        precision * recall / (square * precision + recall + kEpsilon) * (1 + square);
    if (!o_.average) return score;
    if (*o_.average != "weighted") return ops::reduce_mean(score);
    const Value weights = read(weights_);
    return ops::reduce_sum(score * (weights / (ops::reduce_sum(weights) + kEpsilon)));
  }

 protected:
  metrics::FScoreOptions o_;

 private:
  bool micro() const { return o_.average && *o_.average == "micro"; }

  void check(const Shape& t, const Shape& p) {
    if (t.rank() != 2 || p.rank() != 2 || p[1] < 0 || t[1] != p[1] ||
        (counting_ && classes_ != p[1])) {
      fail(Code::invalid_argument, class_name(), " takes y_true and y_pred of shape (batch, ",
           counting_ ? str(classes_) : std::string("classes"), "), not ", t, " and ", p);
    }
    if (counting_) return;
    counting_ = true;
    classes_ = p[1];
    const Shape shape = micro() ? Shape{} : Shape{classes_};
    tp_ = add_variable("true_positives", shape, dtype());
    fp_ = add_variable("false_positives", shape, dtype());
    fn_ = add_variable("false_negatives", shape, dtype());
    weights_ = add_variable("intermediate_weights", shape, dtype());
  }

  bool counting_ = false;
  int64_t classes_ = 0;
  Slot tp_ = 0, fp_ = 0, fn_ = 0, weights_ = 0;
};

// Beta is one and no setting.
class F1Metric final : public FBetaMetric {
 public:
  F1Metric() = default;
  explicit F1Metric(const metrics::FScoreOptions& o) : FBetaMetric(o) { o_.beta = 1; }
  void visit_config(ConfigVisitor& v) override {
    v("average", o_.average);
    v("threshold", o_.threshold);
  }
};

}  // namespace

void register_f_score_metrics(ObjectRegistry& r) {
  r.metrics.add<FBetaMetric>("FBetaScore", {"f_beta_score", "fbeta_score"});
  r.metrics.add<F1Metric>("F1Score", {"f1_score"});
}

namespace metrics {
MetricPtr FBetaScore(const FScoreOptions& o) {
  return make_metric<FBetaMetric>("FBetaScore", o, o);
}
MetricPtr F1Score(const FScoreOptions& o) { return make_metric<F1Metric>("F1Score", o, o); }
}  // namespace metrics

}  // namespace rill::keras
