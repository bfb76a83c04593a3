// keras/src/optimizers/rmsprop.py; legacy: tf_keras/src/optimizers/legacy/rmsprop.py
#include "keras/core/registry.h"
#include "keras/optimizers/detail/arithmetic.h"
#include "rill/keras/optimizers.hpp"

namespace rill::keras {
namespace {

using namespace arithmetic;  // NOLINT: formulas

class RmsProp final : public Optimizer {
 public:
  void visit_config(ConfigVisitor& v) override {
    v("rho", rho_);
    v("momentum", momentum_);
    v("epsilon", epsilon_);
    v("centered", centered_);
  }

  void build_slots(const std::vector<Value>& variables) override {
    const bool legacy = by_flavour(Flavour::legacy);
    velocities_ = add_slots(variables, legacy ? "rms" : "velocity");
    if (momentum_ > 0) momentums_ = add_slots(variables, "momentum");
    if (centered_) averages_ = add_slots(variables, legacy ? "mg" : "average_gradient");
  }

  void update(UpdateStep& step, const Value& gradient, const Value& variable,
              size_t index) override {
    const Value velocity = rho_ * step.get(velocities_[index]) + (1 - rho_) * squared(gradient);
    step.set(velocities_[index], velocity);
    Value denominator = velocity;
    if (centered_) {
      const Value average = rho_ * step.get(averages_[index]) + (1 - rho_) * gradient;
      step.set(averages_[index], average);
      denominator = denominator - square(average);
    }
    const Value scaled = rate(step, variable.dtype()) * gradient;
    // Without momentum the legacy optimizer adds epsilon to the root.
    const Value increment = by_flavour(Flavour::legacy) && momentum_ == 0
                                ? scaled / (sqrt(denominator) + epsilon_)
                                : scaled / sqrt(denominator + epsilon_);
    if (momentum_ > 0) {
      const Value m = momentum_ * step.get(momentums_[index]) + increment;
      step.set(momentums_[index], m);
      step.set(variable, step.get(variable) - m);
    } else {
      step.set(variable, step.get(variable) - increment);
    }
  }

 private:
  double rho_ = 0.9;
  double momentum_ = 0;
  double epsilon_ = 1e-7;
  bool centered_ = false;
  std::vector<Value> velocities_;
  std::vector<Value> momentums_;
  std::vector<Value> averages_;
};

}  // namespace

void register_rmsprop(ObjectRegistry& registry) { registry.add_optimizer<RmsProp>("RMSprop"); }

}  // namespace rill::keras
