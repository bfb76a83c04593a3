// Recurrent layers, their cells and wrappers.
#pragma once

#include "rill/keras/layers/core.hpp"

namespace rill::keras::layers {

struct RecurrentOptions {
  keras::Activation activation = "tanh";
  keras::Activation recurrent_activation = "sigmoid";
  bool use_bias = true;
  Initializer kernel_initializer = "glorot_uniform";
  Initializer recurrent_initializer = "orthogonal";
  Initializer bias_initializer = "zeros";
  bool unit_forget_bias = true;  // LSTM
  bool reset_after = true;       // GRU
  Regularizer kernel_regularizer = {};
  Regularizer recurrent_regularizer = {};
  Regularizer bias_regularizer = {};
  Regularizer activity_regularizer = {};
  Constraint kernel_constraint = {};
  Constraint recurrent_constraint = {};
  Constraint bias_constraint = {};
  double dropout = 0;
  double recurrent_dropout = 0;
  std::optional<int64_t> seed = {};
  bool return_sequences = false;
  bool return_state = false;
  bool go_backwards = false;
  bool stateful = false;
  bool unroll = false;
  bool zero_output_for_mask = false;
  OptionalShape input_shape = {};
  std::string name = {};
  std::string dtype = {};
  bool trainable = true;
};
// Stateful layers, here and inside, start from zeros again.
RILL_API void reset_states(const LayerPtr& layer);

// Steps over (batch, steps, n): the last output (batch, units), or all with return_sequences, and
// the states with return_state. h = activation(x kernel + h recurrent_kernel + bias).
struct RILL_API SimpleRNN : LayerPtr {
  explicit SimpleRNN(int64_t units, const RecurrentOptions& options = {});
};
// Gates i, f, c, o: kernel (n, 4 units), recurrent_kernel (units, 4 units); states h and c.
struct RILL_API LSTM : LayerPtr {
  explicit LSTM(int64_t units, const RecurrentOptions& options = {});
};
// Gates z, r, h: kernel (n, 3 units). reset_after: the reset comes after the product (Keras'
// default, two biases).
struct RILL_API GRU : LayerPtr {
  explicit GRU(int64_t units, const RecurrentOptions& options = {});
};
// One step, to be run by RNN.
struct RILL_API SimpleRNNCell : LayerPtr {
  explicit SimpleRNNCell(int64_t units, const RecurrentOptions& options = {});
};
struct RILL_API LSTMCell : LayerPtr {
  explicit LSTMCell(int64_t units, const RecurrentOptions& options = {});
};
struct RILL_API GRUCell : LayerPtr {
  explicit GRUCell(int64_t units, const RecurrentOptions& options = {});
};
// Cells above each other as one.
struct RILL_API StackedRNNCells : LayerPtr {
  explicit StackedRNNCells(const std::vector<LayerPtr>& cells, const PlainOptions& options = {});
};

struct RNNOptions {
  bool return_sequences = false;
  bool return_state = false;
  bool go_backwards = false;
  bool stateful = false;
  bool unroll = false;
  bool zero_output_for_mask = false;
  OptionalShape input_shape = {};
  std::string name = {};
  std::string dtype = {};
  bool trainable = true;
};
// Runs a cell over steps.
struct RILL_API RNN : LayerPtr {
  explicit RNN(const LayerPtr& cell, const RNNOptions& options = {});
};

struct BidirectionalOptions {
  std::optional<std::string> merge_mode = "concat";  // none: both as a list
  LayerPtr backward_layer = {};                      // none: made from the forward one
  OptionalShape input_shape = {};
  std::string name = {};
  std::string dtype = {};
  bool trainable = true;
};
// A recurrent layer forwards and a copy of it backwards; their outputs by merge_mode: "concat",
// "sum", "mul", "ave" or "" (both).
struct RILL_API Bidirectional : LayerPtr {
  explicit Bidirectional(const LayerPtr& layer, const BidirectionalOptions& options = {});
};
// A layer for each step of (batch, steps, ...).
struct RILL_API TimeDistributed : LayerPtr {
  explicit TimeDistributed(const LayerPtr& layer, const PlainOptions& options = {});
};

// The input: [batch, time, rows, columns, channels] in two dimensions.
struct ConvLSTMOptions {
  Ints strides = 1;
  std::string padding = "valid";
  std::string data_format = "channels_last";
  Ints dilation_rate = 1;
  keras::Activation activation = "tanh";
  keras::Activation recurrent_activation = "sigmoid";
  bool use_bias = true;
  Initializer kernel_initializer = "glorot_uniform";
  Initializer recurrent_initializer = "orthogonal";
  Initializer bias_initializer = "zeros";
  bool unit_forget_bias = true;
  Regularizer kernel_regularizer = {};
  Regularizer recurrent_regularizer = {};
  Regularizer bias_regularizer = {};
  Regularizer activity_regularizer = {};
  Constraint kernel_constraint = {};
  Constraint recurrent_constraint = {};
  Constraint bias_constraint = {};
  double dropout = 0;
  double recurrent_dropout = 0;
  std::optional<int64_t> seed = {};
  bool return_sequences = false;
  bool return_state = false;
  bool go_backwards = false;
  bool stateful = false;
  OptionalShape input_shape = {};
  std::string name = {};
  std::string dtype = {};
  bool trainable = true;
};
// An LSTM whose products are convolutions: (batch, steps, size, n) and more dimensions of space.
struct RILL_API ConvLSTM1D : LayerPtr {
  ConvLSTM1D(int64_t filters, const Ints& kernel_size, const ConvLSTMOptions& options = {});
};
struct RILL_API ConvLSTM2D : LayerPtr {
  ConvLSTM2D(int64_t filters, const Ints& kernel_size, const ConvLSTMOptions& options = {});
};
struct RILL_API ConvLSTM3D : LayerPtr {
  ConvLSTM3D(int64_t filters, const Ints& kernel_size, const ConvLSTMOptions& options = {});
};

}  // namespace rill::keras::layers
