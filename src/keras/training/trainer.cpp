#include "keras/training/trainer.h"

#include <algorithm>

#include "base/fail.h"
#include "graph/graph.h"
#include "keras/core/legacy_draws.h"
#include "keras/core/loss_collector.h"
#include "keras/core/ops.h"
#include "keras/core/per_sample.h"
#include "keras/core/weights.h"
#include "keras/optimizers/detail/make.h"
#include "op/emit.h"
#include "rill/autodiff.hpp"
#include "rill/keras/constraints.hpp"
#include "rill/keras/regularizers.hpp"

namespace rill::keras {
namespace {

Value rows_of(const Value& x) {
  const op::Dim rows = op::dim(x, 0);
  return rows.value ? op::cast(rows.value, DType::float32)
                    : op::constant(static_cast<double>(rows.size), DType::float32);
}

Value sum_all(const Value& x) {
  if (!x.shape().has_rank()) return op::reduce("Sum", op::reshape(x, {-1}), {0});
  if (x.rank() == 0) return x;
  std::vector<int> axes;
  for (int i = 0; i < x.rank(); ++i) axes.push_back(i);
  return op::reduce("Sum", x, axes);
}

bool same_variables(const std::vector<Value>& a, const std::vector<Value>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const Value& x, const Value& y) {
    return x.rep()->variable == y.rep()->variable;
  });
}

bool computes_in_float16(const Layer& layer) {
  if (layer.dtype_policy().name == "mixed_float16") return true;
  const auto parts = layer.layers();
  return std::any_of(parts.begin(), parts.end(),
                     [](const auto& part) { return computes_in_float16(*part); });
}

bool scales_loss(const Optimizer& optimizer) {
  return optimizer.class_name().starts_with("LossScaleOptimizer");
}

const TrainingHabits& habits_for(const ModelLayer& model, const CompileOptions& options) {
  if (!options.keras_version) return habits_of(model.generation());
  if (*options.keras_version != 2 && *options.keras_version != 3) {
    fail(Code::invalid_argument, "compile(): keras_version must be 2 or 3, not ",
         *options.keras_version);
  }
  return habits_of(*options.keras_version == 2 ? Generation::keras2 : Generation::keras3);
}

Value weight_of_steps(const Value& weight, const Value& y_pred) {
  const bool of_samples = weight && weight.rank() + 2 == y_pred.rank();
  return of_samples ? op::expand_dims(weight, -1) : weight;
}

}  // namespace

Trainer::Trainer(ModelLayer& model, CompileOptions options)
    : model_(model), options_(std::move(options)), habits_(habits_for(model, options_)) {
  if (!options_.optimizer) options_.optimizer = OptimizerPtr("rmsprop");
  if (options_.steps_per_execution < 1) {
    fail(Code::invalid_argument, "compile(): steps_per_execution must be positive, not ",
         options_.steps_per_execution);
  }
  if (options_.auto_scale_loss && !scales_loss(*options_.optimizer) &&
      computes_in_float16(model_)) {
    options_.optimizer = optimizers::LossScaleOptimizer(options_.optimizer);
  }
  loss_ = metrics::make_mean("loss");
}

Json Trainer::config() const {
  Json out = Json::object();
  out.set("optimizer", optimizer_to_json(*options_.optimizer));
  write_specs({options_.loss, options_.loss_weights, options_.metrics, options_.weighted_metrics},
              out);
  out.set("run_eagerly", options_.run_eagerly);
  out.set("steps_per_execution", options_.steps_per_execution);
  out.set("jit_compile", options_.jit_compile);
  return out;
}

void Trainer::set_train_step(TrainStep step) {
  own_step_ = std::move(step);
  steps_.clear();
}

void Trainer::build_model(const Batch& batch) {
  if (model_.built() && !model_.outputs().empty()) return;
  std::vector<Shape> shapes;
  for (const Value& x : batch.x) {
    Shape shape = x.shape();
    if (shape.rank() > 0) shape[0] = Shape::kUnknownDim;
    shapes.push_back(shape);
  }
  model_.ensure_built(shapes);
}

