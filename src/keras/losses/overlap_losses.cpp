// Dice and Tversky, as in keras/src/losses/losses.py.
#include "keras/core/loss.h"
#include "keras/core/per_sample.h"
#include "keras/core/registry.h"
#include "rill/ops/math.hpp"
#include "rill/ops/operators.hpp"

namespace rill::keras {
namespace {

ops::Axes axes_of(const std::optional<Ints>& axis) {
  return axis ? ops::Axes(static_cast<const std::vector<int64_t>&>(*axis)) : ops::Axes();
}

class DiceLoss final : public PerSampleLoss {
 public:
  DiceLoss() = default;
  explicit DiceLoss(const losses::DiceOptions& o) : axis_(o.axis) {}
  void visit_config(ConfigVisitor& v) override { v("axis", axis_); }
  Value per_sample(const Value& y_true, const Value& y_pred) const override {
    return losses::dice(y_true, y_pred, axis_);
  }

 private:
  std::optional<Ints> axis_;
};

class TverskyLoss final : public PerSampleLoss {
 public:
  TverskyLoss() = default;
  explicit TverskyLoss(const losses::TverskyOptions& o) : o_(o) {}
  void visit_config(ConfigVisitor& v) override {
    v("alpha", o_.alpha);
    v("beta", o_.beta);
    v("axis", o_.axis);
  }
  Value per_sample(const Value& y_true, const Value& y_pred) const override {
    return losses::tversky(y_true, y_pred, o_.alpha, o_.beta, o_.axis);
  }

 private:
  losses::TverskyOptions o_;
};

}  // namespace

Value losses::dice(const Value& y_true, const Value& y_pred, const std::optional<Ints>& axis) {
  const ops::Axes axes = axes_of(axis);
  const Value t = like(y_true, y_pred);
  const Value both = ops::reduce_sum(t * y_pred, axes);
  const Value all = ops::reduce_sum(t, axes) + ops::reduce_sum(y_pred, axes) + kEpsilon;
  return 1.0 - 2.0 * both / all;
}

// Keras counts as false positives what y_true has and y_pred has not.
Value losses::tversky(const Value& y_true, const Value& y_pred, double alpha, double beta,
                      const std::optional<Ints>& axis) {
  const ops::Axes axes = axes_of(axis);
  const Value t = like(y_true, y_pred);
  const Value both = ops::reduce_sum(t * y_pred, axes);
  const Value fp = ops::reduce_sum((1.0 - y_pred) * t, axes);
  const Value fn = ops::reduce_sum(y_pred * (1.0 - t), axes);
  return 1.0 - both / (both + fp * alpha + fn * beta + kEpsilon);
}

void register_overlap_losses(ObjectRegistry& r) {
  r.losses.add<DiceLoss>("Dice", {"dice"});
  r.losses.add<TverskyLoss>("Tversky", {"tversky"});
}

namespace losses {
LossPtr Dice(const DiceOptions& o) { return make_loss<DiceLoss>("Dice", o, o); }
LossPtr Tversky(const TverskyOptions& o) { return make_loss<TverskyLoss>("Tversky", o, o); }
}  // namespace losses

}  // namespace rill::keras
