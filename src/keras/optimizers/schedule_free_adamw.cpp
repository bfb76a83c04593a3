// keras/src/optimizers/schedule_free_adamw.py
#include "keras/core/registry.h"
#include "keras/core/weights.h"
#include "keras/optimizers/detail/arithmetic.h"
#include "rill/keras/optimizers.hpp"

namespace rill::keras {
namespace {

using namespace arithmetic;  // NOLINT: formulas

class ScheduleFreeAdamW final : public Optimizer {
 public:
  void visit_config(ConfigVisitor& v) override {
    v("beta_1", beta_1_);
    v("beta_2", beta_2_);
    v("epsilon", epsilon_);
    v("warmup_steps", warmup_steps_);
  }
  double default_learning_rate() const override { return 0.0025; }

  void build_slots(const std::vector<Value>& variables) override {
    const auto slots = add_slots(variables, std::vector<std::string>{"momentum", "velocity"});
    momentums_ = slots[0];
    velocities_ = slots[1];
  }

  void start_slots(const std::vector<Value>& variables) override {
    for (size_t i = 0; i < variables.size(); ++i) {
      variable_state(momentums_[i]).assign(variable_state(variables[i]).read().clone());
    }
  }

  void update(UpdateStep& step, const Value& gradient, const Value& variable,
              size_t index) override {
    const DType dtype = variable.dtype();
    const Value at = local_step(step, dtype);
    Value lr = rate(step, dtype);
    if (warmup_steps_ > 0) {
      lr = lr * minimum(at / static_cast<double>(warmup_steps_), op::constant(1, dtype));
    }
    const Value v_before = step.get(velocities_[index]);
    const Value v = v_before + (squared(gradient) - v_before) * (1 - beta_2_);
    step.set(velocities_[index], v);
    const Value root = sqrt(v / (1.0 - power(step, beta_2_, dtype))) + epsilon_;
    const Value before = step.get(momentums_[index]);
    const Value m = before - lr * gradient / root;
    step.set(momentums_[index], m);
    const Value weight = 1.0 / at;
    // Keras means the momentum before this step, but reads the variable after it.
    const Value x_old = (step.get(variable) - (1 - beta_1_) * m) / beta_1_;
    const Value x_new = (1.0 - weight) * x_old + weight * m;
    step.set(variable, (1 - beta_1_) * m + beta_1_ * x_new);
  }

 private:
  double beta_1_ = 0.9;
  double beta_2_ = 0.999;
  double epsilon_ = 1e-8;
  int64_t warmup_steps_ = 0;
  std::vector<Value> momentums_;
  std::vector<Value> velocities_;
};

}  // namespace

void register_schedule_free_adamw(ObjectRegistry& registry) {
  registry.add_optimizer<ScheduleFreeAdamW>("ScheduleFreeAdamW");
}

}  // namespace rill::keras
