// Formulas as in keras/src/losses/losses.py.
#include "base/fail.h"
#include "keras/core/loss.h"
#include "keras/core/per_sample.h"
#include "keras/core/registry.h"
#include "rill/ops/array.hpp"
#include "rill/ops/math.hpp"
#include "rill/ops/operators.hpp"

namespace rill::keras {
namespace {

class GeneralizedLoss final : public PerSampleLoss {
 public:
  GeneralizedLoss() = default;
  explicit GeneralizedLoss(const losses::GeneralizedOptions& o) : q_(o.q) {}
  void visit_config(ConfigVisitor& v) override { v("q", q_); }
  Value per_sample(const Value& y_true, const Value& y_pred) const override {
    return losses::categorical_generalized_cross_entropy(y_true, y_pred, q_);
  }

 private:
  double q_ = 0.5;
};

}  // namespace

Value losses::kl_divergence(const Value& y_true, const Value& y_pred) {
  const Value t = clip(like(y_true, y_pred), kEpsilon, 1), p = clip(y_pred, kEpsilon, 1);
  return ops::reduce_sum(t * ops::log(t / p), -1);
}
Value losses::poisson(const Value& y_true, const Value& y_pred) {
  const auto [t, p] = to_same_rank(like(y_true, y_pred), y_pred);
  return ops::reduce_mean(p - t * ops::log(p + kEpsilon), -1);
}
Value losses::categorical_generalized_cross_entropy(const Value& y_true, const Value& y_pred,
                                                    double q) {
  if (!(q > 0 && q < 1)) {
    fail(Code::invalid_argument, "q of the generalized cross entropy must be in (0, 1); it is ", q);
  }
  const int64_t classes = y_pred.shape().back();
  const Value wanted =
      op::cast(ops::one_hot(op::cast(y_true, DType::int32), classes), y_pred.dtype());
  const Value p = ops::reduce_sum(y_pred * wanted, -1);
  return (1.0 - ops::pow(p, op::constant_like(q, p))) / q;
}

void register_probabilistic_losses(ObjectRegistry& r) {
  r.losses.add<PlainLoss<losses::kl_divergence>>(
      "KLDivergence", {"kl_divergence", "kullback_leibler_divergence", "kld", "KLD"});
  r.losses.add<PlainLoss<losses::poisson>>("Poisson", {"poisson"});
  r.losses.add<GeneralizedLoss>("CategoricalGeneralizedCrossEntropy",
                                {"categorical_generalized_cross_entropy"});
}

namespace losses {
LossPtr KLDivergence(const Options& o) {
  return make_loss<PlainLoss<kl_divergence>>("KLDivergence", o);
}
LossPtr Poisson(const Options& o) { return make_loss<PlainLoss<poisson>>("Poisson", o); }
LossPtr CategoricalGeneralizedCrossEntropy(const GeneralizedOptions& o) {
  return make_loss<GeneralizedLoss>("CategoricalGeneralizedCrossEntropy", o, o);
}
}  // namespace losses

}  // namespace rill::keras
