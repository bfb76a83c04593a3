// Formulas as in keras/src/losses/losses.py and keras/src/backend/tensorflow/nn.py.
#include "base/fail.h"
#include "keras/core/loss.h"
#include "keras/core/per_sample.h"
#include "keras/core/registry.h"
#include "rill/ops/array.hpp"
#include "rill/ops/math.hpp"
#include "rill/ops/nn.hpp"
#include "rill/ops/operators.hpp"

namespace rill::keras {
namespace {

Value smoothed(const Value& y_true, double smoothing, int64_t axis) {
  if (smoothing == 0) return y_true;
  const op::Dim classes = op::dim(y_true, static_cast<int>(axis));
  const Value n = classes.value ? op::cast(classes.value, y_true.dtype())
                                : op::constant_like(static_cast<double>(classes.size), y_true);
  return y_true * (1.0 - smoothing) + op::constant_like(smoothing, y_true) / n;
}

// The op wants matrices with the classes at the end.
Value softmax_cross_entropy(Value labels, Value logits, int axis) {
  const int rank = logits.rank();
  if (axis != rank - 1) {
    std::vector<int> order;
    for (int i = 0; i < rank; ++i) {
      if (i != axis) order.push_back(i);
    }
    order.push_back(axis);
    labels = op::transpose(labels, order);
    logits = op::transpose(logits, order);
  }
  if (rank == 2) return ops::softmax_cross_entropy_with_logits(labels, logits);
  std::vector<op::Dim> outer;
  for (int i = 0; i + 1 < rank; ++i) outer.push_back(op::dim(logits, i));
  const op::Dim classes = op::dim(logits, rank - 1);
  const Value flat = ops::softmax_cross_entropy_with_logits(op::reshape(labels, {-1, classes}),
                                                            op::reshape(logits, {-1, classes}));
  return op::reshape(flat, outer);
}

Value sparse_softmax_cross_entropy(const Value& labels, const Value& logits) {
  const int rank = logits.rank();
  if (rank == 2) return ops::sparse_softmax_cross_entropy_with_logits(labels, logits);
  std::vector<op::Dim> outer;
  for (int i = 0; i + 1 < rank; ++i) outer.push_back(op::dim(logits, i));
  const op::Dim classes = op::dim(logits, rank - 1);
  const Value flat = ops::sparse_softmax_cross_entropy_with_logits(
      op::reshape(labels, {-1}), op::reshape(logits, {-1, classes}));
  return op::reshape(flat, outer);
}

Loss::Samples sparse(const Value& given, const Value& y_pred, bool from_logits,
                     std::optional<int64_t> ignore_class, int64_t given_axis) {
  constexpr const char* kWho = "sparse categorical cross entropy";
  const int rank = y_pred.rank();
  const int axis = op::axis_of(kWho, given_axis, rank);
  Value t = given, p = y_pred;
  if (t.rank() == rank && t.shape()[axis] == 1) t = op::squeeze(t, axis);
  if (axis != rank - 1) {
    std::vector<int> order;
    for (int i = 0; i < rank; ++i) {
      if (i != axis) order.push_back(i);
    }
    order.push_back(axis);
    p = op::transpose(p, order);
  }
  if (t.rank() != rank - 1) {
    fail(Code::invalid_argument, kWho, ": y_true ", t.shape(), " does not fit y_pred ",
         y_pred.shape());
  }
  for (int i = 0; i < t.rank(); ++i) {
    if (t.shape()[i] >= 0 && p.shape()[i] >= 0 && t.shape()[i] != p.shape()[i]) {
      fail(Code::invalid_argument, kWho, ": y_true ", t.shape(), " does not fit y_pred ",
           y_pred.shape());
    }
  }
  Value valid;
  if (ignore_class) {
    valid = ops::not_equal(t, op::constant_like(static_cast<double>(*ignore_class), t));
    t = ops::where(valid, t, op::constant_like(0, t));
    p = ops::where(op::expand_dims(valid, -1), p, op::constant_like(0, p));
  }
  Value logits = logits_of(p);
  if (!logits && from_logits) logits = p;
  if (!logits) logits = ops::log(clip(p, kEpsilon, 1 - kEpsilon));
  Value loss = sparse_softmax_cross_entropy(op::cast(t, DType::int64), logits);
  if (valid) loss = ops::where(valid, loss, op::constant_like(0, loss));
  return {loss, valid};
}

class CategoricalLoss final : public PerSampleLoss {
 public:
  CategoricalLoss() = default;
  explicit CategoricalLoss(const losses::CrossentropyOptions& o) : o_(o) {}
  void visit_config(ConfigVisitor& v) override {
    v("from_logits", o_.from_logits);
    v("label_smoothing", o_.label_smoothing);
    v("axis", o_.axis);
  }
  Value per_sample(const Value& y_true, const Value& y_pred) const override {
    return losses::categorical_crossentropy(y_true, y_pred, o_.from_logits, o_.label_smoothing,
                                            o_.axis);
  }

