// What all optimizers do around their formulas. Sources: keras/src/optimizers/base_optimizer.py and
// keras/src/backend/tensorflow/optimizer.py; of Keras 2, tf_keras/src/optimizers/optimizer.py and
// legacy/optimizer_v2.py.

#include "base/fail.h"
#include "keras/core/weights.h"
#include "keras/optimizers/detail/arithmetic.h"
#include "keras/optimizers/detail/make.h"
#include "op/indexed_slices.h"
#include "ops/regex.h"
#include "rill/keras/optimizers.hpp"

namespace rill::keras {

using namespace arithmetic;  // NOLINT: formulas

Optimizer::Optimizer() = default;
Optimizer::~Optimizer() = default;

void Optimizer::visit_config(ConfigVisitor&) {}
void Optimizer::begin(UpdateStep&) {}
std::optional<double> Optimizer::decay_of(const Value&) const { return weight_decay_; }

Value Optimizer::hidden_variable(const std::string& name, const Tensor& initial) {
  auto state = std::make_shared<VariableState>(name, initial.dtype(), initial.shape());
  state->assign(initial.clone());
  state->set_trainable(false);
  return Tensor::of_variable(std::move(state), initial.dtype(), initial.shape());
}

Value Optimizer::add_variable(const std::string& name, const Tensor& initial) {
  own_variables_.push_back(hidden_variable(name, initial));
  return own_variables_.back();
}

namespace {

Tensor filled(double value, DType dtype, const Shape& shape) {
  if (value == 0) return Tensor::zeros(dtype, shape);
  const GraphScope eagerly(nullptr);
  return op::fill(std::vector<op::Dim>(shape.begin(), shape.end()), value, dtype);
}

std::string replaced(std::string text, char from, char to) {
  for (char& c : text) {
    if (c == from) c = to;
  }
  return text;
}

}  // namespace

std::vector<std::vector<Value>> Optimizer::add_slots(const std::vector<Value>& variables,
                                                     const std::vector<std::string>& names,
                                                     double initial) {
  std::vector<std::vector<Value>> out(names.size(), std::vector<Value>(variables.size()));
  const auto make = [&](size_t slot, size_t i) {
    const VariableState& state = variable_state(variables[i]);
    std::string name;
    switch (flavour_) {
      case Flavour::keras3:
        name = str(name_, "/", replaced(state.name(), '/', '_'), "_", names[slot]);
        break;
      case Flavour::keras2:
        name = str(names[slot], "/", state.name());
        break;
      case Flavour::legacy:
        name = str(name_, "/", state.name(), "/", names[slot]);
        break;
    }
    out[slot][i] = add_variable(name, filled(initial, state.dtype(), state.shape()));
  };
  if (by_flavour(Flavour::legacy)) {
    for (size_t slot = 0; slot < names.size(); ++slot) {
      for (size_t i = 0; i < variables.size(); ++i) make(slot, i);
    }
  } else {
    for (size_t i = 0; i < variables.size(); ++i) {
      for (size_t slot = 0; slot < names.size(); ++slot) make(slot, i);
    }
  }
  return out;
}

std::vector<Value> Optimizer::add_slots(const std::vector<Value>& variables, std::string_view name,
                                        double initial) {
  return add_slots(variables, std::vector<std::string>{std::string(name)}, initial)[0];
}

void Optimizer::start_slots(const std::vector<Value>&) {}

void Optimizer::build(const std::vector<Value>& variables, bool start) {
  if (built_) return;
  for (size_t i = 0; i < variables.size(); ++i) {
    if (!variables[i].is_variable()) {
      fail(Code::invalid_argument, "optimizer ", quoted(name_), ": item ", i,
           " of the list of variables is not a variable");
    }
  }
  built_ = true;
  trained_ = variables;
  for (size_t i = 0; i < variables.size(); ++i) index_[variables[i].rep()->variable.get()] = i;
  if (use_ema_) {
    averages_ = add_slots(variables, "average");
    // Keras 2 starts at the values of the variables, Keras 3 takes them at the first step.
    for (size_t i = 0; i < variables.size() && by_flavour(Flavour::keras2); ++i) {
      variable_state(averages_[i]).assign(variable_state(variables[i]).read().clone());
    }
  }
  if (accumulation_steps_) accumulators_ = add_slots(variables, "gradient_accumulator");
  build_slots(variables);
  if (start) start_slots(variables);
}

size_t Optimizer::index_of(const Value& variable) const {
  const auto found =
      variable.is_variable() ? index_.find(variable.rep()->variable.get()) : index_.end();
  if (found != index_.end()) return found->second;
  fail(Code::invalid_argument, "optimizer ", quoted(name_), " does not know the variable ",
       variable.is_variable() ? quoted(variable_state(variable).name()) : std::string("?"),
       ": it can only be called for the variables that it was built with; make a new optimizer "
       "for other ones");
}

void Optimizer::apply_gradients(const std::vector<Value>& gradients,
                                const std::vector<Value>& variables) {
  UpdateStep step;
  apply(step, gradients, variables);
  step.commit();
}

namespace {
// Norms and means go by the shape, which a gradient may have lost on its way.
Value shaped(Value gradient, const Value& variable) {
  if (is_indexed_slices(gradient) || gradient.shape().has_rank()) return gradient;
  return op::reshape(gradient, op::dims(variable));
}
}  // namespace

void Optimizer::apply(UpdateStep& step, std::vector<Value> gradients,
                      std::vector<Value> variables) {
  if (gradients.size() != variables.size()) {
    fail(Code::invalid_argument, "optimizer ", quoted(name_), ": ", gradients.size(),
         " gradients were given for ", variables.size(), " variables");
  }
  if (variables.empty()) return;
  build(variables);
  std::vector<Value> kept_gradients, kept;
  for (size_t i = 0; i < variables.size(); ++i) {
    index_of(variables[i]);
    if (!gradients[i]) continue;
    kept_gradients.push_back(shaped(std::move(gradients[i]), variables[i]));
    kept.push_back(variables[i]);
  }
  if (kept.empty()) {
    fail(Code::invalid_argument, "No gradients provided for any variable: none of the ",
         variables.size(), " variables has an effect on the loss");
  }
  const Value iterations = step.get(iterations_);
  step.iterations = iterations;
  step.learning_rate = current_rate(step);
  if (loss_scale_factor_) {
    for (Value& g : kept_gradients) g = densify(g) / *loss_scale_factor_;
  }
  if (accumulation_steps_) {
    accumulate(step, std::move(kept_gradients), kept);
  } else {
    one_update(step, std::move(kept_gradients), kept);
  }
  if (use_ema_) follow_averages(step);
  for (const Value& variable : kept) {
    const auto found = constraints_.find(variable.rep()->variable.get());
    if (found != constraints_.end()) step.set(variable, found->second(step.get(variable)));
  }
  step.set(iterations_, iterations + 1);
}

void Optimizer::accumulate(UpdateStep& step, std::vector<Value> gradients,
                           const std::vector<Value>& variables) {
  const Value iterations = step.iterations;
  const Value count = op::constant_like(static_cast<double>(*accumulation_steps_), iterations);
  const Value zero = op::constant_like(0, iterations);
  const Value updates = emit("Equal", {emit("FloorMod", {iterations + 1, count}), zero});
  step.iterations = emit("FloorDiv", {iterations, count});
  std::vector<Value> means;
  for (size_t i = 0; i < variables.size(); ++i) {
    const Value accumulator = accumulators_[index_of(variables[i])];
    const Value sum = densify(gradients[i]) + step.get(accumulator);
    means.push_back(sum / static_cast<double>(*accumulation_steps_));
    step.set(accumulator, op::select(updates, op::unary("ZerosLike", sum), sum));
  }
  step.open(updates);
  one_update(step, std::move(means), variables);
  step.close();
}

void Optimizer::follow_averages(UpdateStep& step) {
  const Value zero = op::constant_like(0, step.iterations);
  // The first step of Keras 3 takes the values as they are.
  const Value momentum =
      by_flavour(Flavour::keras3)
          ? op::cast(emit("NotEqual", {step.iterations, zero}), DType::float32) * ema_momentum_
          : op::constant(ema_momentum_, DType::float32);
  for (size_t i = 0; i < trained_.size(); ++i) {
    const Value m = op::cast(momentum, trained_[i].dtype());
    step.set(averages_[i], m * step.get(averages_[i]) + (1.0 - m) * step.get(trained_[i]));
  }
  if (!ema_overwrite_frequency_) return;
  const Value every = op::constant_like(static_cast<double>(*ema_overwrite_frequency_), zero);
  step.open(emit("Equal", {emit("FloorMod", {step.iterations + 1, every}), zero}));
  for (size_t i = 0; i < trained_.size(); ++i) step.set(trained_[i], step.get(averages_[i]));
  step.close();
}

void Optimizer::one_update(UpdateStep& step, std::vector<Value> gradients,
                           const std::vector<Value>& variables) {
  gradients = clipped(gradients);
  begin(step);
  for (size_t i = 0; i < variables.size(); ++i) {
    const Value& variable = variables[i];
    const DType dtype = variable.dtype();
    const std::optional<double> decay = decays(variable) ? decay_of(variable) : std::nullopt;
    if (decay) {
      const Value now = step.get(variable);
      step.set(variable, now - now * *decay * rate(step, dtype));
    }
    raw_ = gradients[i];
    may_scatter_ = !decay && !use_ema_ && !accumulation_steps_ && is_indexed_slices(raw_) &&
                   !step.conditional() && gradient_dtype(raw_) == dtype &&
                   !constraints_.contains(variable.rep()->variable.get());
    const Value dense = may_scatter_ && scatters() ? Value() : op::cast(densify(raw_), dtype);
    update(step, dense, variable, index_of(variable));
    raw_ = Value();
  }
}

// -- Parts of formulas. ------------------------------------------------------------------------

Value Optimizer::current_rate(UpdateStep& step) const {
  Value rate = rate_.function() ? op::cast(rate_.function()(step.get(iterations_)), DType::float32)
                                : step.get(rate_variable_);
  if (legacy_decay_ > 0) {
    rate = rate / (1.0 + legacy_decay_ * op::cast(step.get(iterations_), DType::float32));
  }
  return rate;
}

Value Optimizer::rate(UpdateStep& step, DType dtype) const {
  return op::cast(step.learning_rate, dtype);
}

Value Optimizer::local_step(UpdateStep& step, DType dtype) const {
  return step.once(str("local_step of ", name_), dtype,
                   [&] { return op::cast(step.iterations + 1, dtype); });
}

Value Optimizer::power(UpdateStep& step, double number, DType dtype) const {
  return step.once(str(number, " to the power of the step of ", name_), dtype,
                   [&] { return pow(op::constant(number, dtype), local_step(step, dtype)); });
}

namespace {
// Keras 3 maps the rows of slices one by one; those of one index are summed later.
Value of_rows(const Value& raw, const Value& dense, const char* op_name) {
  if (!is_indexed_slices(raw)) return op::unary(op_name, dense);
  const IndexedSlices& slices = indexed_slices(raw);
  const Value rows = op::cast(op::unary(op_name, slices.values), dense.dtype());
  return densify(
      make_indexed_slices({rows, slices.indices, slices.dense_shape}, gradient_shape(raw)));
}
}  // namespace

Value Optimizer::squared(const Value& gradient) const {
  return of_rows(by_flavour(Flavour::keras3) ? raw_ : Value(), gradient, "Square");
}
Value Optimizer::absolute(const Value& gradient) const {
  return of_rows(by_flavour(Flavour::keras3) ? raw_ : Value(), gradient, "Abs");
}

namespace {

// As `gradient`, with its numbers (all of them, or the rows) mapped.
template <typename Map>
Value map_numbers(const Value& gradient, Map&& map) {
  if (!is_indexed_slices(gradient)) return map(gradient);
  const IndexedSlices& slices = indexed_slices(gradient);
  return make_indexed_slices({map(slices.values), slices.indices, slices.dense_shape},
                             gradient_shape(gradient));
}

Value sum_of_squares(const Value& gradient) {
  const Value& values = is_indexed_slices(gradient) ? indexed_slices(gradient).values : gradient;
  std::vector<int> axes;
  for (int i = 0; i < values.rank(); ++i) axes.push_back(i);
  return op::reduce("Sum", square(values), axes);
}

// tf.clip_by_norm: x * norm / max(sqrt(sum(x^2)), norm), where a sum of 0 has the norm 0.
Value clip_by_norm(const Value& x, double norm) {
  const Value sum = sum_of_squares(x);
  const Value positive = emit("Greater", {sum, op::constant_like(0, sum)});
  const Value safe = op::select(positive, sum, op::constant_like(1, sum));
  const Value length = op::select(positive, sqrt(safe), sum);
  const Value most = maximum(length, op::constant_like(norm, length));
  return map_numbers(x, [&](const Value& v) { return v * norm / most; });
}

// tf.clip_by_global_norm. A norm that is not finite makes every gradient NaN.
void clip_by_global_norm(std::vector<Value>& gradients, double most) {
  std::vector<Value> squares;
  for (const Value& g : gradients) squares.push_back(op::cast(sum_of_squares(g), DType::float32));
  const Value norm = sqrt(emit("AddN", squares));
  const Value least = minimum(1.0 / norm, op::constant_like(1 / most, norm));
  const Value scale = most * least + (norm - norm);
  for (Value& g : gradients) {
    g = map_numbers(g, [&](const Value& v) { return v * op::cast(scale, v.dtype()); });
  }
}

}  // namespace

std::vector<Value> Optimizer::clipped(std::vector<Value> gradients) const {
  const bool by_norm = clipnorm_.value_or(0) > 0 || global_clipnorm_.value_or(0) > 0;
  if (clipvalue_.value_or(0) > 0 && (by_flavour(Flavour::legacy) || !by_norm)) {
    for (Value& g : gradients) {
      g = map_numbers(g, [&](const Value& v) {
        return minimum(maximum(v, op::constant_like(-*clipvalue_, v)),
                       op::constant_like(*clipvalue_, v));
      });
    }
  }
  if (clipnorm_.value_or(0) > 0) {
    for (Value& g : gradients) g = clip_by_norm(g, *clipnorm_);
  } else if (global_clipnorm_.value_or(0) > 0) {
    clip_by_global_norm(gradients, *global_clipnorm_);
    // Keras 3 multiplies slices by a tensor, which makes them dense: repeated rows are one from
    // here.
    for (Value& g : gradients) g = by_flavour(Flavour::keras3) ? densify(g) : g;
  }
  return gradients;
}

bool Optimizer::decays(const Value& variable) const {
  if (never_decayed_.contains(variable.rep()->variable.get())) return false;
  const std::string& path = variable_state(variable).name();
  // The name of a variable of Keras 3 is the last part of its path.
  const std::string name =
      by_flavour(Flavour::keras3) ? path.substr(path.rfind('/') + 1) : path + ":0";
  for (const std::string& pattern : never_decayed_names_) {
    if (Regex(pattern).search(name)) return false;
  }
  return true;
}

void Optimizer::exclude_from_weight_decay(const std::vector<Value>& variables,
                                          const std::vector<std::string>& names) {
  if (built_) {
    fail(Code::failed_precondition, "optimizer ", quoted(name_),
         ": exclude_from_weight_decay() must be called before the optimizer is built");
  }
  never_decayed_.clear();
  for (const Value& v : variables) never_decayed_.insert(v.rep()->variable.get());
  for (const std::string& name : names) const Regex checked(name);
  never_decayed_names_ = names;
}

void Optimizer::set_constraint(const Value& variable, Projection projection) {
  if (const auto* holder = dynamic_cast<const HoldsOptimizers*>(this)) {
    for (const OptimizerPtr& o : holder->inner()) o->set_constraint(variable, projection);
    return;
  }
  constraints_[variable.rep()->variable.get()] = std::move(projection);
}

// -- State. ------------------------------------------------------------------------------------

std::vector<Value> Optimizer::variables() const {
  std::vector<Value> out{iterations_};
  // Keras 2 keeps its learning rate apart from what it saves.
  if (by_flavour(Flavour::keras3) && rate_variable_) out.push_back(rate_variable_);
  out.insert(out.end(), own_variables_.begin(), own_variables_.end());
  return out;
}

int64_t Optimizer::iteration_count() const {
  const int64_t count = variable_state(iterations_).read().item<int64_t>();
  return accumulation_steps_ ? count / *accumulation_steps_ : count;
}

double Optimizer::learning_rate() const {
  if (!rate_.function()) return variable_state(rate_variable_).read().item<double>();
  const GraphScope eagerly(nullptr);
  return rate_.function()(variable_state(iterations_).read()).item<double>();
}

void Optimizer::set_learning_rate(double value) {
  if (rate_.function()) {
    fail(Code::invalid_argument, "optimizer ", quoted(name_),
         " was made with a schedule, so its learning rate cannot be set; make it with a number");
  }
  variable_state(rate_variable_).assign(Tensor::scalar(static_cast<float>(value)));
}

Value Optimizer::scale_loss(const Value& loss) const {
  return loss_scale_factor_ ? loss * *loss_scale_factor_ : loss;
}

void Optimizer::finalize_variable_values() {
  for (size_t i = 0; i < averages_.size(); ++i) {
    variable_state(trained_[i]).assign(variable_state(averages_[i]).read().clone());
  }
}

void Optimizer::swap_ema() {
  for (size_t i = 0; i < averages_.size(); ++i) {
    const Tensor average = variable_state(averages_[i]).read().clone();
    variable_state(averages_[i]).assign(variable_state(trained_[i]).read().clone());
    variable_state(trained_[i]).assign(average);
  }
}

void Optimizer::restart_ema() {
  for (size_t i = 0; i < averages_.size(); ++i) {
    variable_state(averages_[i]).assign(variable_state(trained_[i]).read().clone());
  }
}

}  // namespace rill::keras
