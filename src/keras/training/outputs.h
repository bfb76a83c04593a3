// compile()'s losses and metrics, brought together with the outputs of the model. Source:
// keras/src/trainers/compile_utils.py.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "codec/json.h"
#include "keras/core/generation.h"
#include "rill/keras/training.hpp"

namespace rill::keras {

struct OutputLoss {
  size_t output = 0;
  size_t target = 0;  // which of the y
  LossPtr loss;
  double weight = 1;
  bool weighted = false;
  std::shared_ptr<metrics::MeanMetric> mean;  // null when there is one loss only
};

struct OutputMetric {
  size_t output = 0;
  MetricPtr metric;
  std::string name;  // as it is shown
  bool weighted = false;
};

struct OutputSpecs {
  LossSpecs loss;
  std::vector<LossWeight> loss_weights;
  MetricSpecs metrics;
  MetricSpecs weighted_metrics;
};

struct ResolvedOutputs {
  std::vector<OutputLoss> losses;
  std::vector<OutputMetric> metrics;
};

// `names`: of the outputs. Values tell shapes only. Throws INVALID_ARGUMENT naming the output.
ResolvedOutputs resolve_outputs(const OutputSpecs& specs, const std::vector<std::string>& names,
                                const Values& y_true, const Values& y_pred,
                                const TrainingHabits& habits);

// compile_config: as Keras writes it, and back (also training_config of Keras 1 and 2).
void write_specs(const OutputSpecs& specs, Json& config);
OutputSpecs read_specs(const Json& config);
// Keras 2 writes metrics under the names that they have beside the others, "OUTPUT_mae": back to
// their own.
void forget_output_names(const MetricSpecs& metrics, const std::vector<std::string>& outputs);

}  // namespace rill::keras
