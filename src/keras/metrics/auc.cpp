// Area under a curve, by Riemann sums over thresholds (keras/src/metrics/confusion_metrics.py).
#include <algorithm>

#include "base/ascii.h"
#include "base/fail.h"
#include "keras/core/curve_metric.h"
#include "keras/core/metric.h"
#include "keras/core/per_sample.h"
#include "keras/core/registry.h"
#include "rill/ops/math.hpp"
#include "rill/ops/operators.hpp"

namespace rill::keras {
namespace {

Value but_last(const Value& x) { return op::slice(x, {{0, -1}}); }
Value but_first(const Value& x) { return op::slice(x, {{1}}); }

// The name as Keras writes it; the words may be spelt small.
std::string choice(const char* key, std::string given, std::initializer_list<const char*> known) {
  std::vector<std::string> names;
  for (const char* name : known) {
    if (ascii::lower(name) == ascii::lower(given)) return name;
    names.emplace_back(name);
  }
  std::string list;
  for (const std::string& name : names) list += (list.empty() ? "" : ", ") + name;
  fail(Code::invalid_argument, "AUC: ", key, " must be one of ", list, ", not ", quoted(given),
       did_you_mean(given, names));
}

class AucMetric final : public CurveMetric {
 public:
  AucMetric() = default;
  explicit AucMetric(const metrics::AucOptions& o) : o_(o) {}

  void visit_config(ConfigVisitor& v) override {
    v("num_thresholds", o_.num_thresholds);
    v("curve", o_.curve);
    v("summation_method", o_.summation_method);
    v("multi_label", o_.multi_label);
    v("num_labels", o_.num_labels);
    v("label_weights", o_.label_weights);
    v("from_logits", o_.from_logits);
    if (v.reading() || o_.thresholds) v("thresholds", o_.thresholds);
  }

  void build() override {
    o_.curve = choice("curve", o_.curve, {"ROC", "PR", "PRGAIN"});
    o_.summation_method =
        choice("summation_method", o_.summation_method, {"interpolation", "majoring", "minoring"});
    std::vector<double> inner;
    bool even = true;
    if (o_.thresholds) {
      inner = *o_.thresholds;
      std::sort(inner.begin(), inner.end());
      std::vector<double> whole = inner;
      whole.insert(whole.begin(), 0.0);
      whole.push_back(1.0);
      even = Thresholds::of(whole).even;
      o_.num_thresholds = static_cast<int64_t>(inner.size()) + 2;
    } else {
      if (o_.num_thresholds <= 1) {
        fail(Code::invalid_argument, "AUC: num_thresholds must be more than 1; it is ",
             o_.num_thresholds);
      }
      inner = even_thresholds(o_.num_thresholds);
      inner.erase(inner.begin());
      inner.pop_back();
    }
    // End points beyond 0 and 1 account for rounding.
    inner.insert(inner.begin(), 0.0 - kEpsilon);
    inner.push_back(1.0 + kEpsilon);
    thresholds_ = {std::move(inner), even};
    if (o_.num_labels && !o_.multi_label) {
      fail(Code::invalid_argument, "AUC: num_labels is for multi_label only");
    }
    if (!o_.multi_label) {
      add_counts();
    } else if (o_.num_labels) {
      make_labels(*o_.num_labels);
    }
  }

  void update_state(const Value& y_true, const Value& y_pred, const Value& weight) override {
    ensure_built();
    if (o_.multi_label) {
      if (y_pred.rank() != 2 || y_pred.shape()[1] < 1) {
        fail(Code::invalid_argument,
             "AUC with multi_label takes predictions of rank 2, not of shape ", y_pred.shape());
      }
      if (labels_ == 0) make_labels(y_pred.shape()[1]);
      if (labels_ != y_pred.shape()[1]) {
        fail(Code::invalid_argument, "AUC counts ", labels_, " labels; predictions have shape ",
             y_pred.shape());
      }
    }
    ConfusionOptions options;
    options.multi_label = o_.multi_label;
    if (!o_.multi_label && o_.label_weights) options.label_weights = label_weights();
    update(y_true, o_.from_logits ? ops::sigmoid(y_pred) : y_pred, weight, options);
  }

