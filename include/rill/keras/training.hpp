// What compile(), fit(), evaluate() and their kin take and give.
#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "rill/dataset.hpp"
#include "rill/keras/losses.hpp"
#include "rill/keras/metrics.hpp"
#include "rill/keras/optimizers.hpp"

namespace rill::keras {

class Callback;
class Model;

// One loss of compile(): a name, a loss, or none; for models with several outputs perhaps with the
// name of its output. Names like "crossentropy" are understood when the shapes are known.
class RILL_API LossSpec {
 public:
  LossSpec() = default;                                   // None: the output has no loss
  LossSpec(const char* name) : name_(name) {}             // NOLINT
  LossSpec(std::string name) : name_(std::move(name)) {}  // NOLINT
  LossSpec(LossPtr loss) : loss_(std::move(loss)) {}      // NOLINT
  template <typename T>
  requires(std::is_base_of_v<Loss, T>) LossSpec(std::shared_ptr<T> loss)  // NOLINT
      : loss_(std::move(loss)) {}
  LossSpec(std::string output, const LossSpec& loss)
      : name_(loss.name_), output_(std::move(output)), loss_(loss.loss_) {}
  bool empty() const { return name_.empty() && !loss_; }
  const std::string& name() const { return name_; }
  const std::string& output() const { return output_; }
  const LossPtr& loss() const { return loss_; }

 private:
  std::string name_;
  std::string output_;
  LossPtr loss_;
};

// .loss = "mse", .loss = {"mse", "mae"} (in the order of the outputs),
// .loss = {{"a", "mse"}, {"b", "mae"}}.
class RILL_API LossSpecs {
 public:
  LossSpecs() = default;
  LossSpecs(const char* name) : items_{LossSpec(name)}, one_(true) {}             // NOLINT
  LossSpecs(std::string name) : items_{LossSpec(std::move(name))}, one_(true) {}  // NOLINT
  LossSpecs(LossPtr loss) : items_{LossSpec(std::move(loss))}, one_(true) {}      // NOLINT
  template <typename T>
  requires(std::is_base_of_v<Loss, T>) LossSpecs(std::shared_ptr<T> loss)  // NOLINT
      : items_{LossSpec(std::move(loss))}, one_(true) {}
  LossSpecs(std::initializer_list<LossSpec> items) : items_(items) {}
  LossSpecs(std::vector<LossSpec> items) : items_(std::move(items)) {}  // NOLINT
  const std::vector<LossSpec>& items() const { return items_; }
  // Not a list: the same loss for every output.
  bool one() const { return one_; }

 private:
  std::vector<LossSpec> items_;
  bool one_ = false;
};

// One metric of compile(), or the list of those of one output, perhaps with the output's name.
class RILL_API MetricSpec {
 public:
  MetricSpec() = default;                                       // None: the output has no metric
  MetricSpec(const char* name) : name_(name) {}                 // NOLINT
  MetricSpec(std::string name) : name_(std::move(name)) {}      // NOLINT
  MetricSpec(MetricPtr metric) : metric_(std::move(metric)) {}  // NOLINT
  template <typename T>
  requires(std::is_base_of_v<Metric, T>) MetricSpec(std::shared_ptr<T> metric)  // NOLINT
      : metric_(std::move(metric)) {}
  MetricSpec(std::string output, const MetricSpec& metric) : MetricSpec(metric) {
    output_ = std::move(output);
  }
  MetricSpec(std::string output, std::initializer_list<MetricSpec> list)
      : output_(std::move(output)), list_(list), is_list_(true) {}
  static MetricSpec of_list(std::vector<MetricSpec> list, std::string output = {}) {
    MetricSpec out;
    out.list_ = std::move(list);
    out.is_list_ = true;
    out.output_ = std::move(output);
    return out;
  }
  const std::string& name() const { return name_; }
  const std::string& output() const { return output_; }
  const MetricPtr& metric() const { return metric_; }
  const std::vector<MetricSpec>& list() const { return list_; }
  bool is_list() const { return is_list_; }

