// keras/src/optimizers/sgd.py
#include "base/fail.h"
#include "keras/core/registry.h"
#include "keras/optimizers/detail/arithmetic.h"
#include "op/indexed_slices.h"
#include "rill/keras/optimizers.hpp"

namespace rill::keras {
namespace {

using namespace arithmetic;  // NOLINT: formulas

class Sgd final : public Optimizer {
 public:
  void visit_config(ConfigVisitor& v) override {
    v("momentum", momentum_);
    v("nesterov", nesterov_);
  }
  double default_learning_rate() const override { return 0.01; }

  void build_slots(const std::vector<Value>& variables) override {
    if (!(momentum_ >= 0 && momentum_ <= 1)) {
      fail(Code::invalid_argument, "SGD: momentum must be in [0, 1], not ", momentum_);
    }
    // Keras 2 keeps a momentum even when it is not used.
    if (by_flavour(Flavour::keras2)) momentums_ = add_slots(variables, "m");
    if (momentum_ != 0 && momentums_.empty()) momentums_ = add_slots(variables, "momentum");
  }

  bool scatters() const override { return momentum_ == 0; }

  void update(UpdateStep& step, const Value& gradient, const Value& variable,
              size_t index) override {
    if (!gradient) {
      const IndexedSlices& rows = indexed_slices(raw_gradient());
      emit("ResourceScatterSub",
           {variable, rows.indices, rows.values * rate(step, variable.dtype())});
      return;
    }
    const Value delta = gradient * rate(step, variable.dtype());
    if (momentums_.empty()) {
      step.set(variable, step.get(variable) - delta);
      return;
    }
    const Value m = step.get(momentums_[index]) * momentum_ - delta;
    step.set(momentums_[index], m);
    step.set(variable, step.get(variable) + (nesterov_ ? m * momentum_ - delta : m));
  }

 private:
  double momentum_ = 0;
  bool nesterov_ = false;
  std::vector<Value> momentums_;
};

}  // namespace

void register_sgd(ObjectRegistry& registry) { registry.add_optimizer<Sgd>("SGD"); }

}  // namespace rill::keras
