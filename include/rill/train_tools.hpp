// What training programs of TensorFlow 1 use beside optimizers: learning rates that fall, clipped
// gradients, averages of variables. Names and defaults are those of tf.compat.v1.train.
#pragma once

#include <string>
#include <vector>

#include "rill/train.hpp"

namespace rill::train {

// Learning rates as float32 scalars of the graph of `global_step`.

struct DecayOptions {
  bool staircase = false;
};
RILL_API Value exponential_decay(const Rate& learning_rate, const Value& global_step,
                                 const Rate& decay_steps, const Rate& decay_rate,
                                 const DecayOptions& options = {});
RILL_API Value natural_exp_decay(const Rate& learning_rate, const Value& global_step,
                                 const Rate& decay_steps, const Rate& decay_rate,
                                 const DecayOptions& options = {});
RILL_API Value inverse_time_decay(const Rate& learning_rate, const Value& global_step,
                                  const Rate& decay_steps, const Rate& decay_rate,
                                  const DecayOptions& options = {});
// values[0] up to boundaries[0], values[1] up to boundaries[1], ...: one value more than
// boundaries.
RILL_API Value piecewise_constant(const Value& global_step, const std::vector<double>& boundaries,
                                  const std::vector<double>& values);
struct PolynomialDecayOptions {
  double end_learning_rate = 0.0001;
  double power = 1;
  bool cycle = false;
};
RILL_API Value polynomial_decay(const Rate& learning_rate, const Value& global_step,
                                const Rate& decay_steps,
                                const PolynomialDecayOptions& options = {});
struct CosineDecayOptions {
  double alpha = 0;
};
RILL_API Value cosine_decay(const Rate& learning_rate, const Value& global_step,
                            const Rate& decay_steps, const CosineDecayOptions& options = {});
struct CosineDecayRestartsOptions {
  double t_mul = 2;
  double m_mul = 1;
  double alpha = 0;
};
RILL_API Value cosine_decay_restarts(const Rate& learning_rate, const Value& global_step,
                                     const Rate& first_decay_steps,
                                     const CosineDecayRestartsOptions& options = {});
struct LinearCosineDecayOptions {
  double num_periods = 0.5;
  double alpha = 0;
  double beta = 0.001;
};
RILL_API Value linear_cosine_decay(const Rate& learning_rate, const Value& global_step,
                                   const Rate& decay_steps,
                                   const LinearCosineDecayOptions& options = {});

// Gradients, of a graph or not; empty ones and the rows of a gather stay what they are.

// The square root of the sum of all squares.
RILL_API Value global_norm(const Values& gradients);
struct ClippedGradients {
  Values gradients;
  Value norm;  // before
};
// All scaled down alike so that their norm is at most `clip_norm`; NaN when it is not finite.
RILL_API ClippedGradients clip_by_global_norm(const Values& gradients, double clip_norm);
RILL_API GradientsAndVariables clip_by_global_norm(const GradientsAndVariables& gradients,
                                                   double clip_norm);
// One tensor scaled down to a norm of at most `clip_norm`: the whole, or along some axes.
RILL_API Value clip_by_norm(const Value& tensor, double clip_norm,
                            const std::vector<int>& axes = {});

// Shadows of variables that follow them slowly; models are often better with them.
class RILL_API ExponentialMovingAverage {
 public:
  // `num_updates`: a count of steps; averages follow faster while it is small.
  explicit ExponentialMovingAverage(double decay, Value num_updates = {},
                                    std::string name = "ExponentialMovingAverage");
  // The operation that moves the averages; makes those that are not there yet. None: of all
  // trainable variables of the default graph.
  Operation apply(const std::vector<Variable>& variables = {});
  // Empty before apply().
  Variable average(const Variable& variable) const;
  std::string average_name(const Variable& variable) const;

 private:
  double decay_;
  Value num_updates_;
  std::string name_;
  std::vector<std::pair<std::string, Variable>> averages_;  // by the variable's name
};

}  // namespace rill::train
