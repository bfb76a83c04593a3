// keras/src/optimizers/loss_scale_optimizer.py
#include "keras/core/registry.h"
#include "keras/core/weights.h"
#include "keras/optimizers/detail/arithmetic.h"
#include "keras/optimizers/detail/make.h"
#include "op/indexed_slices.h"

namespace rill::keras {
namespace {

using namespace arithmetic;  // NOLINT: formulas

class LossScale final : public Optimizer, public HoldsOptimizers {
 public:
  void read_inner(const Json& config) override {
    inner_ = optimizer_from_json(config.at("inner_optimizer"));
    set_loss_scale_factor(*inner_, std::nullopt);
    initial_scale_ = config.value("initial_scale", initial_scale_);
    growth_steps_ = config.value("dynamic_growth_steps", growth_steps_);
  }
  void write_inner(Json& config) override {
    config.set("inner_optimizer", inner_ ? optimizer_to_json(*inner_) : Json());
    config.set("initial_scale", initial_scale_);
    config.set("dynamic_growth_steps", growth_steps_);
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
    Value finite = op::constant(1, DType::bool_);
    for (const Value& g : gradients) {
      if (!g) continue;
      const Value& numbers = is_indexed_slices(g) ? indexed_slices(g).values : g;
      std::vector<int> axes;
      for (int i = 0; i < numbers.rank(); ++i) axes.push_back(i);
      finite =
          emit("LogicalAnd", {finite, op::reduce("All", op::unary("IsFinite", numbers), axes)});
    }
    const Value scale = step.get(scale_);
    const Value counter = step.get(counter_);
    for (Value& g : gradients) {
      if (g) g = densify(g) / op::cast(scale, gradient_dtype(g));
    }
    step.open(finite);
    inner_->apply(step, gradients, variables);
    step.close();
    // After enough good steps the scale doubles; a bad one halves it.
    const Value last = op::constant_like(static_cast<double>(growth_steps_ - 1), counter);
    const Value grows = emit("LogicalAnd", {finite, emit("Equal", {counter, last})});
    const Value zero = op::constant_like(0, counter);
    step.set(scale_, op::select(grows, scale * 2.0, op::select(finite, scale, scale * 0.5)));
    const Value counts = emit("LogicalAnd", {finite, emit("LogicalNot", {grows})});
    step.set(counter_, op::select(counts, counter + 1, zero));
  }

  Value scale_loss(const Value& loss) const override {
    return built() ? loss * op::cast(scale_, loss.dtype()) : loss * initial_scale_;
  }
  std::vector<Value> variables() const override {
    std::vector<Value> out = Optimizer::variables();
    for (const Value& v : inner_->variables()) out.push_back(v);
    return out;
  }
  double learning_rate() const override { return inner_->learning_rate(); }
  void set_learning_rate(double value) override { inner_->set_learning_rate(value); }
  void finalize_variable_values() override { inner_->finalize_variable_values(); }
  double default_learning_rate() const override { return 0; }

 private:
  OptimizerPtr inner_;
  double initial_scale_ = 32768;
  int64_t growth_steps_ = 2000;
  Value counter_;
  Value scale_;
};

}  // namespace

optimizers::LossScaleOptimizer::LossScaleOptimizer(const OptimizerPtr& inner, double initial_scale,
                                                   int64_t dynamic_growth_steps)
    : OptimizerPtr([&] {
        Json config = Json::object();
        config.set("inner_optimizer", optimizer_to_json(*inner));
        config.set("initial_scale", initial_scale);
        config.set("dynamic_growth_steps", dynamic_growth_steps);
        Json json = Json::object();
        json.set("class_name", "LossScaleOptimizer");
        json.set("config", std::move(config));
        return optimizer_from_json(json);
      }()) {}

void register_loss_scale_optimizer(ObjectRegistry& registry) {
  registry.add_optimizer<LossScale>("LossScaleOptimizer");
}

}  // namespace rill::keras
