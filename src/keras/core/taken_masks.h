// MultiHeadAttention of Keras 3 takes the masks off its inputs: who is called with them later sees
// none (keras/src/layers/attention/multi_head_attention.py, call()).
#pragma once

#include "rill/tensor.hpp"

namespace rill::keras {

// Lives while a model runs; of models inside of models, the outermost one's counts.
class TakenMasks {
 public:
  TakenMasks();
  TakenMasks(const TakenMasks&) = delete;
  TakenMasks& operator=(const TakenMasks&) = delete;
  ~TakenMasks();
  // Also where a layer passed the value on as it is. Nothing happens outside of models.
  static void take(const Value& x);
  static bool taken(const Value& x);

 private:
  bool outermost_;
  Values values_;
};

}  // namespace rill::keras