void Trainer::build_optimizer() {
  trained_ = model_.trainable_weights();
  Optimizer& optimizer = *options_.optimizer;
  if (!optimizer.built()) {
    for (const WeightRules& rules : weight_rules(model_)) {
      if (!rules.constraint) continue;
      const Constraint constraint = rules.constraint;
      optimizer.set_constraint(
          rules.weight, [constraint](const Value& w) { return constraints::apply(constraint, w); });
    }
    // Keras' trainer builds in a scope where assignments are lost; not when it runs eagerly.
    optimizer.build(trained_, options_.run_eagerly);
  }
}

void Trainer::refresh() {
  const std::vector<Value> now = model_.trainable_weights();
  if (same_variables(now, trained_)) return;
  trained_ = now;
  steps_.clear();
}

const ResolvedOutputs& Trainer::resolve(const Values& y, const Values& y_pred) {
  if (!resolved_) {
    const GraphScope eagerly(nullptr);  // metrics make their variables
    resolved_ = resolve_outputs(
        {options_.loss, options_.loss_weights, options_.metrics, options_.weighted_metrics},
        model_.output_names(), y, y_pred, habits_);
  }
  return *resolved_;
}

Value Trainer::target_beside(const Value& y_pred, const Value& y) const {
  const bool column = habits_.makes_columns && y.rank() == 1 && y_pred.rank() == 2;
  return column ? op::expand_dims(y, -1) : y;
}

Value Trainer::compute_loss(const Values& y, const Values& weights, const Layer::Result& result) {
  const ResolvedOutputs& outputs = resolve(y, result.outputs);
  Value total;
  const auto add = [&total](const Value& loss) {
    total = total ? op::add(total, op::cast(loss, total.dtype())) : loss;
  };
  for (const OutputLoss& item : outputs.losses) {
    Value weight = weights.empty()       ? Value()
                   : weights.size() == 1 ? weights[0]
                                         : weights.at(item.target);
    const Value mask = item.output < result.masks.size() ? result.masks[item.output] : Value();
    const Value& y_pred = result.outputs[item.output];
    if (habits_.weighs_steps) weight = weight_of_steps(weight, y_pred);
    if (y[item.target].dtype() == DType::string) {
      fail(Code::invalid_argument, "the targets of output ", item.output,
           " are text: turn them into numbers first, for example by StringLookup");
    }
    const Value target = target_beside(y_pred, y[item.target]);
    Value value =
        op::cast(item.loss(target, y_pred, weight, mask, habits_.empty_mean), DType::float32);
    if (value.rank() != 0) {
      fail(Code::invalid_argument, "the loss of output ", item.output,
           " is not a scalar: its reduction must not be \"none\"");
    }
    // Keras 3 weighs by the batch only where its size is known early, which it is not in a traced
    // step.
    const bool weighs = habits_.weighs_batches || !y_pred.is_symbolic();
    if (item.mean) item.mean->update(value, weighs ? rows_of(y_pred) : Value());
    if (item.weighted) value = op::mul(value, op::constant_like(item.weight, value));
    add(value);
  }
  return total;
}

void Trainer::update_metrics(const Values& y, const Values& weights, const Layer::Result& result) {
  const ResolvedOutputs& outputs = resolve(y, result.outputs);
  for (const OutputMetric& item : outputs.metrics) {
    size_t target = item.output;
    for (const OutputLoss& loss : outputs.losses) {
      if (loss.output == item.output) target = loss.target;
    }
    const Value weight = !item.weighted || weights.empty() ? Value()
                         : weights.size() == 1             ? weights[0]
                                                           : weights.at(target);
    const Value mask = item.output < result.masks.size() ? result.masks[item.output] : Value();
    const Value& y_pred = result.outputs[item.output];
    if (habits_.weighs_steps) {
      const Value all = masked_weight(weight_of_steps(weight, y_pred), mask, DType::float32);
      item.metric->update_state(target_beside(y_pred, y[target]), y_pred, all);
    } else {
      item.metric->update_state_masked(y[target], y_pred, weight, mask);
    }
  }
}

