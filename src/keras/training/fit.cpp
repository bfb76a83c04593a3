// The loops of fit() and evaluate(). Source of their order:
// keras/src/backend/tensorflow/trainer.py.
#include <algorithm>
#include <cmath>

#include "base/fail.h"
#include "graph/graph.h"
#include "keras/core/batch_rows.h"
#include "keras/core/ops.h"
#include "keras/core/weights.h"
#include "keras/optimizers/detail/make.h"
#include "keras/saving/training_state.h"
#include "keras/saving/weight_source.h"
#include "keras/training/callback_list.h"
#include "keras/training/data.h"
#include "keras/training/progress.h"
#include "keras/training/trainer.h"
#include "op/emit.h"
#include "rill/keras/callbacks.hpp"
#include "rill/keras/model.hpp"

namespace rill::keras {
namespace {

// Callbacks hear of steps_per_execution batches at once: of the first before them, behind them of
// the last of a whole execution, even where the data ends before it, unless the generation shortens
// it. Batches count from 1.
class Executions {
 public:
  // `total`: batches of an epoch, when that is known. `asked`: whether the user said so.
  Executions(const Trainer& trainer, std::optional<int64_t> total, bool asked)
      : steps_(trainer.steps_per_execution()),
        shortens_(trainer.habits().shortens_last_execution),
        total_(total) {
    if (asked && !shortens_) total_ = (*total + steps_ - 1) / steps_ * steps_;
  }
  bool over(int64_t done) const { return total_ && done >= *total_; }
  std::optional<int64_t> begins(int64_t batch) const {
    return (batch - 1) % steps_ == 0 ? std::optional(batch - 1) : std::nullopt;
  }
  std::optional<int64_t> ends(int64_t batch) const {
    const bool last = batch % steps_ == 0 || (shortens_ && total_ == batch);
    return last ? std::optional(batch - 1) : std::nullopt;
  }
  // What is left when the data has ended.
  std::optional<int64_t> cut_short(int64_t batches) const {
    const int64_t over = batches % steps_;
    if (over == 0 || shortens_) return std::nullopt;
    return std::optional(batches - over + steps_ - 1);
  }

