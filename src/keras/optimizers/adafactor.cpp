// keras/src/optimizers/adafactor.py
#include "keras/core/registry.h"
#include "keras/optimizers/detail/arithmetic.h"
#include "rill/keras/optimizers.hpp"

namespace rill::keras {
namespace {

using namespace arithmetic;  // NOLINT: formulas

Value mean(const Value& x, const std::vector<int>& axes, bool keep = false) {
  return op::reduce("Mean", x, axes, keep);
}
Value root_mean_square(const Value& x) {
  std::vector<int> axes;
  for (int i = 0; i < x.rank(); ++i) axes.push_back(i);
  return sqrt(mean(square(x), axes));
}

class Adafactor final : public Optimizer {
 public:
  void visit_config(ConfigVisitor& v) override {
    v("beta_2_decay", beta_2_decay_);
    v("epsilon_1", epsilon_1_);
    v("epsilon_2", epsilon_2_);
    v("clip_threshold", clip_threshold_);
    v("relative_step", relative_step_);
  }

  void build_slots(const std::vector<Value>& variables) override {
    for (const Value& variable : variables) {
      const Shape& shape = variable.shape();
      Value r, c;
      if (shape.rank() >= 2) {
        Shape rows, columns;
        for (int i = 0; i < shape.rank(); ++i) {
          if (i != shape.rank() - 1) rows.push_back(shape[i]);
          if (i != shape.rank() - 2) columns.push_back(shape[i]);
        }
        r = add_variable(name() + "/r", Tensor::zeros(variable.dtype(), rows));
        c = add_variable(name() + "/c", Tensor::zeros(variable.dtype(), columns));
      } else if (by_flavour(Flavour::keras3)) {
        // Nothing is factored, but Keras 3 keeps a number in the place of each.
        for (const char* factor : {"/r", "/c"}) {
          add_variable(name() + factor, Tensor::scalar(int32_t{0}));
        }
      }
      rows_.push_back(r);
      columns_.push_back(c);
      velocities_.push_back(
          add_slots({variable}, by_flavour(Flavour::keras3) ? "velocity" : "v")[0]);
    }
  }

  void update(UpdateStep& step, const Value& gradient, const Value& variable,
              size_t index) override {
    const DType dtype = variable.dtype();
    const Value at = local_step(step, dtype);
    Value lr = rate(step, dtype);
    const Value bound = 1.0 / sqrt(at);
    if (!has_schedule() && relative_step_) lr = minimum(lr, bound);
    const Value now = step.get(variable);
    const Value alpha =
        maximum(op::constant(epsilon_2_, dtype), root_mean_square(now)) * minimum(lr, bound);
    const Value regulated = squared(gradient) + epsilon_1_;
    const Value beta = 1.0 - pow(at, op::constant(beta_2_decay_, dtype));
    const Value rest = 1.0 - beta;
    Value v;
    if (variable.rank() >= 2) {
      const int last = variable.rank() - 1;
      const Value r = beta * step.get(rows_[index]) + rest * mean(regulated, {last});
      const Value c = beta * step.get(columns_[index]) + rest * mean(regulated, {last - 1});
      step.set(rows_[index], r);
      step.set(columns_[index], c);
      v = op::expand_dims(r / mean(r, {last - 1}, true), last) * op::expand_dims(c, last - 1);
    } else {
      v = beta * step.get(velocities_[index]) + rest * regulated;
    }
    step.set(velocities_[index], v);
    const Value u = gradient / sqrt(v);
    const Value most = maximum(op::constant(1, dtype), root_mean_square(u) / clip_threshold_);
    step.set(variable, now - alpha * (u / most));
  }

 private:
  double beta_2_decay_ = -0.8;
  double epsilon_1_ = 1e-30;
  double epsilon_2_ = 1e-3;
  double clip_threshold_ = 1;
  bool relative_step_ = true;
  std::vector<Value> rows_;  // empty for vectors
  std::vector<Value> columns_;
  std::vector<Value> velocities_;
};

}  // namespace

void register_adafactor(ObjectRegistry& registry) {
  registry.add_optimizer<Adafactor>("Adafactor");
}

}  // namespace rill::keras
