// Formulas as in keras/src/losses/losses.py.
#include <cmath>

#include "base/fail.h"
#include "keras/core/loss.h"
#include "keras/core/per_sample.h"
#include "keras/core/registry.h"
#include "rill/ops/math.hpp"
#include "rill/ops/nn.hpp"
#include "rill/ops/operators.hpp"

namespace rill::keras {
namespace {

class CosineSimilarityLoss final : public PerSampleLoss {
 public:
  CosineSimilarityLoss() = default;
  explicit CosineSimilarityLoss(const losses::CosineSimilarityOptions& o) : axis_(o.axis) {}
  void visit_config(ConfigVisitor& v) override { v("axis", axis_); }
  Value per_sample(const Value& y_true, const Value& y_pred) const override {
    return losses::cosine_similarity(y_true, y_pred, axis_);
  }

 private:
  int64_t axis_ = -1;
};

class HuberLoss final : public PerSampleLoss {
 public:
  HuberLoss() { set_name("huber_loss"); }
  explicit HuberLoss(const losses::HuberOptions& o) : HuberLoss() { delta_ = o.delta; }
  void visit_config(ConfigVisitor& v) override { v("delta", delta_); }
  Value per_sample(const Value& y_true, const Value& y_pred) const override {
    return losses::huber(y_true, y_pred, delta_);
  }

 private:
  double delta_ = 1.0;
};

std::pair<Value, Value> fitted(const Value& y_true, const Value& y_pred) {
  return to_same_rank(like(y_true, y_pred), y_pred);
}

}  // namespace

Value losses::mean_squared_error(const Value& y_true, const Value& y_pred) {
  const auto [t, p] = fitted(y_true, y_pred);
  return ops::reduce_mean(ops::square(t - p), -1);
}
Value losses::mean_absolute_error(const Value& y_true, const Value& y_pred) {
  const auto [t, p] = fitted(y_true, y_pred);
  return ops::reduce_mean(ops::abs(t - p), -1);
}
Value losses::mean_absolute_percentage_error(const Value& y_true, const Value& y_pred) {
  const auto [t, p] = fitted(y_true, y_pred);
  return 100.0 * ops::reduce_mean(ops::abs((t - p) / ops::maximum(ops::abs(t), kEpsilon)), -1);
}
Value losses::mean_squared_logarithmic_error(const Value& y_true, const Value& y_pred) {
  auto [t, p] = fitted(y_true, y_pred);
  // Keras' epsilon is a tensor here: it takes half types along to float32.
  if (dtype_size(p.dtype()) < sizeof(float)) {
    t = op::cast(t, DType::float32);
    p = op::cast(p, DType::float32);
  }
  const auto log = [](const Value& x) { return ops::log(ops::maximum(x, kEpsilon) + 1.0); };
  return ops::reduce_mean(ops::square(log(p) - log(t)), -1);
}
Value losses::cosine_similarity(const Value& y_true, const Value& y_pred, int64_t axis) {
  const auto [t, p] = fitted(y_true, y_pred);
  return -ops::reduce_sum(l2_normalize(t, axis) * l2_normalize(p, axis), axis);
}
Value losses::huber(const Value& y_true, const Value& y_pred, double delta) {
  const auto [t, p] = fitted(y_true, y_pred);
  const Value error = p - t, size = ops::abs(error);
  return ops::reduce_mean(ops::where(size <= op::constant_like(delta, size),
                                     0.5 * ops::square(error), delta * size - 0.5 * delta * delta),
                          -1);
}
Value losses::log_cosh(const Value& y_true, const Value& y_pred) {
  const auto [t, p] = fitted(y_true, y_pred);
  const Value x = p - t;
  return ops::reduce_mean(x + ops::softplus(x * -2.0) - std::log(2.0), -1);
}

void register_regression_losses(ObjectRegistry& r) {
  using namespace losses;
  r.losses.add<PlainLoss<mean_squared_error>>("MeanSquaredError",
                                              {"mean_squared_error", "mse", "MSE"});
  r.losses.add<PlainLoss<mean_absolute_error>>("MeanAbsoluteError",
                                               {"mean_absolute_error", "mae", "MAE"});
  r.losses.add<PlainLoss<mean_absolute_percentage_error>>(
      "MeanAbsolutePercentageError", {"mean_absolute_percentage_error", "mape", "MAPE"});
  r.losses.add<PlainLoss<mean_squared_logarithmic_error>>(
      "MeanSquaredLogarithmicError", {"mean_squared_logarithmic_error", "msle", "MSLE"});
  r.losses.add<PlainLoss<log_cosh>>("LogCosh", {"log_cosh", "logcosh"});
  r.losses.add<CosineSimilarityLoss>("CosineSimilarity",
                                     {"cosine_similarity", "cosine_proximity", "cosine"});
  r.losses.add<HuberLoss>("Huber", {"huber", "huber_loss"});
}

namespace losses {
LossPtr MeanSquaredError(const Options& o) {
  return make_loss<PlainLoss<mean_squared_error>>("MeanSquaredError", o);
}
LossPtr MeanAbsoluteError(const Options& o) {
  return make_loss<PlainLoss<mean_absolute_error>>("MeanAbsoluteError", o);
}
LossPtr MeanAbsolutePercentageError(const Options& o) {
  return make_loss<PlainLoss<mean_absolute_percentage_error>>("MeanAbsolutePercentageError", o);
}
LossPtr MeanSquaredLogarithmicError(const Options& o) {
  return make_loss<PlainLoss<mean_squared_logarithmic_error>>("MeanSquaredLogarithmicError", o);
}
LossPtr LogCosh(const Options& o) { return make_loss<PlainLoss<log_cosh>>("LogCosh", o); }
LossPtr CosineSimilarity(const CosineSimilarityOptions& o) {
  return make_loss<CosineSimilarityLoss>("CosineSimilarity", o, o);
}
LossPtr Huber(const HuberOptions& o) { return make_loss<HuberLoss>("Huber", o, o); }
}  // namespace losses

}  // namespace rill::keras
