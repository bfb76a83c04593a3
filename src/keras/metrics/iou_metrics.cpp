// Intersection over union, from a confusion matrix (keras/src/metrics/iou_metrics.py).
#include <algorithm>
#include <numeric>

#include "base/fail.h"
#include "keras/core/metric.h"
#include "keras/core/per_sample.h"
#include "keras/core/registry.h"
#include "rill/ops/array.hpp"
#include "rill/ops/linalg.hpp"
#include "rill/ops/math.hpp"
#include "rill/ops/operators.hpp"

namespace rill::keras {
namespace {

class IoUBase : public Metric {
 public:
  IoUBase() { set_dtype(DType::int64); }

  void build() override {
    if (classes_ < 1 || classes_ > 1 << 14) {
      fail(Code::invalid_argument, class_name(), ": num_classes must be from 1 to ", 1 << 14,
           "; it is ", classes_);
    }
    if (mean_) {
      targets_.resize(static_cast<size_t>(classes_));
      std::iota(targets_.begin(), targets_.end(), 0);
    }
    for (const int64_t id : targets_) {
      if (id < 0 || id >= classes_) {
        fail(Code::invalid_argument, class_name(), ": target class id ", id,
             " is out of range, which is [0, ", classes_, ")");
      }
    }
    matrix_ = add_variable("total_confusion_matrix", Shape{classes_, classes_}, dtype());
  }

  void update_state(const Value& y_true, const Value& y_pred, const Value& weight) override {
    ensure_built();
    Value t = sparse_true_ ? y_true : ops::argmax(y_true, axis_);
    Value p = sparse_pred_ ? y_pred : ops::argmax(y_pred, axis_);
    t = op::reshape(op::cast(op::cast(t, dtype()), DType::int64), {-1});
    p = op::reshape(op::cast(op::cast(p, dtype()), DType::int64), {-1});
    const Value zero = Tensor::scalar(int64_t{0}), end = Tensor::scalar(classes_);
    Value valid = ops::logical_and(ops::logical_and(t >= zero, t < end),
                                   ops::logical_and(p >= zero, p < end));
    if (ignore_) {
      valid = ops::logical_and(valid, ops::not_equal(t, Tensor::scalar(*ignore_)));
    }
    t = ops::where(valid, t, zero);
    p = ops::where(valid, p, zero);
    Value w = weight ? op::cast(weight, dtype()) : op::constant(1, dtype());
    if (w.rank() > 1) w = op::reshape(w, {-1});
    w = ops::where(valid, w, op::constant(0, dtype()));
    const Value cells = op::stack({t, p}, 1);
    const Value shape = Tensor::vector<int64_t>({classes_, classes_});
    add(matrix_, ops::scatter_nd(cells, w, shape));
  }

  Value result() const override {
    const Value cm = read(matrix_);
    const Value hits = ops::matrix_diag_part(cm);
    const Value all = ops::reduce_sum(cm, 0) + ops::reduce_sum(cm, 1) - hits;
    std::vector<int32_t> ids(targets_.begin(), targets_.end());
    const Value wanted = Tensor::vector(ids);
    const Value part = op::cast(op::gather(hits, wanted, 0), DType::float32);
    const Value whole = op::cast(op::gather(all, wanted, 0), DType::float32);
    // Classes that never occur do not count.
    const Value present = whole > op::constant_like(1e-9, whole);
    const Value iou = ops::where(present, part / (whole + kEpsilon), op::constant_like(0, whole));
    const Value count = ops::reduce_sum(op::cast(present, DType::float32));
    return ops::reduce_sum(iou) / (count + kEpsilon);
  }

 protected:
  int64_t classes_ = 0;
  Ints targets_ = {};
  std::optional<int64_t> ignore_;
  bool sparse_true_ = true;
  bool sparse_pred_ = true;
  int64_t axis_ = -1;
  bool mean_ = false;  // over all classes

