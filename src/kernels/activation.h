// Activations that the dense kernels apply while their result is still in the cache.
#pragma once

#include <cstdint>

namespace rill::kernels {

enum class Act : uint8_t {
  none,
  relu,
  relu6,
  leaky_relu,  // alpha: slope below zero
  elu,         // alpha: scale below zero
  selu,
  sigmoid,
  tanh,
  swish,                // x * sigmoid(x)
  gelu_erf,             // 0.5 x (1 + erf(x / sqrt 2))
  gelu_tanh,            // 0.5 x (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3)))
  hard_sigmoid,         // Keras 3: relu6(x + 3) / 6
  hard_sigmoid_keras2,  // clip(0.2 x + 0.5, 0, 1)
  hard_swish,           // x * hard_sigmoid(x)
  softplus,
  softsign,
  exp,
};

struct Activation {
  Act kind = Act::none;
  float alpha = 0.0f;
};

}  // namespace rill::kernels
