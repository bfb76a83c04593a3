// keras/src/optimizers/lion.py
#include "base/fail.h"
#include "keras/core/registry.h"
#include "keras/optimizers/detail/arithmetic.h"
#include "rill/keras/optimizers.hpp"

namespace rill::keras {
namespace {

using namespace arithmetic;  // NOLINT: formulas

class Lion final : public Optimizer {
 public:
  void visit_config(ConfigVisitor& v) override {
    v("beta_1", beta_1_);
    v("beta_2", beta_2_);
  }
  double default_learning_rate() const override {
    return by_flavour(Flavour::keras3) ? 0.001 : 0.0001;
  }

  void build_slots(const std::vector<Value>& variables) override {
    if (!(beta_1_ > 0 && beta_1_ <= 1)) {
      fail(Code::invalid_argument, "Lion: beta_1 must be in ]0, 1], not ", beta_1_);
    }
    momentums_ = add_slots(variables, by_flavour(Flavour::keras3) ? "momentum" : "m");
  }

  void update(UpdateStep& step, const Value& gradient, const Value& variable,
              size_t index) override {
    const Value m = step.get(momentums_[index]);
    const Value direction = op::unary("Sign", m * beta_1_ + gradient * (1 - beta_1_));
    step.set(variable, step.get(variable) - rate(step, variable.dtype()) * direction);
    step.set(momentums_[index], m * beta_2_ + gradient * (1 - beta_2_));
  }

 private:
  double beta_1_ = 0.9;
  double beta_2_ = 0.99;
  std::vector<Value> momentums_;
};

}  // namespace

void register_lion(ObjectRegistry& registry) { registry.add_optimizer<Lion>("Lion"); }

}  // namespace rill::keras
