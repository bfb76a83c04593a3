// Metrics, named as in Keras. Their state lies in variables, so that updates can be traced into a
// training step and saved.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "rill/keras/config_visitor.hpp"
#include "rill/tensor.hpp"

namespace rill::keras {

// What users subclass: make variables in build() or in the constructor, add to them in
// update_state(), and say what they mean in result().
class RILL_API Metric {
 public:
  Metric();
  Metric(const Metric&) = delete;
  Metric& operator=(const Metric&) = delete;
  virtual ~Metric();

  virtual void update_state(const Value& y_true, const Value& y_pred,
                            const Value& sample_weight = {}) = 0;
  // With the mask of y_pred; metrics that know nothing of masks ignore it.
  virtual void update_state_masked(const Value& y_true, const Value& y_pred,
                                   const Value& sample_weight, const Value& mask);
  // Within a traced step: of the updates of that step, too.
  virtual Value result() const = 0;
  // Every variable becomes zero.
  virtual void reset_state();
  // Keys besides name and dtype.
  virtual void visit_config(ConfigVisitor& visitor);
  virtual std::string class_name() const;
  // Called once, when the config is known. Most metrics make their variables here.
  virtual void build();

  // update_state() and result().
  Value operator()(const Value& y_true, const Value& y_pred, const Value& sample_weight = {});

  const std::string& name() const { return name_; }
  void set_name(std::string name) { name_ = std::move(name); }
  DType dtype() const { return dtype_; }
  void set_dtype(DType dtype) { dtype_ = dtype; }
  void set_class_name(std::string name) { class_name_ = std::move(name); }
  // build() if that has not been done.
  void ensure_built();
  // In the order in which Keras saves them.
  std::vector<Value> variables() const;
  // Their names ("total", "count").
  std::vector<std::string> variable_names() const;

 protected:
  // A variable of zeros; the number is for read(), assign() and add().
  using Slot = int;
  Slot add_variable(const std::string& name, const Shape& shape, DType dtype = DType::invalid);
  // The present value: within a traced step, after the updates so far.
  Value read(Slot slot) const;
  void assign(Slot slot, const Value& value);
  void add(Slot slot, const Value& delta);

 private:
  struct Variable;
  std::string name_;
  std::string class_name_;
  DType dtype_ = DType::invalid;
  bool built_ = false;
  std::vector<std::unique_ptr<Variable>> variables_;
};

// A shared handle: made from a name ("mae", "AUC"), a Metric, or a function.
class RILL_API MetricPtr {
 public:
  using Function = std::function<Value(const Value& y_true, const Value& y_pred)>;
  MetricPtr() = default;
  // Throws INVALID_ARGUMENT with the nearest name.
  MetricPtr(const char* name);         // NOLINT: .metrics = {"mae"}
  MetricPtr(const std::string& name);  // NOLINT
  // The mean of a function of each sample.
  MetricPtr(const std::string& name, Function per_sample);
  template <typename T>
  requires(std::is_base_of_v<Metric, T>) MetricPtr(std::shared_ptr<T> metric)  // NOLINT
      : metric_(std::move(metric)) {
    if (metric_) metric_->ensure_built();
  }

  explicit operator bool() const noexcept { return metric_ != nullptr; }
  Metric* operator->() const noexcept { return metric_.get(); }
  Metric& operator*() const noexcept { return *metric_; }
  const std::shared_ptr<Metric>& get() const noexcept { return metric_; }
  Value operator()(const Value& y_true, const Value& y_pred,
                   const Value& sample_weight = {}) const {
    return (*metric_)(y_true, y_pred, sample_weight);
  }

