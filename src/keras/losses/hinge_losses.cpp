// Formulas as in keras/src/losses/losses.py.
#include "keras/core/loss.h"
#include "keras/core/per_sample.h"
#include "keras/core/registry.h"
#include "rill/ops/math.hpp"
#include "rill/ops/operators.hpp"

namespace rill::keras {
namespace {

// Labels of 0 and 1 become -1 and 1; others stay. Whether they are is known only when it runs.
Value signed_labels(const Value& y) {
  const Value zero = ops::equal(y, op::constant_like(0, y));
  const Value one = ops::equal(y, op::constant_like(1, y));
  return ops::where(ops::reduce_all(ops::logical_or(zero, one)), 2.0 * y - 1.0, y);
}

Value margin(const Value& y_true, const Value& y_pred) {
  const Value t = signed_labels(like(y_true, y_pred));
  return ops::maximum(1.0 - t * y_pred, 0.0);
}

}  // namespace

Value losses::hinge(const Value& y_true, const Value& y_pred) {
  return ops::reduce_mean(margin(y_true, y_pred), -1);
}
Value losses::squared_hinge(const Value& y_true, const Value& y_pred) {
  return ops::reduce_mean(ops::square(margin(y_true, y_pred)), -1);
}
Value losses::categorical_hinge(const Value& y_true, const Value& y_pred) {
  const Value t = like(y_true, y_pred);
  const Value pos = ops::reduce_sum(t * y_pred, -1);
  const Value neg = ops::reduce_max((1.0 - t) * y_pred, -1);
  return ops::maximum(neg - pos + 1.0, 0.0);
}

void register_hinge_losses(ObjectRegistry& r) {
  r.losses.add<PlainLoss<losses::hinge>>("Hinge", {"hinge"});
  r.losses.add<PlainLoss<losses::squared_hinge>>("SquaredHinge", {"squared_hinge"});
  r.losses.add<PlainLoss<losses::categorical_hinge>>("CategoricalHinge", {"categorical_hinge"});
}

namespace losses {
LossPtr Hinge(const Options& o) { return make_loss<PlainLoss<hinge>>("Hinge", o); }
LossPtr SquaredHinge(const Options& o) {
  return make_loss<PlainLoss<squared_hinge>>("SquaredHinge", o);
}
LossPtr CategoricalHinge(const Options& o) {
  return make_loss<PlainLoss<categorical_hinge>>("CategoricalHinge", o);
}
}  // namespace losses

}  // namespace rill::keras
