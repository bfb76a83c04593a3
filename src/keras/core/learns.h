// Layers that learn from data before training and without gradients: adapt() of Keras.
#pragma once

#include "rill/keras/layer.hpp"

namespace rill::keras {

class LearnsFromData {
 public:
  virtual ~LearnsFromData() = default;
  // Forgets what the calls of update_state() gave. Throws FAILED_PRECONDITION where the layer was
  // given what it would learn.
  virtual void reset_state() = 0;
  virtual void update_state(const Tensor& batch) = 0;
  // What was learned goes into the layer.
  virtual void finalize_state() = 0;
  // Data that is no data set, as one batch.
  virtual Tensor as_batch(const Tensor& data) const { return data; }
  // Elements of a data set that have fewer dimensions are no batches: 128 of them make one.
  virtual int least_rank() const { return 0; }
};

// Throws FAILED_PRECONDITION.
[[noreturn]] void refuse_to_learn(const Layer& layer);

}  // namespace rill::keras