 private:
  Slot matrix_ = 0;
};

template <bool Mean>
class IoUMetric final : public IoUBase {
 public:
  IoUMetric() { mean_ = Mean; }
  IoUMetric(int64_t classes, const Ints& targets, const metrics::IoUOptions& o) : IoUMetric() {
    classes_ = classes;
    targets_ = targets;
    ignore_ = o.ignore_class;
    sparse_true_ = o.sparse_y_true;
    sparse_pred_ = o.sparse_y_pred;
    axis_ = o.axis;
  }
  void visit_config(ConfigVisitor& v) override {
    v("num_classes", classes_);
    if (!Mean) v("target_class_ids", targets_);
    v("ignore_class", ignore_);
    v("sparse_y_true", sparse_true_);
    v("sparse_y_pred", sparse_pred_);
    v("axis", axis_);
  }
};

template <bool Mean>
class OneHotMetric final : public IoUBase {
 public:
  OneHotMetric() {
    mean_ = Mean;
    sparse_true_ = sparse_pred_ = false;
  }
  OneHotMetric(int64_t classes, const Ints& targets, const metrics::OneHotIoUOptions& o)
      : OneHotMetric() {
    classes_ = classes;
    targets_ = targets;
    ignore_ = o.ignore_class;
    sparse_pred_ = o.sparse_y_pred;
    axis_ = o.axis;
  }
  void visit_config(ConfigVisitor& v) override {
    v("num_classes", classes_);
    if (!Mean) v("target_class_ids", targets_);
    v("ignore_class", ignore_);
    v("sparse_y_pred", sparse_pred_);
    v("axis", axis_);
  }
};

class BinaryIoUMetric final : public IoUBase {
 public:
  BinaryIoUMetric() {
    classes_ = 2;
    targets_ = {0, 1};
  }
  explicit BinaryIoUMetric(const metrics::BinaryIoUOptions& o) : BinaryIoUMetric() {
    targets_ = o.target_class_ids;
    threshold_ = o.threshold;
  }
  void visit_config(ConfigVisitor& v) override {
    v("target_class_ids", targets_);
    v("threshold", threshold_);
  }
  void update_state(const Value& y_true, const Value& y_pred, const Value& weight) override {
    ensure_built();
    const Value p = op::cast(y_pred, DType::float32);
    IoUBase::update_state(y_true, op::cast(p >= op::constant_like(threshold_, p), dtype()), weight);
  }

 private:
  double threshold_ = 0.5;
};

}  // namespace

void register_iou_metrics(ObjectRegistry& r) {
  r.metrics.add<IoUMetric<false>>("IoU", {"io_u"});
  r.metrics.add<IoUMetric<true>>("MeanIoU", {"mean_io_u"});
  r.metrics.add<OneHotMetric<false>>("OneHotIoU", {"one_hot_io_u"});
  r.metrics.add<OneHotMetric<true>>("OneHotMeanIoU", {"one_hot_mean_io_u"});
  r.metrics.add<BinaryIoUMetric>("BinaryIoU", {"binary_io_u"});
}

namespace metrics {
MetricPtr IoU(int64_t num_classes, const Ints& target_class_ids, const IoUOptions& o) {
  return make_metric<IoUMetric<false>>("IoU", o, num_classes, target_class_ids, o);
}
MetricPtr MeanIoU(int64_t num_classes, const IoUOptions& o) {
  return make_metric<IoUMetric<true>>("MeanIoU", o, num_classes, Ints{}, o);
}
MetricPtr OneHotIoU(int64_t num_classes, const Ints& target_class_ids, const OneHotIoUOptions& o) {
  return make_metric<OneHotMetric<false>>("OneHotIoU", o, num_classes, target_class_ids, o);
}
MetricPtr OneHotMeanIoU(int64_t num_classes, const OneHotIoUOptions& o) {
  return make_metric<OneHotMetric<true>>("OneHotMeanIoU", o, num_classes, Ints{}, o);
}
MetricPtr BinaryIoU(const BinaryIoUOptions& o) {
  return make_metric<BinaryIoUMetric>("BinaryIoU", o, o);
}
}  // namespace metrics

}  // namespace rill::keras
