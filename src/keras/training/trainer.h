// A compiled model: its optimizer, losses and metrics, and the steps that are traced with them.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "codec/json.h"
#include "function/traced.h"
#include "keras/models/model_layer.h"
#include "keras/training/outputs.h"
#include "rill/keras/training.hpp"

namespace rill::keras {

class WeightSource;

// One batch in the order of the model's inputs and outputs. Weights: none, one, or one an output.
struct Batch {
  Values x;
  Values y;
  Values weights;
};

class Trainer {
 public:
  // `model` owns the trainer.
  Trainer(ModelLayer& model, CompileOptions options);

  const ModelLayer& model() const { return model_; }
  const CompileOptions& options() const { return options_; }
  // What the model's generation of Keras does in training.
  const TrainingHabits& habits() const { return habits_; }
  const OptimizerPtr& optimizer() const { return options_.optimizer; }
  int64_t steps_per_execution() const { return options_.steps_per_execution; }
  // {"optimizer", "loss", "loss_weights", "metrics", ...} as Keras 3 writes it.
  Json config() const;
  void set_train_step(TrainStep step);

  // The metrics (and, in training, the weights) after it hold this batch, too. Throws what the
  // model throws, INVALID_ARGUMENT when the batch does not fit the model.
  void train(const Batch& batch);
  void test(const Batch& batch);
  void reset_metrics();
  // Of the batches since reset_metrics(), in the order in which the generation shows them.
  Logs results();
  // The loss first, then the metrics in compile()'s order, as evaluate() lists them.
  std::vector<std::string> metric_names();
  // The class of the metric that is shown as `name`; empty: there is none.
  std::string metric_class(const std::string& name) const;
  // Call it before a run of batches: weights may have been frozen since the last one.
  void refresh();
  std::vector<Value> trained_weights() const { return trained_; }
  // Makes the optimizer's slots. Weights must be there.
  void build_optimizer();
  // The metrics' classes and variables, the mean of the loss first, in the order of Keras 2.
  std::vector<std::pair<std::string, std::vector<Value>>> metric_states() const;
  // Of the variables of the optimizer and the metrics, those that there are before the first step.
  enum class Made : uint8_t { some, all_but_metrics, all };
  Made made = Made::some;
  bool stop = false;                    // a callback asked for the end
  std::optional<int64_t> resume_epoch;  // a callback found that so many epochs are done

 private:
  enum class Mode : uint8_t { train, test };
  struct Step {
    std::unique_ptr<Traced> traced;
    std::vector<std::string> names;  // of a step of the user's
    std::vector<Tensor> outputs;
  };
  void run(Mode mode, const Batch& batch);
  void run_step(Mode mode, const Batch& batch);
  Step& step_for(Mode mode, const Batch& batch);
  Values body(Mode mode, const Values& inputs, size_t num_x, size_t num_y);
  Value target_beside(const Value& y_pred, const Value& y) const;
  Value compute_loss(const Values& y, const Values& weights, const Layer::Result& result);
  void update_metrics(const Values& y, const Values& weights, const Layer::Result& result);
  void update_added(const std::string& name, const Value& value);
  const ResolvedOutputs& resolve(const Values& y, const Values& y_pred);
  void build_model(const Batch& batch);

  ModelLayer& model_;
  CompileOptions options_;
  const TrainingHabits& habits_;
  TrainStep own_step_;
  std::optional<ResolvedOutputs> resolved_;
  std::shared_ptr<metrics::MeanMetric> loss_;
  std::vector<std::shared_ptr<metrics::MeanMetric>> added_;  // by add_metric() of layers
  std::map<std::vector<size_t>, Step> steps_;                // by mode and counts of tensors
  std::vector<Value> trained_;
  std::vector<std::string> own_names_;  // of the user's step, with the latest values
  std::vector<double> own_values_;
};

// By name.
void sort_logs(Logs& logs);
// Of the generation that trains the model.
const TrainingHabits& habits_of(const Model& model);

// The trainer of a compiled model, or one made from the settings of the file it came from.
// Throws FAILED_PRECONDITION when there are none.
Trainer& trainer_of(ModelLayer& model);
// Gives the optimizer the variables of a file: optimizer/vars/N of archives and checkpoints,
// optimizer_weights of HDF5. It stays as it is when they do not fit.
void restore_optimizer(Trainer& trainer, const WeightSource& source);

}  // namespace rill::keras
