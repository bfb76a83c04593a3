#pragma once

#include "rill/keras/layers/core.hpp"

namespace rill::keras::layers {

struct MultiHeadAttentionOptions {
  std::optional<int64_t> value_dim = {};
  double dropout = 0;
  bool use_bias = true;
  std::optional<Ints> output_shape = {};
  std::optional<Ints> attention_axes = {};
  Initializer kernel_initializer = "glorot_uniform";
  Initializer bias_initializer = "zeros";
  Regularizer kernel_regularizer = {};
  Regularizer bias_regularizer = {};
  Regularizer activity_regularizer = {};
  Constraint kernel_constraint = {};
  Constraint bias_constraint = {};
  std::optional<int64_t> seed = {};
  std::string name = {};
  std::string dtype = {};
  bool trainable = true;
};
// Called on {query, value} or {query, value, key}.
struct RILL_API MultiHeadAttention : LayerPtr {
  MultiHeadAttention(int64_t num_heads, int64_t key_dim,
                     const MultiHeadAttentionOptions& options = {});
};

struct AttentionOptions {
  bool use_scale = false;
  std::string score_mode = "dot";
  double dropout = 0;
  bool causal = false;  // Keras 2
  std::string name = {};
  std::string dtype = {};
  bool trainable = true;
};
// Called on {query, value} or {query, value, key}: softmax(query key^T) value. score_mode "dot" or
// "concat"; use_causal_mask: no step sees later ones.
struct RILL_API Attention : LayerPtr {
  explicit Attention(const AttentionOptions& options = {});
};
// The same with scores sum(scale tanh(query + key)).
struct RILL_API AdditiveAttention : LayerPtr {
  explicit AdditiveAttention(const AttentionOptions& options = {});
};

}  // namespace rill::keras::layers
