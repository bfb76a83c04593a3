// keras/src/optimizers/adadelta.py
#include "keras/core/registry.h"
#include "keras/optimizers/detail/arithmetic.h"
#include "rill/keras/optimizers.hpp"

namespace rill::keras {
namespace {

using namespace arithmetic;  // NOLINT: formulas

class Adadelta final : public Optimizer {
 public:
  void visit_config(ConfigVisitor& v) override {
    v("rho", rho_);
    v("epsilon", epsilon_);
  }

  void build_slots(const std::vector<Value>& variables) override {
    const auto slots = add_slots(
        variables, by_flavour(Flavour::legacy)
                       ? std::vector<std::string>{"accum_grad", "accum_var"}
                       : std::vector<std::string>{"accumulated_grad", "accumulated_delta_var"});
    gradients_ = slots[0];
    deltas_ = slots[1];
  }

  void update(UpdateStep& step, const Value& gradient, const Value& variable,
              size_t index) override {
    const Value before = step.get(deltas_[index]);
    const Value sum = rho_ * step.get(gradients_[index]) + (1 - rho_) * squared(gradient);
    step.set(gradients_[index], sum);
    const Value delta = -(sqrt(before + epsilon_) * gradient / sqrt(sum + epsilon_));
    step.set(deltas_[index], rho_ * before + (1 - rho_) * square(delta));
    step.set(variable, step.get(variable) + rate(step, variable.dtype()) * delta);
  }

 private:
  double rho_ = 0.95;
  double epsilon_ = 1e-7;
  std::vector<Value> gradients_;
  std::vector<Value> deltas_;
};

}  // namespace

void register_adadelta(ObjectRegistry& registry) { registry.add_optimizer<Adadelta>("Adadelta"); }

}  // namespace rill::keras
