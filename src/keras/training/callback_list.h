#pragma once

#include <memory>
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

}  // namespace rill::keras