void Trainer::update_added(const std::string& name, const Value& value) {
  const auto known = std::find_if(added_.begin(), added_.end(),
                                  [&](const auto& mean) { return mean->name() == name; });
  if (known != added_.end()) return (*known)->update(value);
  std::shared_ptr<metrics::MeanMetric> mean;
  {
    const GraphScope eagerly(nullptr);  // metrics make their variables
    mean = metrics::make_mean(name);
  }
  added_.push_back(mean);
  mean->update(value);
}

Values Trainer::body(Mode mode, const Values& inputs, size_t num_x, size_t num_y) {
  const auto at = [&](size_t i) { return inputs.begin() + static_cast<long>(i); };
  const Values x(at(0), at(num_x));
  const Values y(at(num_x), at(num_x + num_y));
  const Values weights(at(num_x + num_y), inputs.end());
  const bool training = mode == Mode::train;
  const bool tested = std::any_of(steps_.begin(), steps_.end(), [](const auto& step) {
    return step.first[0] == static_cast<size_t>(Mode::test);
  });
  const TracedOnce traced_once(made == Made::all || (made == Made::all_but_metrics && tested));
  if (training && own_step_) {
    Values out;
    own_names_.clear();
    for (auto& [name, value] : own_step_(x, y, weights.empty() ? Value() : weights[0])) {
      own_names_.push_back(name);
      out.push_back(op::cast(value, DType::float32));
    }
    return out;
  }
  CallContext context;
  context.training = training;
  const LossCollector collector;
  const Layer::Result result = model_.apply(x, context);
  Value loss = compute_loss(y, weights, result);
  const auto add = [&loss](const Value& more) {
    const Value scalar = op::cast(sum_all(more), DType::float32);
    loss = loss ? op::add(loss, scalar) : scalar;
  };
  for (const Value& more : collector.losses()) add(more);
  for (const WeightRules& rules : weight_rules(model_)) {
    const bool counts = habits_.regularizes_frozen ||
                        std::any_of(trained_.begin(), trained_.end(), [&](const Value& v) {
                          return v.rep()->variable == rules.weight.rep()->variable;
                        });
    if (rules.regularizer && counts) add(regularizers::apply(rules.regularizer, rules.weight));
  }
  if (!loss) {
    fail(Code::invalid_argument, "model ", quoted(model_.name()),
         ": there is no loss to compute: give compile() a loss");
  }
  loss_->update(loss, rows_of(x[0]));
  if (training && !trained_.empty()) {
    GradientOptions options;
    options.indexed_slices = true;
    const Value scaled = options_.optimizer->scale_loss(loss);
    options_.optimizer->apply_gradients(gradients({scaled}, trained_, options), trained_);
  }
  update_metrics(y, weights, result);
  for (const auto& [name, value] : collector.metrics()) update_added(name, value);
  return {loss};
}

Trainer::Step& Trainer::step_for(Mode mode, const Batch& batch) {
  Step& step =
      steps_[{static_cast<size_t>(mode), batch.x.size(), batch.y.size(), batch.weights.size()}];
  if (step.traced) return step;
  build_model(batch);
  build_optimizer();
  TracedOptions options;
  // Variables change with every step: only weights that stay could be constants.
  options.exec.freeze_variables =
      mode == Mode::train && trained_.size() + 8 < model_.weights().size();
  step.traced = std::make_unique<Traced>(
      [this, mode, num_x = batch.x.size(), num_y = batch.y.size()](const Values& inputs) {
        return body(mode, inputs, num_x, num_y);
      },
      options);
  return step;
}

namespace {

std::string kinds_of(const Values& tensors) {
  std::string out;
  for (const Value& t : tensors) out += str(out.empty() ? "" : ", ", t.dtype(), " ", t.shape());
  return out.empty() ? "none" : out;
}

}  // namespace

void Trainer::run(Mode mode, const Batch& batch) {
  try {
    run_step(mode, batch);
  } catch (const InvalidArgumentError& error) {
    // An op names its node, which nobody knows who has the data wrong.
    if (std::string_view(error.what()).find(" node '") == std::string_view::npos) throw;
    rethrow_with_context(error, str(mode == Mode::train ? "training" : "testing", " on inputs ",
                                    kinds_of(batch.x), " and targets ", kinds_of(batch.y)));
  }
}

