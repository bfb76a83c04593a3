// keras/src/optimizers/loss_scale_optimizer.py
#include "base/fail.h"
#include "keras/core/registry.h"
#include "keras/core/weights.h"
#include "keras/optimizers/detail/arithmetic.h"
#include "keras/optimizers/detail/make.h"
#include "op/indexed_slices.h"

namespace rill::keras {
namespace {

using namespace arithmetic;  // NOLINT: formulas

constexpr const char* kOfKeras3 = "LossScaleOptimizer";  // and of tf_keras' legacy optimizers
constexpr const char* kOfKeras2 = "LossScaleOptimizerV3";

// Keras 3 lists what it counts before the inner optimizer's variables; tf_keras lists those alone,
// counts the steps that it skips, and knows scales that stay
// (tf_keras/src/mixed_precision/loss_scale_optimizer.py).
class LossScale final : public Optimizer, public HoldsOptimizers {
 public:
  void read_inner(const Json& config) override {
    if (const Json* given = config.find("inner_optimizer")) adopt(optimizer_from_json(*given));
    if (!inner_) fail(Code::invalid_argument, "there is no inner_optimizer");
    dynamic_ = config.value("dynamic", dynamic_);
    if (!dynamic_ && !of_keras2()) {
      fail(Code::invalid_argument,
           "dynamic=False is unknown to Keras 3: set loss_scale_factor of the inner optimizer");
    }
    const auto set = [&](const char* key, auto& field) {
      const Json* given = config.find(key);
      if (given && !given->is_null()) field = config.value(key, field);
    };
    set("initial_scale", initial_scale_);
    set("dynamic_growth_steps", growth_steps_);
  }
  void write_inner(Json& config) override {
    config.set("inner_optimizer", inner_ ? optimizer_to_json(*inner_) : Json());
    // An optimizer without any says all that it understands.
    if (!inner_ || of_keras2()) config.set("dynamic", dynamic_);
    config.set("initial_scale", initial_scale_);
    config.set("dynamic_growth_steps", dynamic_ ? Json(growth_steps_) : Json());
  }
  void adopt(const OptimizerPtr& inner) {
    inner_ = inner;
    if (!of_keras2()) set_loss_scale_factor(*inner_, std::nullopt);
  }

  std::vector<OptimizerPtr> inner() const override { return {inner_}; }

  void build(const std::vector<Value>& variables, bool start) override {
    if (built()) return;
    counter_ = add_variable(name() + "/step_counter", Tensor::scalar(int64_t{0}));
    scale_ =
        add_variable(name() + "/dynamic_scale", Tensor::scalar(static_cast<float>(initial_scale_)));
    inner_->build(variables, start);
    Optimizer::build(variables, start);
  }
  void build_slots(const std::vector<Value>&) override {}
  void update(UpdateStep&, const Value&, const Value&, size_t) override {}

  void apply(UpdateStep& step, std::vector<Value> gradients,
             std::vector<Value> variables) override {
    build(variables, true);
    const Value finite = dynamic_ ? all_finite(gradients) : Value();
    const Value scale = step.get(scale_);
    for (Value& g : gradients) {
      if (g) g = densify(g) / op::cast(scale, gradient_dtype(g));
    }
    if (!dynamic_) return inner_->apply(step, gradients, variables);
    const Value iterations = step.get(inner_->iterations());
    step.open(finite);
    inner_->apply(step, gradients, variables);
    step.close();
    if (of_keras2()) step.set(inner_->iterations(), iterations + 1);
    adjust(step, finite, scale);
  }

  Value scale_loss(const Value& loss) const override {
    return built() ? loss * op::cast(scale_, loss.dtype()) : loss * initial_scale_;
  }
  std::vector<Value> variables() const override {
    if (of_keras2()) return inner_->variables();
    std::vector<Value> out = Optimizer::variables();
    for (const Value& v : inner_->variables()) out.push_back(v);
    return out;
  }
  Value iterations() const override { return inner_->iterations(); }
  int64_t iteration_count() const override { return inner_->iteration_count(); }
  double learning_rate() const override { return inner_->learning_rate(); }
  void set_learning_rate(double value) override { inner_->set_learning_rate(value); }
  void finalize_variable_values() override { inner_->finalize_variable_values(); }
  double default_learning_rate() const override { return 0; }

 private:
  bool of_keras2() const { return !by_flavour(Flavour::keras3); }

  static Value all_finite(const std::vector<Value>& gradients) {
    Value finite = op::constant(1, DType::bool_);
    for (const Value& g : gradients) {
      if (!g) continue;
      const Value& numbers = is_indexed_slices(g) ? indexed_slices(g).values : g;
      std::vector<int> axes;
      for (int i = 0; i < numbers.rank(); ++i) axes.push_back(i);
      finite =
          emit("LogicalAnd", {finite, op::reduce("All", op::unary("IsFinite", numbers), axes)});
    }
    return finite;
  }

  // After enough good steps the scale doubles; a bad one halves it. That of tf_keras stays finite
  // and above 1.
  void adjust(UpdateStep& step, const Value& finite, const Value& scale) {
    const Value counter = step.get(counter_);
    const Value last = op::constant_like(static_cast<double>(growth_steps_ - 1), counter);
    const char* reached = of_keras2() ? "GreaterEqual" : "Equal";
    const Value grows = emit("LogicalAnd", {finite, emit(reached, {counter, last})});
    Value more = scale * 2.0;
    Value less = scale * 0.5;
    if (of_keras2()) {
      more = op::select(op::unary("IsFinite", more), more, scale);
      less = maximum(less, op::constant_like(1, less));
    }
    step.set(scale_, op::select(grows, more, op::select(finite, scale, less)));
    const Value counts = emit("LogicalAnd", {finite, emit("LogicalNot", {grows})});
    step.set(counter_, op::select(counts, counter + 1, op::constant_like(0, counter)));
  }

  OptimizerPtr inner_;
  bool dynamic_ = true;
  double initial_scale_ = 32768;
  int64_t growth_steps_ = 2000;
  Value counter_;
  Value scale_;
};

}  // namespace

optimizers::LossScaleOptimizer::LossScaleOptimizer(const OptimizerPtr& inner, double initial_scale,
                                                   int64_t dynamic_growth_steps)
    : OptimizerPtr([&] {
        const bool keras2 = inner->flavour() == Optimizer::Flavour::keras2;
        Json config = Json::object();
        config.set("inner_optimizer", optimizer_to_json(*inner));
        config.set("initial_scale", initial_scale);
        config.set("dynamic_growth_steps", dynamic_growth_steps);
        Json json = Json::object();
        json.set("class_name", keras2 ? kOfKeras2 : kOfKeras3);
        json.set("config", std::move(config));
        const OptimizerPtr made = optimizer_from_json(json);
        static_cast<LossScale&>(*made).adopt(inner);
        return made;
      }()) {}

void register_loss_scale_optimizer(ObjectRegistry& registry) {
  registry.add_optimizer<LossScale>(kOfKeras3);
  registry.add_optimizer<LossScale>(kOfKeras2);
}

}  // namespace rill::keras
