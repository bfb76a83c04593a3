// keras/src/optimizers/ftrl.py
#include "base/fail.h"
#include "keras/core/registry.h"
#include "keras/optimizers/detail/arithmetic.h"
#include "rill/keras/optimizers.hpp"

namespace rill::keras {
namespace {

using namespace arithmetic;  // NOLINT: formulas

class Ftrl final : public Optimizer {
 public:
  void visit_config(ConfigVisitor& v) override {
    v("learning_rate_power", power_);
    v("initial_accumulator_value", initial_);
    v("l1_regularization_strength", l1_);
    v("l2_regularization_strength", l2_);
    v("l2_shrinkage_regularization_strength", shrinkage_);
    v("beta", beta_);
  }

  void build_slots(const std::vector<Value>& variables) override {
    for (const double strength : {initial_, l1_, l2_, shrinkage_, -power_}) {
      if (strength < 0) {
        fail(Code::invalid_argument,
             "Ftrl: the strengths and the initial accumulator must not be negative, and "
             "learning_rate_power not positive");
      }
    }
    for (const Value& variable : variables) {
      accumulators_.push_back(add_slots({variable}, "accumulator", initial_)[0]);
      linears_.push_back(add_slots({variable}, "linear")[0]);
    }
  }

  void update(UpdateStep& step, const Value& gradient, const Value& variable,
              size_t index) override {
    const Value lr = rate(step, variable.dtype());
    const Value now = step.get(variable);
    const Value before = step.get(accumulators_[index]);
    const Value sum = before + squared(gradient);
    const Value exponent = op::constant_like(-power_, sum);
    const Value root = pow(sum, exponent);
    const Value used = gradient + 2 * shrinkage_ * now;
    const Value linear =
        step.get(linears_[index]) + (used - (root - pow(before, exponent)) / lr * now);
    const Value l2 = l2_ + beta_ / (2.0 * lr);
    const Value quadratic = root / lr + 2.0 * l2;
    const Value clipped =
        minimum(maximum(linear, op::constant_like(-l1_, linear)), op::constant_like(l1_, linear));
    Value next = (clipped - linear) / quadratic;
    if (by_flavour(Flavour::legacy)) {
      // ResourceApplyFtrl: 0 where nothing is above l1, as where the sums are no numbers.
      const Value size = op::unary("Abs", linear);
      const Value above = emit("Greater", {size, op::constant_like(l1_, size)});
      next = op::select(above, next, op::constant_like(0, next));
    }
    step.set(variable, next);
    step.set(linears_[index], linear);
    step.set(accumulators_[index], sum);
  }

 private:
  double power_ = -0.5;
  double initial_ = 0.1;
  double l1_ = 0;
  double l2_ = 0;
  double shrinkage_ = 0;
  double beta_ = 0;
  std::vector<Value> accumulators_;
  std::vector<Value> linears_;
};

}  // namespace

void register_ftrl(ObjectRegistry& registry) { registry.add_optimizer<Ftrl>("Ftrl"); }

}  // namespace rill::keras
