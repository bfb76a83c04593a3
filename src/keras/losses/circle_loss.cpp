// Sun et al., Circle Loss (2020), as in keras/src/losses/losses.py.
#include <limits>

#include "base/fail.h"
#include "keras/core/loss.h"
#include "keras/core/per_sample.h"
#include "keras/core/registry.h"
#include "rill/ops/array.hpp"
#include "rill/ops/linalg.hpp"
#include "rill/ops/math.hpp"
#include "rill/ops/nn.hpp"
#include "rill/ops/operators.hpp"

namespace rill::keras {
namespace {

// log(sum(exp(x))) of each row, -inf for a row of -inf (tf.reduce_logsumexp).
Value log_sum_exp(const Value& x) {
  const Value high = ops::reduce_max(x, 1, true);
  const Value shift =
      ops::stop_gradient(ops::where(ops::is_finite(high), high, ops::zeros_like(high)));
  return ops::log(ops::reduce_sum(ops::exp(x - shift), 1)) + op::squeeze(shift, 1);
}

Loss::Samples circle_samples(const Value& y_true, const Value& y_pred,
                             const losses::CircleOptions& o) {
  if (y_pred.rank() != 2) {
    fail(Code::invalid_argument, "circle: y_pred must be embeddings of rank 2, not ",
         y_pred.shape());
  }
  const DType dtype = y_pred.dtype();
  const Value labels = op::reshape(op::cast(y_true, DType::int32), {-1, 1});
  const Value same = ops::equal(labels, op::transpose(labels, {1, 0}));
  const Value other = ops::logical_not(same);
  Value positive = same;
  if (o.remove_diagonal) {
    const Value row = ops::range(Value(0), ops::size(labels));
    const Value diagonal = ops::equal(op::expand_dims(row, 0), op::expand_dims(row, 1));
    positive = ops::logical_and(same, ops::logical_not(diagonal));
  }
  const Value distance = ops::maximum(1.0 - ops::matmul(y_pred, y_pred, false, true), 0.0);
  const Value p_weight = ops::maximum((o.margin + distance) * op::cast(positive, dtype), 0.0);
  const Value n_weight = ops::maximum(((1 + o.margin) - distance) * op::cast(other, dtype), 0.0);
  const Value p = -o.gamma * p_weight * (o.margin - distance);
  const Value n = o.gamma * n_weight * ((1 - o.margin) - distance);
  const Value none = op::constant(-std::numeric_limits<double>::infinity(), dtype);
  const Value loss = ops::softplus(log_sum_exp(ops::where(positive, p, none)) +
                                   log_sum_exp(ops::where(other, n, none)));
  return {loss, loss > op::constant_like(0, loss)};
}

class CircleLoss final : public PerSampleLoss {
 public:
  CircleLoss() = default;
  explicit CircleLoss(const losses::CircleOptions& o) : o_(o) {}
  void visit_config(ConfigVisitor& v) override {
    v("gamma", o_.gamma);
    v("margin", o_.margin);
    v("remove_diagonal", o_.remove_diagonal);
  }
  Value per_sample(const Value& y_true, const Value& y_pred) const override {
    return circle_samples(y_true, y_pred, o_).values;
  }
  Samples per_sample_masked(const Value& y_true, const Value& y_pred) const override {
    return circle_samples(y_true, y_pred, o_);
  }

 private:
  losses::CircleOptions o_;
};

}  // namespace

Value losses::circle(const Value& y_true, const Value& y_pred, const CircleOptions& options) {
  return circle_samples(y_true, y_pred, options).values;
}

void register_circle_loss(ObjectRegistry& r) { r.losses.add<CircleLoss>("Circle", {"circle"}); }

LossPtr losses::Circle(const CircleOptions& o) { return make_loss<CircleLoss>("Circle", o, o); }

}  // namespace rill::keras
