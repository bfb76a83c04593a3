// Recurrent cells, and the layers that run them along a sequence.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "keras/core/ops.h"
#include "rill/keras/layers/rnn.hpp"

namespace rill::keras {

// How a sequence is run.
struct Sweep {
  Value x;        // [batch, time, inputs]
  Values states;  // initial ones; empty: zeros
  Value mask;     // [batch, time] of bool; may be empty
  bool go_backwards = false;
  bool zero_output_for_mask = false;
  bool training = false;
};
struct Swept {
  Value sequence;  // in the order of processing
  Value last;
  Values states;
};

class RnnCellLayer : public Layer {
 public:
  virtual std::vector<int64_t> state_sizes() const = 0;
  virtual int64_t output_size() const { return state_sizes()[0]; }
  // The output, then the new states.
  virtual Values step(const Value& x, const Values& states, bool training) = 0;
  // What a training step runs through instead of the sequence.
  virtual Value drop_inputs(const Value& sequence) { return sequence; }
  // With recurrent dropout: masks that are drawn once, for all steps of a training step. They stand
  // instead of drop_inputs(), and masked_step() is run with them.
  virtual Values draw_masks(const Value&) { return {}; }
  virtual Values masked_step(const Value& x, const Values& states, const Values&) {
    return step(x, states, true);
  }
  // The whole sequence by one op; nothing when this cell has none for it.
  virtual std::optional<Swept> fused(const Sweep&) { return std::nullopt; }
  Values call(const Values& inputs, const CallContext& context) override {
    return step(inputs[0], Values(inputs.begin() + 1, inputs.end()), context.training);
  }
};

// Fused where the cell can, else step by step.
Swept sweep(RnnCellLayer& cell, const Sweep& s);
Value zero_state(const Value& x, int64_t size);

std::shared_ptr<RnnCellLayer> make_simple_cell(int64_t units, const layers::RecurrentOptions& o);
std::shared_ptr<RnnCellLayer> make_lstm_cell(int64_t units, const layers::RecurrentOptions& o);
std::shared_ptr<RnnCellLayer> make_gru_cell(int64_t units, const layers::RecurrentOptions& o);

// What Bidirectional asks of the layer that it wraps.
class RunsAlongTime {
 public:
  virtual ~RunsAlongTime() = default;
  virtual bool return_sequences() const = 0;
  virtual bool return_state() const = 0;
  virtual bool go_backwards() const = 0;
  virtual void set_go_backwards(bool on) = 0;
};

// Where a stateful layer keeps its states between calls.
class KeptStates {
 public:
  virtual ~KeptStates() = default;
  virtual bool stateful() const = 0;
  void reset_states();

 protected:
  void keep_states(const Layer& layer, const std::vector<Shape>& shapes);
  // Empty unless the layer is stateful.
  const Values& kept_states() const { return kept_; }
  void store_states(const Values& states) const;

 private:
  Values kept_;  // variables
};

// LSTM, GRU, SimpleRNN, RNN.
class RecurrentLayer : public Layer, public RunsAlongTime, public KeptStates {
 public:
  bool supports_masking() const override { return true; }
  void build(const std::vector<Shape>& inputs) override;
  Values call(const Values& inputs, const CallContext& context) override;
  Values compute_mask(const Values& inputs, std::span<const Value> masks) override;

  bool return_sequences() const override { return return_sequences_; }
  bool return_state() const override { return return_state_; }
  bool go_backwards() const override { return go_backwards_; }
  void set_go_backwards(bool on) override { go_backwards_ = on; }
  bool stateful() const override { return stateful_; }
  RnnCellLayer& cell() { return *cell_; }

 protected:
  void take_flags(const layers::RecurrentOptions& o);
  void visit_flags(ConfigVisitor& v);
  void copy_flags(const RecurrentLayer& other);
  void set_cell(std::shared_ptr<RnnCellLayer> cell);

 private:
  std::shared_ptr<RnnCellLayer> cell_;
  bool return_sequences_ = false;
  bool return_state_ = false;
  bool go_backwards_ = false;
  bool stateful_ = false;
  bool unroll_ = false;
  bool zero_output_for_mask_ = false;
  bool time_major_ = false;
};

}  // namespace rill::keras