 private:
  std::string name_;
  std::string output_;
  MetricPtr metric_;
  std::vector<MetricSpec> list_;
  bool is_list_ = false;
};
using MetricSpecs = std::vector<MetricSpec>;

struct LossWeight {
  LossWeight(double weight) : value(weight) {}  // NOLINT
  LossWeight(std::string name, double weight) : output(std::move(name)), value(weight) {}
  std::string output = {};
  double value = 1;
};

struct CompileOptions {
  OptimizerPtr optimizer = {};  // none: "rmsprop"
  LossSpecs loss = {};
  std::vector<LossWeight> loss_weights = {};
  MetricSpecs metrics = {};
  MetricSpecs weighted_metrics = {};
  bool run_eagerly = false;
  // Taken and written back; each step is compiled anyway.
  int64_t steps_per_execution = 1;
  bool jit_compile = false;
  // Which Keras trains the model: 2 or 3. It says what logs call things and in which order they
  // come, and all else that differs between them. None: the one whose file the model came from, 3
  // for others.
  std::optional<int> keras_version = {};
  // Where a layer has the policy mixed_float16 the optimizer is wrapped into a LossScaleOptimizer.
  bool auto_scale_loss = true;
};

// Tensors in the order of the model's inputs or outputs, or by name.
class RILL_API Batches {
 public:
  Batches() = default;
  Batches(const Tensor& x) : list_{x} {}                         // NOLINT
  Batches(std::vector<Tensor> list) : list_(std::move(list)) {}  // NOLINT
  Batches(std::initializer_list<Tensor> list) : list_(list) {}
  Batches(std::initializer_list<std::pair<const std::string, Tensor>> named);
  Batches(const std::map<std::string, Tensor>& named);  // NOLINT
  const std::vector<Tensor>& list() const { return list_; }
  // Empty: by order.
  const std::vector<std::string>& names() const { return names_; }
  bool empty() const { return list_.empty(); }

 private:
  std::vector<Tensor> list_;
  std::vector<std::string> names_;
};

// One batch, or a whole data set, with the weights of its samples (one for each output, or one).
struct Examples {
  Batches x = {};
  Batches y = {};
  Batches sample_weight = {};
};

// Values by name, in the order in which Keras shows them: Keras 3 by name, Keras 2 the loss, those
// of the outputs, then the metrics output by output.
using Logs = std::vector<std::pair<std::string, double>>;
// Throws NOT_FOUND with the nearest name.
RILL_API double log_value(const Logs& logs, const std::string& name);

// Gives batch after batch; false at the end of an epoch. After that it is asked for the next one,
// which may be the same again.
using BatchGenerator = std::function<bool(Examples& batch)>;

using CallbackPtr = std::shared_ptr<Callback>;

constexpr int kAutoVerbose = -1;  // 1 on a terminal, else 2

struct FitOptions {
  int64_t batch_size = 32;
  int64_t epochs = 1;
  int verbose = kAutoVerbose;  // 0: silent, 1: a bar, 2: one line an epoch; to stderr
  std::vector<CallbackPtr> callbacks = {};
  double validation_split = 0;  // the last part of the samples, before they are shuffled
  std::optional<Examples> validation_data = {};
  std::optional<Dataset> validation_dataset = {};  // of batches, instead of validation_data
  bool shuffle = true;
  std::map<int64_t, double> class_weight = {};
  Batches sample_weight = {};
  int64_t initial_epoch = 0;
  std::optional<int64_t> steps_per_epoch = {};
  std::optional<int64_t> validation_steps = {};
  std::optional<int64_t> validation_batch_size = {};
  int64_t validation_freq = 1;
};

struct EvaluateOptions {
  int64_t batch_size = 32;
  int verbose = kAutoVerbose;
  Batches sample_weight = {};
  std::optional<int64_t> steps = {};
  std::vector<CallbackPtr> callbacks = {};
};

struct CurveOptions {
  std::vector<std::string> values = {};  // none: all that were recorded
  int width = 720;
  int height = 420;
  std::string title = {};
};

// What fit() recorded, an entry an epoch.
struct RILL_API History {
  std::vector<int64_t> epoch;
  std::vector<std::pair<std::string, std::vector<double>>> history;  // in the order of the logs

  // Throws NOT_FOUND with the nearest name.
  const std::vector<double>& operator[](const std::string& name) const;
  bool contains(const std::string& name) const;
  // A picture of the curves; as text, or written to a file. Throws what writing a file throws.
  std::string svg_text(const CurveOptions& options = {}) const;
  const History& svg(const std::string& path, const CurveOptions& options = {}) const;
  // epoch,loss,... as CSVLogger writes it.
  const History& csv(const std::string& path) const;
};

// A training step of one's own, traced like the built-in one: gives named scalars, which are shown
// as they are. `model` is compiled.
using TrainStep = std::function<std::vector<std::pair<std::string, Value>>(
    const Values& x, const Values& y, const Value& sample_weight)>;

}  // namespace rill::keras
