// keras/src/optimizers/adam.py, adamw.py
#include "keras/core/registry.h"
#include "keras/optimizers/detail/arithmetic.h"
#include "rill/keras/optimizers.hpp"

namespace rill::keras {
namespace {

using namespace arithmetic;  // NOLINT: formulas

class Adam : public Optimizer {
 public:
  void visit_config(ConfigVisitor& v) override {
    v("beta_1", beta_1_);
    v("beta_2", beta_2_);
    v("epsilon", epsilon_);
    v("amsgrad", amsgrad_);
  }

  void build_slots(const std::vector<Value>& variables) override {
    const bool now = by_flavour(Flavour::keras3);
    const auto slots = add_slots(variables, now ? std::vector<std::string>{"momentum", "velocity"}
                                                : std::vector<std::string>{"m", "v"});
    momentums_ = slots[0];
    velocities_ = slots[1];
    if (amsgrad_) hats_ = add_slots(variables, now ? "velocity_hat" : "vhat");
  }

  void update(UpdateStep& step, const Value& gradient, const Value& variable,
              size_t index) override {
    const DType dtype = variable.dtype();
    const Value alpha = step.once(name() + "/alpha", dtype, [&] {
      return rate(step, dtype) * sqrt(1.0 - power(step, beta_2_, dtype)) /
             (1.0 - power(step, beta_1_, dtype));
    });
    const Value m_before = step.get(momentums_[index]);
    const Value m = m_before + (gradient - m_before) * (1 - beta_1_);
    step.set(momentums_[index], m);
    const Value v_before = step.get(velocities_[index]);
    Value v = v_before + (squared(gradient) - v_before) * (1 - beta_2_);
    step.set(velocities_[index], v);
    if (amsgrad_) {
      v = maximum(step.get(hats_[index]), v);
      step.set(hats_[index], v);
    }
    step.set(variable, step.get(variable) - m * alpha / (sqrt(v) + epsilon_));
  }

 private:
  double beta_1_ = 0.9;
  double beta_2_ = 0.999;
  double epsilon_ = 1e-7;
  bool amsgrad_ = false;
  std::vector<Value> momentums_;
  std::vector<Value> velocities_;
  std::vector<Value> hats_;
};

class AdamW final : public Adam {
 public:
  AdamW() { set_weight_decay(0.004); }
};

}  // namespace

void register_adam(ObjectRegistry& registry) {
  registry.add_optimizer<Adam>("Adam");
  registry.add_optimizer<AdamW>("AdamW");
}

}  // namespace rill::keras
