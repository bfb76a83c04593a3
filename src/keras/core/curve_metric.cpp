#include "keras/core/curve_metric.h"

#include "base/fail.h"

namespace rill::keras {

void CurveMetric::add_counts(int64_t labels) {
  Shape shape{thresholds_.size()};
  if (labels > 0) shape = Shape{thresholds_.size(), labels};
  tp_ = add_variable("true_positives", shape);
  fp_ = add_variable("false_positives", shape);
  tn_ = add_variable("true_negatives", shape);
  fn_ = add_variable("false_negatives", shape);
}

void CurveMetric::update(const Value& y_true, const Value& y_pred, const Value& weight,
                         const ConfusionOptions& options) {
  const Confusion c = confusion(y_true, y_pred, weight, thresholds_, options);
  add(tp_, c.tp);
  add(fp_, c.fp);
  add(tn_, c.tn);
  add(fn_, c.fn);
}

std::vector<double> even_thresholds(int64_t n) {
  constexpr int64_t kMost = 1 << 24;
  if (n < 1 || n > kMost) {
    fail(Code::invalid_argument, "num_thresholds must be from 1 to ", kMost, "; it is ", n);
  }
  if (n == 1) return {0.5};
  std::vector<double> out;
  for (int64_t i = 0; i < n; ++i) {
    out.push_back(static_cast<double>(i) / static_cast<double>(n - 1));
  }
  return out;
}

}  // namespace rill::keras
