// keras/src/optimizers/lamb.py
#include "keras/core/registry.h"
#include "keras/optimizers/detail/arithmetic.h"
#include "rill/keras/optimizers.hpp"

namespace rill::keras {
namespace {

using namespace arithmetic;  // NOLINT: formulas

Value norm(const Value& x) {
  std::vector<int> axes;
  for (int i = 0; i < x.rank(); ++i) axes.push_back(i);
  return sqrt(op::reduce("Sum", square(x), axes));
}

class Lamb final : public Optimizer {
 public:
  void visit_config(ConfigVisitor& v) override {
    v("beta_1", beta_1_);
    v("beta_2", beta_2_);
    v("epsilon", epsilon_);
  }

  void build_slots(const std::vector<Value>& variables) override {
    const auto slots = add_slots(variables, std::vector<std::string>{"momentum", "velocity"});
    momentums_ = slots[0];
    velocities_ = slots[1];
  }

  void update(UpdateStep& step, const Value& gradient, const Value& variable,
              size_t index) override {
    const DType dtype = variable.dtype();
    const Value m_before = step.get(momentums_[index]);
    const Value m = m_before + (gradient - m_before) * (1 - beta_1_);
    step.set(momentums_[index], m);
    const Value v_before = step.get(velocities_[index]);
    const Value v = v_before + (squared(gradient) - v_before) * (1 - beta_2_);
    step.set(velocities_[index], v);
    const Value change = m / (1.0 - power(step, beta_1_, dtype)) /
                         (sqrt(v / (1.0 - power(step, beta_2_, dtype))) + epsilon_);
    const Value now = step.get(variable);
    const Value w = norm(now);
    const Value g = norm(change);
    const Value zero = op::constant(0, dtype);
    const Value one = op::constant(1, dtype);
    const Value ratio = op::select(emit("Greater", {w, zero}),
                                   op::select(emit("Greater", {g, zero}), w / g, one), one);
    step.set(variable, now - ratio * rate(step, dtype) * change);
  }

 private:
  double beta_1_ = 0.9;
  double beta_2_ = 0.999;
  double epsilon_ = 1e-7;
  std::vector<Value> momentums_;
  std::vector<Value> velocities_;
};

}  // namespace

void register_lamb(ObjectRegistry& registry) { registry.add_optimizer<Lamb>("Lamb"); }

}  // namespace rill::keras