 private:
  std::shared_ptr<Metric> metric_;
};

namespace metrics {

// {"class_name": .., "config": ..} as text, and back. Throws INVALID_ARGUMENT.
RILL_API std::string to_json(const MetricPtr& metric);
RILL_API MetricPtr from_json(const std::string& text);
// By the name of a class or a short name: "mse", "AUC", "categorical_accuracy".
RILL_API MetricPtr get(const std::string& name);
// As compile() reads a name: "accuracy" and "acc" are chosen by the shapes, and the metric is
// called as it was spelt.
RILL_API MetricPtr get(const std::string& name, const Value& y_true, const Value& y_pred);

// The mean of values: what training shows as "loss".
class RILL_API MeanMetric : public Metric {
 public:
  void build() override;
  std::string class_name() const override { return "Mean"; }
  void update_state(const Value& values, const Value& unused,
                    const Value& sample_weight = {}) override;
  void update(const Value& values, const Value& sample_weight = {});
  Value result() const override;

 private:
  Slot total_ = 0;
  Slot count_ = 0;
};
// A mean that somebody else updates. `name` as it is shown.
RILL_API std::shared_ptr<MeanMetric> make_mean(const std::string& name = "mean");

struct Options {
  std::string name = {};
  std::string dtype = {};  // float32
};
struct ThresholdsOptions {
  std::optional<std::vector<double>> thresholds = {};
  std::string name = {};
};
struct PrecisionOptions {
  std::optional<std::vector<double>> thresholds = {};
  std::optional<int64_t> top_k = {};
  std::optional<int64_t> class_id = {};
  std::string name = {};
};
struct AtOptions {
  int64_t num_thresholds = 200;
  std::optional<int64_t> class_id = {};
  std::string name = {};
};
struct AucOptions {
  int64_t num_thresholds = 200;
  std::string curve = "ROC";                       // ROC, PR, PRGAIN
  std::string summation_method = "interpolation";  // interpolation, majoring, minoring
  std::optional<std::vector<double>> thresholds = {};
  bool multi_label = false;
  std::optional<int64_t> num_labels = {};
  std::optional<std::vector<double>> label_weights = {};
  bool from_logits = false;
  std::string name = {};
};
struct AccuracyOptions {
  double threshold = 0.5;
  std::string name = {};
};
struct TopKOptions {
  int64_t k = 5;
  bool from_sorted_ids = false;
  std::string name = {};
};
struct AxisOptions {
  int64_t axis = -1;
  std::string name = {};
};
struct CrossentropyOptions {
  bool from_logits = false;
  double label_smoothing = 0.0;
  int64_t axis = -1;
  std::string name = {};
};
struct SparseCategoricalOptions {
  bool from_logits = false;
  std::optional<int64_t> ignore_class = {};
  int64_t axis = -1;
  std::string name = {};
};
struct IoUOptions {
  std::optional<int64_t> ignore_class = {};
  bool sparse_y_true = true;
  bool sparse_y_pred = true;
  int64_t axis = -1;
  std::string name = {};
};
struct OneHotIoUOptions {
  std::optional<int64_t> ignore_class = {};
  bool sparse_y_pred = false;
  int64_t axis = -1;
  std::string name = {};
};
struct BinaryIoUOptions {
  Ints target_class_ids = {0, 1};
  double threshold = 0.5;
  std::string name = {};
};
struct FScoreOptions {
  std::optional<std::string> average = {};  // micro, macro, weighted
  double beta = 1.0;                        // of FBetaScore
  std::optional<double> threshold = {};
  std::string name = {};
};
struct R2Options {
  std::optional<std::string> class_aggregation = "uniform_average";  // variance_weighted_average
  int64_t num_regressors = 0;
  std::string name = {};
};

// What the accuracies average: one number a sample.
RILL_API Value accuracy(const Value& y_true, const Value& y_pred);
RILL_API Value binary_accuracy(const Value& y_true, const Value& y_pred, double threshold = 0.5);
RILL_API Value categorical_accuracy(const Value& y_true, const Value& y_pred);
RILL_API Value sparse_categorical_accuracy(const Value& y_true, const Value& y_pred);
RILL_API Value top_k_categorical_accuracy(const Value& y_true, const Value& y_pred, int64_t k = 5);
RILL_API Value sparse_top_k_categorical_accuracy(const Value& y_true, const Value& y_pred,
                                                 int64_t k = 5, bool from_sorted_ids = false);

RILL_API MetricPtr Mean(const Options& options = {});
RILL_API MetricPtr Sum(const Options& options = {});
RILL_API MetricPtr MeanMetricWrapper(MetricPtr::Function function, const Options& options = {});

RILL_API MetricPtr Accuracy(const Options& options = {});
RILL_API MetricPtr BinaryAccuracy(const AccuracyOptions& options = {});
RILL_API MetricPtr CategoricalAccuracy(const Options& options = {});
RILL_API MetricPtr SparseCategoricalAccuracy(const Options& options = {});
RILL_API MetricPtr TopKCategoricalAccuracy(const TopKOptions& options = {});
RILL_API MetricPtr SparseTopKCategoricalAccuracy(const TopKOptions& options = {});

RILL_API MetricPtr MeanSquaredError(const Options& options = {});
RILL_API MetricPtr RootMeanSquaredError(const Options& options = {});
RILL_API MetricPtr MeanAbsoluteError(const Options& options = {});
RILL_API MetricPtr MeanAbsolutePercentageError(const Options& options = {});
RILL_API MetricPtr MeanSquaredLogarithmicError(const Options& options = {});
RILL_API MetricPtr CosineSimilarity(const AxisOptions& options = {});
RILL_API MetricPtr LogCoshError(const Options& options = {});
RILL_API MetricPtr R2Score(const R2Options& options = {});
RILL_API MetricPtr PearsonCorrelation(const AxisOptions& options = {});
RILL_API MetricPtr ConcordanceCorrelation(const AxisOptions& options = {});

RILL_API MetricPtr KLDivergence(const Options& options = {});
RILL_API MetricPtr Poisson(const Options& options = {});
RILL_API MetricPtr BinaryCrossentropy(const CrossentropyOptions& options = {});
RILL_API MetricPtr CategoricalCrossentropy(const CrossentropyOptions& options = {});
RILL_API MetricPtr SparseCategoricalCrossentropy(const SparseCategoricalOptions& options = {});
RILL_API MetricPtr Hinge(const Options& options = {});
RILL_API MetricPtr SquaredHinge(const Options& options = {});
RILL_API MetricPtr CategoricalHinge(const Options& options = {});

RILL_API MetricPtr TruePositives(const ThresholdsOptions& options = {});
RILL_API MetricPtr TrueNegatives(const ThresholdsOptions& options = {});
RILL_API MetricPtr FalsePositives(const ThresholdsOptions& options = {});
RILL_API MetricPtr FalseNegatives(const ThresholdsOptions& options = {});
RILL_API MetricPtr Precision(const PrecisionOptions& options = {});
RILL_API MetricPtr Recall(const PrecisionOptions& options = {});
RILL_API MetricPtr SensitivityAtSpecificity(double specificity, const AtOptions& options = {});
RILL_API MetricPtr SpecificityAtSensitivity(double sensitivity, const AtOptions& options = {});
RILL_API MetricPtr PrecisionAtRecall(double recall, const AtOptions& options = {});
RILL_API MetricPtr RecallAtPrecision(double precision, const AtOptions& options = {});
RILL_API MetricPtr AUC(const AucOptions& options = {});

RILL_API MetricPtr IoU(int64_t num_classes, const Ints& target_class_ids,
                       const IoUOptions& options = {});
RILL_API MetricPtr MeanIoU(int64_t num_classes, const IoUOptions& options = {});
RILL_API MetricPtr OneHotIoU(int64_t num_classes, const Ints& target_class_ids,
                             const OneHotIoUOptions& options = {});
RILL_API MetricPtr OneHotMeanIoU(int64_t num_classes, const OneHotIoUOptions& options = {});
RILL_API MetricPtr BinaryIoU(const BinaryIoUOptions& options = {});
RILL_API MetricPtr FBetaScore(const FScoreOptions& options = {});
RILL_API MetricPtr F1Score(const FScoreOptions& options = {});

}  // namespace metrics
}  // namespace rill::keras