  Value result() const override {
    if (o_.multi_label && labels_ == 0) return Tensor::scalar(0.0f);
    const Confusion c = counts();
    if (o_.curve == "PR" && o_.summation_method == "interpolation") return interpolated(c);
    const Value recall = ops::divide_no_nan(c.tp, c.tp + c.fn);
    Value x, y;
    if (o_.curve == "ROC") {
      x = ops::divide_no_nan(c.fp, c.fp + c.tn);
      y = recall;
    } else if (o_.curve == "PR") {
      x = recall;
      y = ops::divide_no_nan(c.tp, c.tp + c.fp);
    } else {
      // Flach and Kull, Precision-Recall-Gain Curves (2015).
      const Value scale = ops::divide_no_nan(c.tp + c.fn, c.tn + c.fp);
      const Value none = ops::equal(c.tp, op::constant_like(0, c.tp));
      const Value recall_gain = 1.0 - scale * ops::divide_no_nan(c.fn, c.tp);
      const Value precision_gain = 1.0 - scale * ops::divide_no_nan(c.fp, c.tp);
      x = ops::maximum(ops::where(none, op::constant_like(0, c.tp), recall_gain), 0.0);
      y = ops::where(none, op::constant_like(1, c.tp), precision_gain);
    }
    const Value a = but_last(y), b = but_first(y);
    const Value heights = o_.summation_method == "interpolation" ? (a + b) / 2.0
                          : o_.summation_method == "minoring"    ? ops::minimum(a, b)
                                                                 : ops::maximum(a, b);
    return total((but_last(x) - but_first(x)) * heights);
  }

 private:
  void make_labels(int64_t labels) {
    if (labels < 1 || labels > (int64_t{1} << 24)) {
      fail(Code::invalid_argument, "AUC: num_labels is ", labels);
    }
    labels_ = labels;
    add_counts(labels);
  }

  Value label_weights() const {
    const std::vector<double>& given = *o_.label_weights;
    return Tensor::vector(std::vector<float>(given.begin(), given.end()));
  }

  Value total(const Value& terms) const {
    if (!o_.multi_label) return ops::reduce_sum(terms);
    const Value by_label = ops::reduce_sum(terms, 0);
    if (!o_.label_weights) return ops::reduce_mean(by_label);
    const Value w = label_weights();
    return ops::divide_no_nan(ops::reduce_sum(by_label * w), ops::reduce_sum(w));
  }

  // Davis and Goadrich (2006): between two points true positives grow evenly with all positives.
  Value interpolated(const Confusion& c) const {
    const Value dtp = but_last(c.tp) - but_first(c.tp);
    const Value p = c.tp + c.fp;
    const Value upper = but_last(p), lower = but_first(p), zero = op::constant_like(0, p);
    const Value slope = ops::divide_no_nan(dtp, ops::maximum(upper - lower, zero));
    const Value intercept = but_first(c.tp) - slope * lower;
    const Value ratio =
        ops::where(ops::logical_and(upper > zero, lower > zero),
                   ops::divide_no_nan(upper, ops::maximum(lower, zero)), op::constant_like(1, p));
    return total(ops::divide_no_nan(slope * (dtp + intercept * ops::log(ratio)),
                                    ops::maximum(but_first(c.tp) + but_first(c.fn), zero)));
  }

  metrics::AucOptions o_;
  int64_t labels_ = 0;
};

}  // namespace

void register_auc(ObjectRegistry& r) { r.metrics.add<AucMetric>("AUC", {"auc"}); }

MetricPtr metrics::AUC(const AucOptions& o) { return make_metric<AucMetric>("AUC", o, o); }

}  // namespace rill::keras