void Trainer::run_step(Mode mode, const Batch& batch) {
  const GuardedRun guarded(model_.guard());
  Step& step = step_for(mode, batch);
  std::vector<Tensor> inputs;
  inputs.reserve(batch.x.size() + batch.y.size() + batch.weights.size());
  for (const Values* list : {&batch.x, &batch.y, &batch.weights}) {
    inputs.insert(inputs.end(), list->begin(), list->end());
  }
  std::unique_lock<std::shared_mutex> alone;
  if (mode == Mode::train) alone = std::unique_lock(model_.step_mutex());
  if (mode == Mode::train && own_step_) {
    step.outputs = (*step.traced)(inputs);
    own_values_.clear();
    for (const Tensor& t : step.outputs) own_values_.push_back(t.item<double>());
    return;
  }
  step.outputs.resize(1);
  step.traced->run_into(inputs, step.outputs);
}

void Trainer::train(const Batch& batch) { run(Mode::train, batch); }
void Trainer::test(const Batch& batch) { run(Mode::test, batch); }

void Trainer::reset_metrics() {
  own_values_.clear();
  loss_->reset_state();
  for (const auto& mean : added_) mean->reset_state();
  if (!resolved_) return;
  for (const OutputLoss& item : resolved_->losses) {
    if (item.mean) item.mean->reset_state();
  }
  for (const OutputMetric& item : resolved_->metrics) item.metric->reset_state();
}

namespace {

// Of a metric with several results (one a class) the mean is shown.
double as_number(const Tensor& result) {
  double sum = 0;
  const auto numbers = result.to_vector<double>();
  for (const double x : numbers) sum += x;
  return numbers.empty() ? 0 : sum / static_cast<double>(numbers.size());
}

}  // namespace

void sort_logs(Logs& logs) {
  std::stable_sort(logs.begin(), logs.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
}

Logs Trainer::results() {
  Logs out;
  if (own_step_ && !own_values_.empty()) {
    for (size_t i = 0; i < own_values_.size(); ++i) out.emplace_back(own_names_[i], own_values_[i]);
    if (habits_.sorts_logs) sort_logs(out);
    return out;
  }
  const GraphScope eagerly(nullptr);
  out.emplace_back("loss", as_number(loss_->result()));
  if (resolved_) {
    for (const OutputLoss& item : resolved_->losses) {
      if (item.mean) out.emplace_back(item.mean->name(), as_number(item.mean->result()));
    }
    for (const OutputMetric& item : resolved_->metrics) {
      out.emplace_back(item.name, as_number(item.metric->result()));
    }
  }
  for (const auto& mean : added_) out.emplace_back(mean->name(), as_number(mean->result()));
  if (habits_.sorts_logs) sort_logs(out);
  return out;
}

std::vector<std::string> Trainer::metric_names() {
  std::vector<std::string> out{"loss"};
  if (resolved_) {
    for (const OutputMetric& item : resolved_->metrics) out.push_back(item.name);
    for (const OutputLoss& item : resolved_->losses) {
      if (item.mean) out.push_back(item.mean->name());
    }
  }
  for (const auto& mean : added_) out.push_back(mean->name());
  return out;
}

std::string Trainer::metric_class(const std::string& name) const {
  if (!resolved_) return {};
  for (const OutputMetric& item : resolved_->metrics) {
    if (item.name == name) return item.metric->class_name();
  }
  return {};
}

std::vector<std::pair<std::string, std::vector<Value>>> Trainer::metric_states() const {
  std::vector<std::pair<std::string, std::vector<Value>>> out;
  const auto add = [&](const Metric& metric) {
    out.emplace_back(metric.class_name(), metric.variables());
  };
  add(*loss_);
  if (!resolved_) return out;
  for (const OutputLoss& item : resolved_->losses) {
    if (item.mean) add(*item.mean);
  }
  for (const OutputMetric& item : resolved_->metrics) add(*item.metric);
  return out;
}

}  // namespace rill::keras
