// keras/src/optimizers/adamax.py
#include "keras/core/registry.h"
#include "keras/optimizers/detail/arithmetic.h"
#include "rill/keras/optimizers.hpp"

namespace rill::keras {
namespace {

using namespace arithmetic;  // NOLINT: formulas

class Adamax final : public Optimizer {
 public:
  void visit_config(ConfigVisitor& v) override {
    v("beta_1", beta_1_);
    v("beta_2", beta_2_);
    v("epsilon", epsilon_);
  }

  void build_slots(const std::vector<Value>& variables) override {
    std::vector<std::string> names = {"momentum", "norm"};
    if (by_flavour(Flavour::keras2)) names = {"m", "u"};
    if (by_flavour(Flavour::legacy)) names = {"m", "v"};
    const auto slots = add_slots(variables, names);
    momentums_ = slots[0];
    norms_ = slots[1];
  }

  void update(UpdateStep& step, const Value& gradient, const Value& variable,
              size_t index) override {
    const DType dtype = variable.dtype();
    const Value before = step.get(momentums_[index]);
    const Value m = before + (gradient - before) * (1 - beta_1_);
    step.set(momentums_[index], m);
    const Value u = maximum(beta_2_ * step.get(norms_[index]), absolute(gradient));
    step.set(norms_[index], u);
    const Value scale = 1.0 - power(step, beta_1_, dtype);
    step.set(variable, step.get(variable) - rate(step, dtype) * m / (scale * (u + epsilon_)));
  }

 private:
  double beta_1_ = 0.9;
  double beta_2_ = 0.999;
  double epsilon_ = 1e-7;
  std::vector<Value> momentums_;
  std::vector<Value> norms_;
};

}  // namespace

void register_adamax(ObjectRegistry& registry) { registry.add_optimizer<Adamax>("Adamax"); }

}  // namespace rill::keras
