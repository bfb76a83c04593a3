// keras/src/optimizers/nadam.py; legacy: tf_keras/src/optimizers/legacy/nadam.py, the same but for
// a decay schedule of its own.
#include "keras/core/legacy_draws.h"
#include "keras/core/registry.h"
#include "keras/optimizers/detail/arithmetic.h"
#include "rill/keras/optimizers.hpp"

namespace rill::keras {
namespace {

using namespace arithmetic;  // NOLINT: formulas

class Nadam final : public Optimizer {
 public:
  void visit_config(ConfigVisitor& v) override {
    v("beta_1", beta_1_);
    v("beta_2", beta_2_);
    v("epsilon", epsilon_);
    if (by_flavour(Flavour::legacy)) v("decay", schedule_decay_);
  }

  void build_slots(const std::vector<Value>& variables) override {
    const Tensor one = op::constant(1, variables.empty() ? DType::float32 : variables[0].dtype());
    // Keras 2 does not save it.
    if (by_flavour(Flavour::legacy)) product_ = add_variable(name() + "/momentum_cache", one);
    if (by_flavour(Flavour::keras2)) product_ = hidden_variable(name() + "/u_product", one);
    const auto slots = add_slots(variables, by_flavour(Flavour::keras3)
                                                ? std::vector<std::string>{"momentum", "velocity"}
                                                : std::vector<std::string>{"m", "v"});
    momentums_ = slots[0];
    velocities_ = slots[1];
    if (by_flavour(Flavour::keras3)) product_ = add_variable(name() + "/u_product", one);
  }

  void begin(UpdateStep& step) override {
    if (!by_flavour(Flavour::keras2))
      step.set(product_, step.get(product_) * u(step, local_step(step, product_.dtype())));
  }

  void update(UpdateStep& step, const Value& gradient, const Value& variable,
              size_t index) override {
    const DType dtype = variable.dtype();
    const Value u_now = u(step, local_step(step, dtype));
    const Value u_next = u(step, op::cast(step.iterations + 2, dtype));
    if (by_flavour(Flavour::keras2)) follow_keras2(step, u_now);
    const Value product = op::cast(step.get(product_), dtype);
    const Value m_before = step.get(momentums_[index]);
    const Value m = m_before + (gradient - m_before) * (1 - beta_1_);
    step.set(momentums_[index], m);
    const Value v_before = step.get(velocities_[index]);
    const Value v = v_before + (squared(gradient) - v_before) * (1 - beta_2_);
    step.set(velocities_[index], v);
    const Value m_hat =
        u_next * m / (1.0 - product * u_next) + (1.0 - u_now) * gradient / (1.0 - product);
    const Value v_hat = v / (1.0 - power(step, beta_2_, dtype));
    step.set(variable, step.get(variable) - m_hat * rate(step, dtype) / (sqrt(v_hat) + epsilon_));
  }

 private:
  // tf_keras counts in Python how often it has multiplied: in a traced step the count says how
  // often that was traced, and fit() traces its first step twice, unless the model is from a file.
  // So all variables multiply again in each step, but for one now and then.
  void follow_keras2(UpdateStep& step, const Value& u_now) {
    const Value once_more = step.get(product_) * op::cast(u_now, product_.dtype());
    if (step.iterations.is_symbolic() && count_ == 1 && !TracedOnce::now()) {
      count_ += static_cast<int64_t>(momentums_.size());
    }
    const Value done =
        op::binary("Equal", step.iterations + 2,
                   op::constant(static_cast<double>(count_), step.iterations.dtype()));
    if (done.is_dense()) {
      if (done.item<bool>()) return;
      step.set(product_, once_more);
    } else {
      step.set(product_, op::select(done, step.get(product_), once_more));
    }
    ++count_;
  }

  Value u(UpdateStep&, const Value& at) const {
    const Value exponent = by_flavour(Flavour::legacy) ? at * schedule_decay_ : at;
    return beta_1_ * (1.0 - 0.5 * pow(op::constant_like(0.96, at), exponent));
  }

  double beta_1_ = 0.9;
  double beta_2_ = 0.999;
  double epsilon_ = 1e-7;
  double schedule_decay_ = 0.004;
  int64_t count_ = 1;
  Value product_;
  std::vector<Value> momentums_;
  std::vector<Value> velocities_;
};

}  // namespace

void register_nadam(ObjectRegistry& registry) { registry.add_optimizer<Nadam>("Nadam"); }

}  // namespace rill::keras
