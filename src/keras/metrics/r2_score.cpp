// The coefficient of determination (keras/src/metrics/regression_metrics.py R2Score).
#include "base/fail.h"
#include "keras/core/metric.h"
#include "keras/core/per_sample.h"
#include "keras/core/registry.h"
#include "rill/ops/math.hpp"
#include "rill/ops/operators.hpp"

namespace rill::keras {
namespace {

class R2Metric final : public Metric {
 public:
  R2Metric() = default;
  explicit R2Metric(const metrics::R2Options& o) : o_(o) {}

  void visit_config(ConfigVisitor& v) override {
    v("class_aggregation", o_.class_aggregation);
    v("num_regressors", o_.num_regressors);
  }

  void build() override {
    const std::string how = o_.class_aggregation.value_or("");
    if (o_.class_aggregation && how != "uniform_average" && how != "variance_weighted_average") {
      fail(
          Code::invalid_argument,
          "R2Score: class_aggregation must be uniform_average, variance_weighted_average or none, ",
          "not ", quoted(how), did_you_mean(how, {"uniform_average", "variance_weighted_average"}));
    }
    if (o_.num_regressors < 0) {
      fail(Code::invalid_argument, "R2Score: num_regressors must not be negative; it is ",
           o_.num_regressors);
    }
    samples_ = add_variable("num_samples", Shape{});
  }

  void update_state(const Value& y_true, const Value& y_pred, const Value& weight) override {
    ensure_built();
    const auto [t, p] = to_same_rank(op::cast(y_true, dtype()), op::cast(y_pred, dtype()));
    check(t.shape(), p.shape());
    Value w = weight ? op::cast(weight, dtype()) : op::constant(1, dtype());
    if (w.rank() == 1) w = op::expand_dims(w, 1);
    w = op::broadcast_to(w, {op::dim(t, 0), op::dim(t, 1)});
    const Value weighted = t * w;
    add(sum_, ops::reduce_sum(weighted, 0));
    add(squares_, ops::reduce_sum(t * weighted, 0));
    add(residual_, ops::reduce_sum(ops::square(t - p) * w, 0));
    add(count_, ops::reduce_sum(w, 0));
    add(samples_, count_of(t, DType::float32));
  }

  Value result() const override {
    if (classes_ == 0) return Tensor::scalar(0.0f);
    const Value sum = read(sum_), mean = sum / read(count_);
    const Value total = read(squares_) - sum * mean;
    Value score = 1.0 - read(residual_) / total;
    score = ops::where(ops::is_inf(score), op::constant_like(0, score), score);
    if (o_.class_aggregation == "uniform_average") {
      score = ops::reduce_mean(score);
    } else if (o_.class_aggregation) {
      score = ops::reduce_sum(total * score) / ops::reduce_sum(total);
    }
    if (o_.num_regressors == 0) return score;
    // Adjusted for the number of regressors where there are samples enough.
    const Value n = read(samples_);
    const Value rest = n - static_cast<double>(o_.num_regressors) - 1.0;
    const Value adjusted = 1.0 - (1.0 - score) * (n - 1.0) / rest;
    return ops::where(rest > op::constant_like(0, rest), adjusted, score);
  }

 private:
  void check(const Shape& t, const Shape& p) {
    if (t.rank() != 2 || p.rank() != 2 || p[1] < 1 || t[1] != p[1] ||
        (classes_ > 0 && classes_ != p[1])) {
      fail(Code::invalid_argument,
           "R2Score takes y_true and y_pred of shape (batch, outputs), not ", t, " and ", p);
    }
    if (classes_ > 0) return;
    classes_ = p[1];
    squares_ = add_variable("squared_sum", Shape{classes_});
    sum_ = add_variable("sum", Shape{classes_});
    residual_ = add_variable("residual", Shape{classes_});
    count_ = add_variable("count", Shape{classes_});
  }

  metrics::R2Options o_;
  int64_t classes_ = 0;
  Slot samples_ = 0, squares_ = 0, sum_ = 0, residual_ = 0, count_ = 0;
};

}  // namespace

void register_r2_score(ObjectRegistry& r) { r.metrics.add<R2Metric>("R2Score", {"r2_score"}); }

MetricPtr metrics::R2Score(const R2Options& o) { return make_metric<R2Metric>("R2Score", o, o); }

}  // namespace rill::keras
