// What layers add while they are called: penalties of activations, add_loss() and add_metric().
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "rill/keras/layer.hpp"

namespace rill::keras {

// Hears of them while it lives. One a thread, innermost first.
class LossCollector {
 public:
  LossCollector();
  LossCollector(const LossCollector&) = delete;
  LossCollector& operator=(const LossCollector&) = delete;
  ~LossCollector();
  const Values& losses() const { return losses_; }
  void add(Value loss) { losses_.push_back(std::move(loss)); }
  using NamedValue = std::pair<std::string, Value>;
  const std::vector<NamedValue>& metrics() const { return metrics_; }
  void add_metric(std::string name, Value value) {
    metrics_.emplace_back(std::move(name), std::move(value));
  }

 private:
  LossCollector* before_;
  Values losses_;
  std::vector<NamedValue> metrics_;
};

// Does nothing unless somebody collects.
void collect_loss(const Value& loss);
void collect_metric(const std::string& name, const Value& value);
bool collecting_losses();
// The penalty of a layer's outputs, as its activity_regularizer says.
void collect_activity_losses(Layer& layer, const Values& outputs);
// Whether it has one.
bool has_activity_loss(Layer& layer);
// The penalty of a tensor with a batch, divided by the size of the batch.
void collect_activity_losses(const Regularizer& regularizer, const Value& y);

// Regularizers and constraints of the weights inside a layer, found by its config keys.
struct WeightRules {
  Value weight;
  Regularizer regularizer;
  Constraint constraint;
};
std::vector<WeightRules> weight_rules(Layer& layer);

}  // namespace rill::keras