 private:
  int64_t steps_;
  bool shortens_;
  std::optional<int64_t> total_;
};

// One pass over the source: `begin` with the number of a batch that comes, `step` with the batch.
// `blindly`: nobody knows how many there are, and one begins that does not come. Gives the number
// of batches.
template <typename Begin, typename Step>
int64_t run_epoch(BatchSource& source, const Executions& executions, bool blindly, bool& exhausted,
                  Begin&& begin, Step&& step) {
  Batch batch;
  int64_t done = 0;
  const auto tell = [&] {
    if (const auto first = executions.begins(done + 1)) begin(*first);
  };
  while (!executions.over(done)) {
    if (blindly) tell();
    if (!source.next(batch)) {
      exhausted = true;
      break;
    }
    if (!blindly) tell();
    if (!step(++done, batch)) break;
  }
  return done;
}

void warn_of_end(int64_t done, int64_t wanted) {
  write_progress(str("rill: warning: the data ended after ", done, " of the ", wanted,
                     " steps of an epoch: let it give steps_per_epoch * epochs batches, as ",
                     "repeat() of a data set does\n"));
}

Logs evaluate_source(Trainer& trainer, BatchSource& source, std::optional<int64_t> steps,
                     const CallbackList& callbacks, ProgressBar* bar) {
  Logs logs;
  callbacks.each([&](Callback& c) { c.on_test_begin(logs); });
  trainer.reset_metrics();
  source.start_epoch();
  bool exhausted = false;
  const Executions executions(trainer, steps ? steps : source.steps(), steps.has_value());
  const auto tell = [&](int64_t end, Logs now) {
    if (now.empty() && callbacks.wants_batch_logs(end)) now = trainer.results();
    callbacks.each([&](Callback& c) { c.on_test_batch_end(end, now); });
  };
  const auto begin = [&](int64_t n) {
    Logs none;
    callbacks.each([&](Callback& c) { c.on_test_batch_begin(n, none); });
  };
  const auto step = [&](int64_t n, const Batch& batch) {
    Logs now;
    trainer.test(batch);
    if (bar && bar->due(n)) now = trainer.results();
    if (const auto end = executions.ends(n)) tell(*end, now);
    if (bar && bar->due(n)) bar->update(n, now, false);
    return true;
  };
  const bool blindly = !source.steps();
  const int64_t done = run_epoch(source, executions, blindly, exhausted, begin, step);
  if (const auto end = executions.cut_short(done)) {
    tell(*end, {});
    if (blindly) begin(*end + 1);
  }
  if (done == 0) fail(Code::invalid_argument, "evaluate(): the data is empty");
  logs = trainer.results();
  if (bar) bar->update(done, logs, true);
  callbacks.each([&](Callback& c) { c.on_test_end(logs); });
  return logs;
}

void split_validation(Batch& data, Batch& validation, double fraction) {
  if (!(fraction > 0 && fraction < 1)) {
    fail(Code::invalid_argument, "validation_split must be in ]0, 1[, not ", fraction);
  }
  const int64_t rows = count_rows(data);
  const auto at = static_cast<int64_t>(std::floor(static_cast<double>(rows) * (1 - fraction)));
  if (at == 0 || at == rows) {
    fail(Code::invalid_argument, "the data has ", rows,
         " rows; they cannot be split by validation_split = ", fraction);
  }
  validation = slice_rows(data, at, rows);
  data = slice_rows(data, 0, at);
}

void check_options(const FitOptions& o) {
  if (o.epochs < 0) fail(Code::invalid_argument, "epochs must not be negative: ", o.epochs);
  if (o.validation_freq < 1) {
    fail(Code::invalid_argument, "validation_freq must be positive, not ", o.validation_freq);
  }
  if (o.steps_per_epoch && *o.steps_per_epoch < 1) {
    fail(Code::invalid_argument, "steps_per_epoch must be positive, not ", *o.steps_per_epoch);
  }
}

void record(History& history, int64_t epoch, const Logs& logs) {
  history.epoch.push_back(epoch);
  for (const auto& [name, value] : logs) {
    const auto found = std::find_if(history.history.begin(), history.history.end(),
                                    [&key = name](const auto& item) { return item.first == key; });
    if (found == history.history.end()) {
      history.history.emplace_back(name, std::vector<double>{value});
    } else {
      found->second.push_back(value);
    }
  }
}

History fit_source(const Model& model, BatchSource& source, BatchSource* validation,
                   const FitOptions& o) {
  Trainer& trainer = trainer_of(*model.impl());
  { const GuardedRun allowed(model.impl()->guard()); }
  trainer.refresh();
  trainer.stop = false;
  trainer.resume_epoch.reset();
  const std::optional<int64_t> steps = o.steps_per_epoch ? o.steps_per_epoch : source.steps();
  const bool whole = steps && steps == source.steps();
  const int verbose = resolve_verbose(o.verbose);
  const CallbackList callbacks(model, o.callbacks, {o.epochs, steps, verbose});
  const CallbackList silent(model, {}, {});
  History history;
  Logs logs;
  callbacks.each([&](Callback& c) { c.on_train_begin(logs); });
  bool exhausted = true;
  const TrainingHabits& habits = trainer.habits();
  const Executions executions(trainer, steps, o.steps_per_epoch.has_value());
  const int64_t first = trainer.resume_epoch.value_or(o.initial_epoch);
  for (int64_t epoch = first; epoch < o.epochs && !trainer.stop; ++epoch) {
    trainer.reset_metrics();
    logs.clear();
    callbacks.each([&](Callback& c) { c.on_epoch_begin(epoch, logs); });
    if (verbose != 0 && o.epochs > 1) write_progress(str("Epoch ", epoch + 1, "/", o.epochs, "\n"));
    ProgressBar bar(verbose, steps, habits);
    // With steps_per_epoch an epoch goes on where the last one stopped.
    if (exhausted || !o.steps_per_epoch || (habits.needs_all_steps && whole)) source.start_epoch();
    exhausted = false;
    const auto tell = [&](int64_t end, Logs now) {
      if (now.empty() && callbacks.wants_batch_logs(end)) now = trainer.results();
      callbacks.each([&](Callback& c) { c.on_train_batch_end(end, now); });
    };
    const auto begin = [&](int64_t n) {
      Logs none;
      callbacks.each([&](Callback& c) { c.on_train_batch_begin(n, none); });
    };
    const auto step = [&](int64_t n, const Batch& batch) {
      Logs now;
      trainer.train(batch);
      const bool shown = bar.due(n) && !(steps && n >= *steps);
      if (shown) now = trainer.results();
      const auto end = executions.ends(n);
      if (end) tell(*end, now);
      if (shown) bar.update(n, now, false);
      return !(end && trainer.stop);
    };
    // Keras 2 counts the batches of the first epoch, and asks for as many as it was told to.
    const bool blindly =
        habits.needs_all_steps ? o.steps_per_epoch || (!steps && epoch == first) : !source.steps();
    int64_t done = run_epoch(source, executions, blindly, exhausted, begin, step);
    if (done == 0 && o.steps_per_epoch && epoch > first && !habits.needs_all_steps) {
      // The epoch before took the last batch: this one begins anew.
      source.start_epoch();
      exhausted = false;
      done = run_epoch(source, executions, blindly, exhausted, begin, step);
    }
    if (o.steps_per_epoch && exhausted) {
      warn_of_end(done, *o.steps_per_epoch);
      if (habits.needs_all_steps) trainer.stop = true;
    }
    if (const auto end = executions.cut_short(done)) {
      tell(*end, {});
      if (blindly) begin(*end + 1);
    }
    if (done == 0) {
      if (epoch == first) fail(Code::invalid_argument, "fit(): the data is empty");
      break;
    }
    logs = trainer.results();
    if (validation && (epoch + 1) % o.validation_freq == 0) {
      for (const auto& [name, value] :
           evaluate_source(trainer, *validation, o.validation_steps, callbacks, nullptr)) {
        logs.emplace_back("val_" + name, value);
      }
    }
    if (habits.sorts_logs) sort_logs(logs);
    // What callbacks add to it is of this epoch alone.
    Logs told = logs;
    callbacks.each([&](Callback& c) { c.on_epoch_end(epoch, told); });
    record(history, epoch, told);
    bar.update(done, told, true);
  }
  if (o.epochs > 0) trainer.optimizer()->finalize_variable_values();
  callbacks.each([&](Callback& c) { c.on_train_end(logs); });
  return history;
}

}  // namespace

void Model::compile(const CompileOptions& options) const {
  impl_->set_trainer(std::make_shared<Trainer>(*impl_, options));
}

Optimizer& Model::optimizer() const { return *trainer_of(*impl_).optimizer(); }
bool Model::compiled() const { return impl_->trainer() != nullptr; }

void Model::set_train_step(const TrainStep& step) const { trainer_of(*impl_).set_train_step(step); }

History Model::fit(const Batches& x, const Batches& y) const { return fit(x, y, FitOptions{}); }

namespace {

// What the options name to validate with, if they do.
std::unique_ptr<BatchSource> validation_source(const ModelLayer& model, const FitOptions& o) {
  if (o.validation_dataset) {
    if (o.validation_data) {
      fail(Code::invalid_argument,
           "fit(): validation_data and validation_dataset cannot be given together");
    }
    return dataset_source(model, *o.validation_dataset, std::nullopt, o.validation_steps);
  }
  if (!o.validation_data) return nullptr;
  return array_source(to_batch(model, *o.validation_data),
                      {o.validation_batch_size.value_or(o.batch_size), false});
}

void refuse_split(const FitOptions& o, const char* what) {
  if (o.validation_split != 0) {
    fail(Code::invalid_argument, "fit(): validation_split needs arrays, not ", what,
         ": give validation_data or validation_dataset");
  }
  if (!o.sample_weight.empty()) {
    fail(Code::invalid_argument, "fit(): ", what, " gives its sample weights itself");
  }
}

}  // namespace

History Model::fit(const Batches& x, const Batches& y, const FitOptions& options) const {
  trainer_of(*impl_);
  check_options(options);
  Batch data = to_batch(*impl_, {x, y, options.sample_weight});
  count_rows(data);
  std::unique_ptr<BatchSource> validation = validation_source(*impl_, options);
  Batch held_out;
  if (!validation && options.validation_split != 0) {
    split_validation(data, held_out, options.validation_split);
  }
  const TrainingHabits& habits = habits_of(*this);
  ClassWeights(options.class_weight, habits).weigh(data);
  ArrayOptions order{options.batch_size, options.shuffle, habits.shuffles_on};
  if (habits.shuffles_on && options.steps_per_epoch) {
    order.passes = options.epochs - options.initial_epoch;
  }
  const auto source = array_source(std::move(data), order);
  if (!held_out.x.empty()) {
    validation = array_source(std::move(held_out),
                              {options.validation_batch_size.value_or(options.batch_size), false});
  }
  return fit_source(*this, *source, validation.get(), options);
}

History Model::fit(const BatchGenerator& batches, const FitOptions& options) const {
  trainer_of(*impl_);
  check_options(options);
  refuse_split(options, "a generator");
  const auto source = generator_source(*impl_, batches, {options.class_weight, habits_of(*this)});
  const auto validation = validation_source(*impl_, options);
  return fit_source(*this, *source, validation.get(), options);
}

History Model::fit(const Dataset& batches) const { return fit(batches, FitOptions{}); }

History Model::fit(const Dataset& batches, const FitOptions& options) const {
  trainer_of(*impl_);
  check_options(options);
  refuse_split(options, "a data set");
  const auto source =
      dataset_source(*impl_, batches, ClassWeights(options.class_weight, habits_of(*this)),
                     options.steps_per_epoch);
  const auto validation = validation_source(*impl_, options);
  return fit_source(*this, *source, validation.get(), options);
}

Logs Model::evaluate(const Batches& x, const Batches& y) const {
  return evaluate(x, y, EvaluateOptions{});
}

namespace {

Logs evaluate_shown(const Model& model, BatchSource& source, const EvaluateOptions& options) {
  const int verbose = resolve_verbose(options.verbose);
  const std::optional<int64_t> steps = options.steps ? options.steps : source.steps();
  const CallbackList callbacks(model, options.callbacks, {1, steps, verbose});
  ProgressBar bar(verbose, steps, habits_of(model));
  return evaluate_source(trainer_of(*model.impl()), source, options.steps, callbacks, &bar);
}

}  // namespace

Logs Model::evaluate(const Batches& x, const Batches& y, const EvaluateOptions& options) const {
  trainer_of(*impl_);
  const auto source =
      array_source(to_batch(*impl_, {x, y, options.sample_weight}), {options.batch_size, false});
  return evaluate_shown(*this, *source, options);
}

Logs Model::evaluate(const Dataset& batches) const { return evaluate(batches, EvaluateOptions{}); }

Logs Model::evaluate(const Dataset& batches, const EvaluateOptions& options) const {
  trainer_of(*impl_);
  const auto source = dataset_source(*impl_, batches, std::nullopt, options.steps);
  return evaluate_shown(*this, *source, options);
}

std::vector<Tensor> Model::predict(const Dataset& batches, const PredictOptions& options) const {
  if (batches.cardinality() == INT64_MAX && !options.steps) {
    fail(Code::invalid_argument, "predict(): the data set does not end; take() a part of it");
  }
  const size_t inputs = std::max<size_t>(1, impl_->input_names().size());
  std::vector<JoinedRows> parts;
  PredictCalls calls(*this, options, options.steps ? options.steps : batches.cardinality());
  for (const Values& element : options.steps ? batches.take(*options.steps) : batches) {
    if (element.size() < inputs) {
      fail(Code::invalid_argument, "predict(): an element of the data set has ", element.size(),
           " components; the model takes ", inputs, " inputs");
    }
    const Values x(element.begin(), element.begin() + static_cast<long>(inputs));
    const Values out = calls.batch([&] { return predict_on_batch(x); });
    parts.resize(out.size());
    for (size_t i = 0; i < out.size(); ++i) parts[i].add(out[i]);
  }
  if (parts.empty()) fail(Code::invalid_argument, "predict(): the data set is empty");
  calls.end();
  const GraphScope eagerly(nullptr);
  std::vector<Tensor> out;
  for (JoinedRows& part : parts) out.push_back(part.done());
  return out;
}

Logs Model::train_on_batch(const Examples& batch) const {
  Trainer& trainer = trainer_of(*impl_);
  trainer.refresh();
  const Batch ready = to_batch(*impl_, batch);
  count_rows(ready);
  trainer.train(ready);
  return trainer.results();
}

Logs Model::test_on_batch(const Examples& batch) const {
  Trainer& trainer = trainer_of(*impl_);
  const Batch ready = to_batch(*impl_, batch);
  count_rows(ready);
  trainer.test(ready);
  return trainer.results();
}

Logs Model::train_on_batch(const Batches& x, const Batches& y) const {
  return train_on_batch(Examples{x, y, {}});
}
Logs Model::test_on_batch(const Batches& x, const Batches& y) const {
  return test_on_batch(Examples{x, y, {}});
}
void Model::reset_metrics() const { trainer_of(*impl_).reset_metrics(); }

std::vector<Tensor> Model::predict_on_batch(const std::vector<Tensor>& inputs) const {
  std::vector<Tensor> out = impl_->run(inputs);
  for (Tensor& t : out) t = t.owned();
  return out;
}

// -- Settings of files. ------------------------------------------------------------------------

namespace {

// Files from before the loss was scaled hold the state of the inner optimizer alone.
std::vector<Value> variables_for(const Optimizer& optimizer, size_t count) {
  std::vector<Value> all = optimizer.variables();
  const auto* holder = dynamic_cast<const HoldsOptimizers*>(&optimizer);
  if (all.size() == count || !holder || holder->inner().size() != 1) return all;
  return holder->inner()[0]->variables();
}

}  // namespace

void restore_optimizer(Trainer& trainer, const WeightSource& source) {
  trainer.build_optimizer();
  std::vector<Tensor> values;
  if (source.contains("optimizer_weights")) {
    for (const std::string& name : source.names("optimizer_weights", "weight_names")) {
      values.push_back(source.read("optimizer_weights/" + name));
    }
  }
  for (size_t i = 0; values.size() == i; ++i) {
    const std::string path = str("optimizer/vars/", i);
    if (!source.contains(path)) break;
    values.push_back(source.read(path));
  }
  const auto variables = variables_for(*trainer.optimizer(), values.size());
  if (values.size() != variables.size()) return;
  for (size_t i = 0; i < values.size(); ++i) {
    const VariableState& state = variable_state(variables[i]);
    if (!(values[i].shape() == state.shape())) return;
  }
  for (size_t i = 0; i < values.size(); ++i) {
    VariableState& state = variable_state(variables[i]);
    const GraphScope eagerly(nullptr);
    state.assign(values[i].dtype() == state.dtype()
                     ? values[i].clone()
                     : emit("Cast", {values[i]}, {{"DstT", state.dtype()}}));
  }
  // Keras 2 keeps it apart from what it lists.
  constexpr const char* kRate = "optimizer/learning_rate";
  Optimizer& optimizer = *trainer.optimizer();
  if (optimizer.flavour() != Optimizer::Flavour::keras3 && !optimizer.has_schedule() &&
      source.contains(kRate)) {
    optimizer.set_learning_rate(source.read(kRate).item<double>());
  }
}

namespace {

// What load_model() of Keras 2 makes: an optimizer has its slots if it is none of the old ones, or
// has got them from the file; a .keras leaves metrics that are names and those of several outputs
// to the first step, and some metrics know their shape then only. A SavedModel makes its optimizer
// late. (tf_keras/src/saving/legacy/hdf5_format.py, saving_lib.py, saved_model/load.py)
Trainer::Made made_by_loading(const SavedTraining& saved, const Trainer& trainer) {
  const bool hdf5 = saved.from == SavedTraining::From::hdf5;
  const bool slots = trainer.optimizer()->flavour() != Optimizer::Flavour::legacy ||
                     (hdf5 && saved.weights && saved.weights->contains("optimizer_weights"));
  if (!slots || saved.from == SavedTraining::From::saved_model) return Trainer::Made::some;
  const std::function<bool(const MetricSpec&)> late = [&](const MetricSpec& spec) {
    if (spec.metric()) return spec.metric()->variables().empty();
    return (!hdf5 && !spec.name().empty()) ||
           std::any_of(spec.list().begin(), spec.list().end(), late);
  };
  const CompileOptions& options = trainer.options();
  const auto any_late = [&](const MetricSpecs& specs) {
    return std::any_of(specs.begin(), specs.end(), late);
  };
  const bool several = !hdf5 && trainer.model().output_names().size() > 1;
  const bool metrics_late =
      several || any_late(options.metrics) || any_late(options.weighted_metrics);
  return metrics_late ? Trainer::Made::all_but_metrics : Trainer::Made::all;
}

}  // namespace

const TrainingHabits& habits_of(const Model& model) { return trainer_of(*model.impl()).habits(); }

Trainer& trainer_of(ModelLayer& model) {
  if (model.trainer()) return *model.trainer();
  const std::optional<SavedTraining>& saved = model.saved_training();
  if (!saved) {
    fail(Code::failed_precondition, "model ", quoted(model.name()),
         ": you must call compile() before training or evaluating it");
  }
  const Json config = Json::parse(saved->config, "the training settings of the file");
  const Json optimizer = saved_optimizer(*saved, config);
  CompileOptions options;
  if (!optimizer.is_null()) options.optimizer = optimizer_from_json(optimizer);
  OutputSpecs specs = saved_specs(model, *saved, config);
  options.loss = std::move(specs.loss);
  options.loss_weights = std::move(specs.loss_weights);
  options.metrics = std::move(specs.metrics);
  options.weighted_metrics = std::move(specs.weighted_metrics);
  if (const Json* steps = config.find("steps_per_execution"); steps && steps->is_int()) {
    options.steps_per_execution = steps->as_int();
  }
  if (const Json* scales = config.find("auto_scale_loss"); scales && scales->is_bool()) {
    options.auto_scale_loss = scales->as_bool();
  }
  if (const Json* eager = config.find("run_eagerly"); eager && eager->is_bool()) {
    options.run_eagerly = eager->as_bool();
  }
  const auto trainer = std::make_shared<Trainer>(model, std::move(options));
  trainer->made = made_by_loading(*saved, *trainer);
  if (saved->weights && model.built()) restore_optimizer(*trainer, *saved->weights);
  model.set_trainer(trainer);
  return *trainer;
}

}  // namespace rill::keras
