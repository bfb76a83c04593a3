#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "keras/training/trainer.h"
#include "rill/keras/callbacks.hpp"

namespace rill::keras {

// The callbacks of one fit() or evaluate(), called in order.
class CallbackList {
 public:
  CallbackList(const Model& model, std::vector<CallbackPtr> callbacks,
               const TrainingParams& params);

  bool empty() const { return callbacks_.empty(); }
  // Somebody looks at the logs of this batch.
  bool wants_batch_logs(int64_t batch) const;
  template <typename Call>
  void each(Call&& call) const {
    for (const CallbackPtr& callback : callbacks_) call(*callback);
  }

 private:
  std::vector<CallbackPtr> callbacks_;
};

// The callbacks of one predict().
class PredictCalls {
 public:
  PredictCalls(const Model& model, const PredictOptions& options, std::optional<int64_t> steps);
  Values batch(const std::function<Values()>& run);
  void end();

 private:
  template <typename Call>
  void each(Call&& call) const {
    Logs logs;
    callbacks_.each([&](Callback& callback) { call(callback, logs); });
  }
  CallbackList callbacks_;
  int64_t done_ = 0;
};

}  // namespace rill::keras
