// keras/src/optimizers/adagrad.py; legacy: ApplyAdagradV2, which adds epsilon to the root.
#include "keras/core/registry.h"
#include "keras/optimizers/detail/arithmetic.h"
#include "rill/keras/optimizers.hpp"

namespace rill::keras {
namespace {

using namespace arithmetic;  // NOLINT: formulas

class Adagrad final : public Optimizer {
 public:
  void visit_config(ConfigVisitor& v) override {
    v("initial_accumulator_value", initial_);
    v("epsilon", epsilon_);
  }

  void build_slots(const std::vector<Value>& variables) override {
    accumulators_ = add_slots(variables, "accumulator", initial_);
  }

  void update(UpdateStep& step, const Value& gradient, const Value& variable,
              size_t index) override {
    const Value sum = step.get(accumulators_[index]) + squared(gradient);
    step.set(accumulators_[index], sum);
    const Value root = by_flavour(Flavour::legacy) ? sqrt(sum) + epsilon_ : sqrt(sum + epsilon_);
    step.set(variable, step.get(variable) - rate(step, variable.dtype()) * gradient / root);
  }

 private:
  double initial_ = 0.1;
  double epsilon_ = 1e-7;
  std::vector<Value> accumulators_;
};

}  // namespace

void register_adagrad(ObjectRegistry& registry) { registry.add_optimizer<Adagrad>("Adagrad"); }

}  // namespace rill::keras
