// What callbacks share that watch a value, or the learning rate. Sources:
// keras/src/callbacks/monitor_callback.py, tf_keras/src/callbacks.py.
#pragma once

#include <cmath>
#include <functional>
#include <optional>
#include <string>

#include "keras/core/generation.h"
#include "rill/keras/callbacks.hpp"

namespace rill::keras {

class Monitor {
 public:
  // Whether larger is better, by the name of what is watched.
  using Grows = bool (*)(const std::string& name);
  // `grows`: how Keras 2 decides for "auto"; Keras 3 asks the metric. Throws INVALID_ARGUMENT for a
  // mode that is not auto, min or max.
  Monitor(std::string name, const std::string& mode, double min_delta, Grows grows);
  const std::string& name() const { return name_; }
  // Nothing (and a warning, once) when it is not among the logs of the model.
  std::optional<double> value(const Logs& logs, const Model& model);
  // Worse than every value.
  double worst() const { return up_.value_or(false) ? -INFINITY : INFINITY; }
  bool improves(double value, std::optional<double> reference) const;

 private:
  std::string name_;
  std::optional<bool> up_;  // not known before the metrics are
  Grows grows_;
  double min_delta_;
  bool warned_ = false;
};

// The learning rate as the generation's logs show it.
std::string python_rate(double rate, const TrainingHabits& habits);

// To standard error.
void print_line(const std::string& text);

}  // namespace rill::keras
