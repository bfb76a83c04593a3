// Formulas as in keras/src/losses/losses.py and keras/src/backend/tensorflow/nn.py.
#include "base/fail.h"
#include "keras/core/loss.h"
#include "keras/core/per_sample.h"
#include "keras/core/registry.h"
#include "rill/ops/array.hpp"
#include "rill/ops/math.hpp"
#include "rill/ops/operators.hpp"

namespace rill::keras {
namespace {

// tf.nn.sigmoid_cross_entropy_with_logits().
Value sigmoid_cross_entropy(const Value& labels, const Value& logits) {
  const Value zeros = ops::zeros_like(logits), positive = logits >= zeros;
  const Value relu = ops::where(positive, logits, zeros);
  const Value minus_abs = ops::where(positive, -logits, logits);
  return relu - logits * labels + ops::log1p(ops::exp(minus_abs));
}

Value elementwise(const Value& y_true, const Value& y_pred, const Value& logits) {
  if (logits) return sigmoid_cross_entropy(y_true, logits);
  const Value p = clip(y_pred, kEpsilon, 1 - kEpsilon);
  return -(y_true * ops::log(p) + (1.0 - y_true) * ops::log(1.0 - p));
}

Value smoothed(const Value& y_true, double smoothing) {
  return smoothing == 0 ? y_true : y_true * (1.0 - smoothing) + 0.5 * smoothing;
}

class BinaryLoss final : public PerSampleLoss {
 public:
  BinaryLoss() = default;
  explicit BinaryLoss(const losses::CrossentropyOptions& o) : o_(o) {}
  void visit_config(ConfigVisitor& v) override {
    v("from_logits", o_.from_logits);
    v("label_smoothing", o_.label_smoothing);
    v("axis", o_.axis);
  }
  Value per_sample(const Value& y_true, const Value& y_pred) const override {
    return losses::binary_crossentropy(y_true, y_pred, o_.from_logits, o_.label_smoothing, o_.axis);
  }

 private:
  losses::CrossentropyOptions o_;
};

class BinaryFocalLoss final : public PerSampleLoss {
 public:
  BinaryFocalLoss() = default;
  explicit BinaryFocalLoss(const losses::BinaryFocalOptions& o) : o_(o) {}
  void visit_config(ConfigVisitor& v) override {
    v("from_logits", o_.from_logits);
    v("label_smoothing", o_.label_smoothing);
    v("axis", o_.axis);
    v("apply_class_balancing", o_.apply_class_balancing);
    v("alpha", o_.alpha);
    v("gamma", o_.gamma);
  }
  Value per_sample(const Value& y_true, const Value& y_pred) const override {
    return losses::binary_focal_crossentropy(y_true, y_pred, o_);
  }

 private:
  losses::BinaryFocalOptions o_;
};

}  // namespace

Value losses::binary_crossentropy(const Value& y_true, const Value& y_pred, bool from_logits,
                                  double label_smoothing, int64_t axis) {
  const Value t = smoothed(like(y_true, y_pred), label_smoothing);
  check_same_shapes("binary cross entropy", t, y_pred);
  Value logits = logits_of(y_pred);
  if (!logits && from_logits) logits = y_pred;
  return ops::reduce_mean(elementwise(t, y_pred, logits), axis);
}

Value losses::binary_focal_crossentropy(const Value& y_true, const Value& y_pred,
                                        const BinaryFocalOptions& o) {
  const Value t = smoothed(like(y_true, y_pred), o.label_smoothing);
  check_same_shapes("binary cross entropy", t, y_pred);
  const Value logits = o.from_logits ? y_pred : logits_of(y_pred);
  const Value p = o.from_logits ? ops::sigmoid(y_pred) : y_pred;
  const Value of_label = t * p + (1.0 - t) * (1.0 - p);
  Value loss = ops::pow(1.0 - of_label, op::constant_like(o.gamma, p)) * elementwise(t, p, logits);
  if (o.apply_class_balancing) loss = (t * o.alpha + (1.0 - t) * (1 - o.alpha)) * loss;
  return ops::reduce_mean(loss, o.axis);
}

void register_binary_crossentropies(ObjectRegistry& r) {
  r.losses.add<BinaryLoss>("BinaryCrossentropy", {"binary_crossentropy", "bce", "BCE"});
  r.losses.add<BinaryFocalLoss>("BinaryFocalCrossentropy", {"binary_focal_crossentropy"});
}

namespace losses {
LossPtr BinaryCrossentropy(const CrossentropyOptions& o) {
  return make_loss<BinaryLoss>("BinaryCrossentropy", o, o);
}
LossPtr BinaryFocalCrossentropy(const BinaryFocalOptions& o) {
  return make_loss<BinaryFocalLoss>("BinaryFocalCrossentropy", o, o);
}
}  // namespace losses

}  // namespace rill::keras
