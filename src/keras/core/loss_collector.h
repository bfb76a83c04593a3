// Losses that layers add while they are called: penalties of activations, and add_loss().
#pragma once

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

 private:
  LossCollector* before_;
  Values losses_;
};

// Does nothing unless somebody collects.
void collect_loss(const Value& loss);
bool collecting_losses();
// The penalty of a layer's outputs, as its activity_regularizer says.
void collect_activity_losses(Layer& layer, const Values& outputs);
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
