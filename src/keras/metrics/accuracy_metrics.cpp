// keras/src/metrics/accuracy_metrics.py.
#include "base/fail.h"
#include "keras/core/metric.h"
#include "keras/core/per_sample.h"
#include "keras/core/registry.h"
#include "rill/ops/array.hpp"
#include "rill/ops/math.hpp"
#include "rill/ops/nn.hpp"
#include "rill/ops/operators.hpp"

namespace rill::keras {
namespace {

Value as_float(const Value& matches) { return op::cast(matches, DType::float32); }

// Ranks above the usual are flattened and put back.
Value in_top_k(const Value& labels, const Value& y_pred, int64_t k) {
  Value p = y_pred, t = labels;
  if (p.rank() > 2) p = op::reshape(p, {-1, op::dim(p, -1)});
  if (t.rank() > 1) t = op::reshape(t, {-1});
  const Value hits =
      as_float(ops::in_top_k(op::cast(t, DType::int32), as_float(p), Value(static_cast<int>(k))));
  if (labels.rank() <= 1) return hits;
  std::vector<op::Dim> dims;
  for (int i = 0; i < labels.rank(); ++i) dims.push_back(op::dim(labels, i));
  return op::reshape(hits, dims);
}

class BinaryAccuracyMetric final : public MeanOfSamples {
 public:
  BinaryAccuracyMetric() = default;
  explicit BinaryAccuracyMetric(const metrics::AccuracyOptions& o) : threshold_(o.threshold) {}
  void visit_config(ConfigVisitor& v) override { v("threshold", threshold_); }
  Value per_sample(const Value& y_true, const Value& y_pred) const override {
    return metrics::binary_accuracy(y_true, y_pred, threshold_);
  }

 private:
  double threshold_ = 0.5;
};

class TopKMetric final : public MeanOfSamples {
 public:
  TopKMetric() = default;
  explicit TopKMetric(const metrics::TopKOptions& o) : k_(o.k) {}
  void visit_config(ConfigVisitor& v) override { v("k", k_); }
  Value per_sample(const Value& y_true, const Value& y_pred) const override {
    return metrics::top_k_categorical_accuracy(y_true, y_pred, k_);
  }

 private:
  int64_t k_ = 5;
};

class SparseTopKMetric final : public MeanOfSamples {
 public:
  SparseTopKMetric() = default;
  explicit SparseTopKMetric(const metrics::TopKOptions& o) : o_(o) {}
  void visit_config(ConfigVisitor& v) override {
    v("k", o_.k);
    if (v.reading() || o_.from_sorted_ids) v("from_sorted_ids", o_.from_sorted_ids);
  }
  Value per_sample(const Value& y_true, const Value& y_pred) const override {
    return metrics::sparse_top_k_categorical_accuracy(y_true, y_pred, o_.k, o_.from_sorted_ids);
  }

 private:
  metrics::TopKOptions o_;
};

}  // namespace

Value metrics::accuracy(const Value& y_true, const Value& y_pred) {
  const auto [t, p] = to_same_rank(like(y_true, y_pred), y_pred);
  return as_float(ops::equal(t, p));
}

Value metrics::binary_accuracy(const Value& y_true, const Value& y_pred, double threshold) {
  const auto [t, p] = to_same_rank(y_true, y_pred);
  const Value hit = op::cast(p > op::constant_like(threshold, p), t.dtype());
  return as_float(ops::equal(t, hit));
}

Value metrics::categorical_accuracy(const Value& y_true, const Value& y_pred) {
  return as_float(ops::equal(ops::argmax(y_true, -1), ops::argmax(y_pred, -1)));
}

Value metrics::sparse_categorical_accuracy(const Value& y_true, const Value& y_pred) {
  Value t = like(y_true, y_pred);
  const bool squeezed = t.rank() == y_pred.rank() && t.shape().back() == 1;
  if (squeezed) t = op::squeeze(t, -1);
  const Value best = op::cast(ops::argmax(y_pred, -1), t.dtype());
  Value matches = as_float(ops::equal(t, best));
  if (!squeezed && matches.rank() > 1 && matches.shape().back() == 1) {
    matches = op::squeeze(matches, -1);
  }
  return matches;
}

Value metrics::top_k_categorical_accuracy(const Value& y_true, const Value& y_pred, int64_t k) {
  return in_top_k(ops::argmax(y_true, -1), y_pred, k);
}

Value metrics::sparse_top_k_categorical_accuracy(const Value& y_true, const Value& y_pred,
                                                 int64_t k, bool from_sorted_ids) {
  if (!from_sorted_ids) return in_top_k(y_true, y_pred, k);
  if (y_pred.rank() != 2) {
    fail(Code::invalid_argument, "ids that are sorted must be of rank 2, not ", y_pred.shape());
  }
  const Value t = op::reshape(like(y_true, y_pred), {-1, 1});
  const Value first = op::slice(y_pred, {{}, {0, k}});
  return as_float(ops::reduce_any(ops::equal(t, first), 1));
}

void register_accuracy_metrics(ObjectRegistry& r) {
  using namespace metrics;
  r.metrics.add<PlainMean<accuracy>>("Accuracy", {"accuracy", "acc"});
  r.metrics.add<BinaryAccuracyMetric>("BinaryAccuracy", {"binary_accuracy"});
  r.metrics.add<PlainMean<categorical_accuracy>>("CategoricalAccuracy", {"categorical_accuracy"});
  r.metrics.add<PlainMean<sparse_categorical_accuracy>>("SparseCategoricalAccuracy",
                                                        {"sparse_categorical_accuracy"});
  r.metrics.add<TopKMetric>("TopKCategoricalAccuracy", {"top_k_categorical_accuracy"});
  r.metrics.add<SparseTopKMetric>("SparseTopKCategoricalAccuracy",
                                  {"sparse_top_k_categorical_accuracy"});
}

namespace metrics {
MetricPtr Accuracy(const Options& o) { return make_metric<PlainMean<accuracy>>("Accuracy", o); }
MetricPtr BinaryAccuracy(const AccuracyOptions& o) {
  return make_metric<BinaryAccuracyMetric>("BinaryAccuracy", o, o);
}
MetricPtr CategoricalAccuracy(const Options& o) {
  return make_metric<PlainMean<categorical_accuracy>>("CategoricalAccuracy", o);
}
MetricPtr SparseCategoricalAccuracy(const Options& o) {
  return make_metric<PlainMean<sparse_categorical_accuracy>>("SparseCategoricalAccuracy", o);
}
MetricPtr TopKCategoricalAccuracy(const TopKOptions& o) {
  return make_metric<TopKMetric>("TopKCategoricalAccuracy", o, o);
}
MetricPtr SparseTopKCategoricalAccuracy(const TopKOptions& o) {
  return make_metric<SparseTopKMetric>("SparseTopKCategoricalAccuracy", o, o);
}
}  // namespace metrics

}  // namespace rill::keras
