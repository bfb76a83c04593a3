// Training graphs the way of TensorFlow 1: variables in the graph, optimizers that add the nodes of
// a step, sessions that run it. Names of nodes and variables are TensorFlow's, so that checkpoints
// go both ways.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "rill/export.hpp"
#include "rill/graph.hpp"
#include "rill/tensor.hpp"

namespace rill::train {

struct VariableOptions {
  bool trainable = true;
  bool use_resource = true;  // else a variable of the old kind (VariableV2)
};

// A variable of a graph: its state, and its value as a tensor.
class RILL_API Variable {
 public:
  Variable() = default;
  Variable(Value state, Value value) : state_(std::move(state)), value_(std::move(value)) {}
  explicit operator bool() const { return static_cast<bool>(state_); }
  std::string name() const;  // of the operation: its key in checkpoints
  // What gradients() and optimizers take: a resource handle, or a reference.
  const Value& state() const { return state_; }
  const Value& value() const { return value_; }
  operator Value() const { return value_; }  // NOLINT: ops take variables

 private:
  Value state_;
  Value value_;
};

// These add to the default graph of the thread.
RILL_API Value placeholder(const std::string& name, DType dtype, const Shape& shape);
// tf.compat.v1.get_variable(name, initializer=initial). Throws ALREADY_EXISTS for a taken name.
RILL_API Variable variable(const std::string& name, const Tensor& initial,
                           const VariableOptions& options = {});
// int64 "global_step", made at the first call.
RILL_API Variable get_or_create_global_step();
// The variables of a graph, also of an imported one: by its collections, or all when it has none.
RILL_API std::vector<Variable> global_variables(const Graph& graph);
RILL_API std::vector<Variable> trainable_variables(const Graph& graph);
// Runs the initialisers of all variables there are now.
RILL_API Operation global_variables_initializer();

// A number, or a scalar of the graph (a placeholder, a schedule).
class RILL_API Rate {
 public:
  Rate(double number) : number_(number) {}            // NOLINT
  Rate(Value tensor) : tensor_(std::move(tensor)) {}  // NOLINT
  Value as(const Graph& graph, DType dtype, const std::string& name) const;

 private:
  double number_ = 0;
  Value tensor_;
};

struct MinimizeOptions {
  Variable global_step = {};            // one is added to it
  std::vector<Variable> var_list = {};  // none: all trainable ones of the loss's graph
  std::string name = {};                // of the step; none: the optimizer's
};

// A gradient may be empty (the variable is left alone) or hold the rows of a gather alone.
using GradientsAndVariables = std::vector<std::pair<Value, Variable>>;

class RILL_API Optimizer {
 public:
  virtual ~Optimizer();
  // The operation that does one step. Throws INVALID_ARGUMENT when no variable has a gradient.
  Operation minimize(const Value& loss, const MinimizeOptions& options = {});
  GradientsAndVariables compute_gradients(const Value& loss,
                                          const std::vector<Variable>& var_list = {});
  Operation apply_gradients(const GradientsAndVariables& gradients,
                            const MinimizeOptions& options = {});
  const std::string& name() const { return name_; }
  std::vector<std::string> slot_names() const;
  // Throws NOT_FOUND for a variable that this optimizer has not trained.
  Variable get_slot(const Variable& variable, const std::string& slot) const;

 protected:
  struct Slot {
    std::string name;
    double initial = 0;
  };
  struct Step;
  // `op`: X of ApplyX and ResourceApplyX.
  Optimizer(std::string name, std::string op);

  std::string name_;
  std::string op_;
  std::vector<Slot> slots_;  // in the order in which they are made
  std::vector<int> order_;   // as the op takes them
  // The op's other inputs in order: ("grad", nothing) stands for the gradient.
  std::vector<std::pair<std::string, Rate>> inputs_;
  AttrMap attrs_;
  Variable global_step_;          // AdagradDA
  double beta1_ = 0, beta2_ = 0;  // Adam's powers

 private:
  struct State;
  std::shared_ptr<State> state_;
};

class RILL_API GradientDescentOptimizer : public Optimizer {
 public:
  explicit GradientDescentOptimizer(const Rate& learning_rate);
};
struct MomentumOptions {
  bool use_nesterov = false;
};
class RILL_API MomentumOptimizer : public Optimizer {
 public:
  MomentumOptimizer(const Rate& learning_rate, const Rate& momentum,
                    const MomentumOptions& options = {});
};
struct AdamOptions {
  double beta1 = 0.9;
  double beta2 = 0.999;
  double epsilon = 1e-8;
};
class RILL_API AdamOptimizer : public Optimizer {
 public:
  explicit AdamOptimizer(const Rate& learning_rate = 0.001, const AdamOptions& options = {});
};
struct AdagradOptions {
  double initial_accumulator_value = 0.1;
};
class RILL_API AdagradOptimizer : public Optimizer {
 public:
  explicit AdagradOptimizer(const Rate& learning_rate, const AdagradOptions& options = {});
};
struct AdagradDAOptions {
  double initial_gradient_squared_accumulator_value = 0.1;
  double l1_regularization_strength = 0;
  double l2_regularization_strength = 0;
};
class RILL_API AdagradDAOptimizer : public Optimizer {
 public:
  AdagradDAOptimizer(const Rate& learning_rate, const Variable& global_step,
                     const AdagradDAOptions& options = {});
};
struct AdadeltaOptions {
  double rho = 0.95;
  double epsilon = 1e-8;
};
class RILL_API AdadeltaOptimizer : public Optimizer {
 public:
  explicit AdadeltaOptimizer(const Rate& learning_rate = 0.001,
                             const AdadeltaOptions& options = {});
};
struct FtrlOptions {
  double learning_rate_power = -0.5;
  double initial_accumulator_value = 0.1;
  double l1_regularization_strength = 0;
  double l2_regularization_strength = 0;
  double l2_shrinkage_regularization_strength = 0;
};
class RILL_API FtrlOptimizer : public Optimizer {
 public:
  explicit FtrlOptimizer(const Rate& learning_rate, const FtrlOptions& options = {});
};
struct ProximalOptions {
  double initial_accumulator_value = 0.1;  // of Adagrad
  double l1_regularization_strength = 0;
  double l2_regularization_strength = 0;
};
class RILL_API ProximalAdagradOptimizer : public Optimizer {
 public:
  explicit ProximalAdagradOptimizer(const Rate& learning_rate, const ProximalOptions& options = {});
};
class RILL_API ProximalGradientDescentOptimizer : public Optimizer {
 public:
  explicit ProximalGradientDescentOptimizer(const Rate& learning_rate,
                                            const ProximalOptions& options = {});
};
struct RMSPropOptions {
  double decay = 0.9;
  double momentum = 0;
  double epsilon = 1e-10;
  bool centered = false;
};
class RILL_API RMSPropOptimizer : public Optimizer {
 public:
  explicit RMSPropOptimizer(const Rate& learning_rate, const RMSPropOptions& options = {});
};

// Event files that TensorBoard reads.
class RILL_API FileWriter {
 public:
  // Throws PERMISSION_DENIED or NOT_FOUND when the folder cannot be made or written.
  explicit FileWriter(const std::filesystem::path& folder);
  FileWriter(const FileWriter&) = delete;
  FileWriter& operator=(const FileWriter&) = delete;
  ~FileWriter();
  // What ScalarSummary, HistogramSummary or MergeSummary gave: a string scalar.
  void add_summary(const Tensor& summary, int64_t step);
  void add_graph(const Graph& graph);
  void flush();
  const std::filesystem::path& path() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace rill::train