 private:
  losses::CrossentropyOptions o_;
};

class CategoricalFocalLoss final : public PerSampleLoss {
 public:
  CategoricalFocalLoss() = default;
  explicit CategoricalFocalLoss(const losses::CategoricalFocalOptions& o) : o_(o) {}
  void visit_config(ConfigVisitor& v) override {
    v("from_logits", o_.from_logits);
    v("label_smoothing", o_.label_smoothing);
    v("axis", o_.axis);
    v("alpha", o_.alpha);
    v("gamma", o_.gamma);
  }
  Value per_sample(const Value& y_true, const Value& y_pred) const override {
    return losses::categorical_focal_crossentropy(y_true, y_pred, o_);
  }

 private:
  losses::CategoricalFocalOptions o_;
};

class SparseLoss final : public PerSampleLoss {
 public:
  SparseLoss() = default;
  explicit SparseLoss(const losses::SparseCategoricalOptions& o) : o_(o) {}
  void visit_config(ConfigVisitor& v) override {
    v("from_logits", o_.from_logits);
    v("ignore_class", o_.ignore_class);
    // Keras takes it and does not write it.
    if (v.reading() || o_.axis != -1) v("axis", o_.axis);
  }
  Value per_sample(const Value& y_true, const Value& y_pred) const override {
    return per_sample_masked(y_true, y_pred).values;
  }
  Samples per_sample_masked(const Value& y_true, const Value& y_pred) const override {
    return sparse(y_true, y_pred, o_.from_logits, o_.ignore_class, o_.axis);
  }

 private:
  losses::SparseCategoricalOptions o_;
};

}  // namespace

Value losses::categorical_crossentropy(const Value& y_true, const Value& y_pred, bool from_logits,
                                       double label_smoothing, int64_t given_axis) {
  const int axis = op::axis_of("categorical cross entropy", given_axis, y_pred.rank());
  const Value given = like(y_true, y_pred);
  check_same_shapes("categorical cross entropy", given, y_pred, 1);
  const Value t = smoothed(given, label_smoothing, -1);
  Value logits = logits_of(y_pred);
  if (!logits && from_logits) logits = y_pred;
  if (logits) return softmax_cross_entropy(t, logits, axis);
  const Value p = y_pred / ops::reduce_sum(y_pred, axis, true);
  return -ops::reduce_sum(t * ops::log(clip(p, kEpsilon, 1 - kEpsilon)), axis);
}

Value losses::categorical_focal_crossentropy(const Value& y_true, const Value& y_pred,
                                             const CategoricalFocalOptions& o) {
  const Value given = like(y_true, y_pred);
  check_same_shapes("categorical focal cross entropy", given, y_pred, 1);
  const Value t = smoothed(given, o.label_smoothing, -1);
  Value p = o.from_logits ? ops::softmax(y_pred, o.axis) : y_pred;
  p = clip(p / ops::reduce_sum(p, o.axis, true), kEpsilon, 1 - kEpsilon);
  const Value weight = ops::pow(1.0 - p, op::constant_like(o.gamma, p)) * o.alpha;
  return ops::reduce_sum(weight * (-t * ops::log(p)), o.axis);
}

Value losses::sparse_categorical_crossentropy(const Value& y_true, const Value& y_pred,
                                              bool from_logits, std::optional<int64_t> ignore_class,
                                              int64_t axis) {
  return sparse(y_true, y_pred, from_logits, ignore_class, axis).values;
}

void register_categorical_crossentropies(ObjectRegistry& r) {
  r.losses.add<CategoricalLoss>("CategoricalCrossentropy", {"categorical_crossentropy"});
  r.losses.add<CategoricalFocalLoss>("CategoricalFocalCrossentropy",
                                     {"categorical_focal_crossentropy"});
  r.losses.add<SparseLoss>("SparseCategoricalCrossentropy", {"sparse_categorical_crossentropy"});
}

namespace losses {
LossPtr CategoricalCrossentropy(const CrossentropyOptions& o) {
  return make_loss<CategoricalLoss>("CategoricalCrossentropy", o, o);
}
LossPtr CategoricalFocalCrossentropy(const CategoricalFocalOptions& o) {
  return make_loss<CategoricalFocalLoss>("CategoricalFocalCrossentropy", o, o);
}
LossPtr SparseCategoricalCrossentropy(const SparseCategoricalOptions& o) {
  return make_loss<SparseLoss>("SparseCategoricalCrossentropy", o, o);
}
}  // namespace losses

}  // namespace rill::keras
