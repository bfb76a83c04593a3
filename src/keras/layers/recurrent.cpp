// RNN, SimpleRNN, LSTM, GRU: a cell run along a sequence.
#include "base/fail.h"
#include "keras/core/loss_collector.h"
#include "keras/core/make.h"
#include "keras/core/naming.h"
#include "keras/core/node.h"
#include "keras/core/policy_map.h"
#include "keras/core/registry.h"
#include "keras/core/weights.h"
#include "keras/layers/rnn_cell.h"
#include "keras/layers/step_loop.h"

namespace rill::keras {

using layers::RecurrentOptions;

Value zero_state(const Value& x, int64_t size) {
  return op::fill({op::dim(x, 0), size}, 0, is_floating(x.dtype()) ? x.dtype() : DType::float32);
}

Swept sweep(RnnCellLayer& cell, const Sweep& given) {
  Sweep s = given;
  // Keras draws where it evaluates, too, and then leaves the masks aside.
  const Values masks = s.training || collecting_losses() ? cell.draw_masks(s.x) : Values();
  if (masks.empty() && (s.training || collecting_losses())) {
    const Value dropped = cell.drop_inputs(s.x);
    if (s.training) s.x = dropped;
  }
  if (std::optional<Swept> swept = cell.fused(s)) return *swept;
  if (s.states.empty()) {
    for (const int64_t size : cell.state_sizes()) s.states.push_back(zero_state(s.x, size));
  }
  StepSequence sequence{.x = s.x,
                        .mask = s.mask,
                        .states = s.states,
                        .go_backwards = s.go_backwards,
                        .zero_output_for_mask = s.zero_output_for_mask};
  if (!s.training || masks.empty()) {
    const StepResults done = run_steps(sequence, [&](const Value& x, const Values& states) {
      return cell.step(x, states, s.training);
    });
    if (!done.sequence) return {zero_state(s.x, cell.output_size()), s.states[0], s.states};
    return {done.sequence, done.last, done.states};
  }
  const StepResults done = run_steps_beside(
      sequence, masks, [&](const Value& x, const Values& states, const Values& kept) {
        return cell.masked_step(x, states, kept);
      });
  if (!done.sequence) return {zero_state(s.x, cell.output_size()), s.states[0], s.states};
  return {done.sequence, done.last, done.states};
}

void KeptStates::keep_states(const Layer& layer, const std::vector<Shape>& shapes) {
  for (const Shape& shape : shapes) {
    if (shape[0] < 0) {
      fail(Code::invalid_argument, "a stateful layer needs a fixed batch size: give the input a ",
           "batch shape");
    }
    kept_.push_back(
        make_variable(layer.name() + "/state", layer.dtype_policy().variable, shape, "zeros"));
    variable_state(kept_.back()).set_trainable(false);
  }
  reset_states();
}

void KeptStates::reset_states() {
  for (const Value& v : kept_) {
    variable_state(v).assign(Tensor::zeros(v.dtype(), v.shape()));
  }
}

void KeptStates::store_states(const Values& states) const {
  for (size_t i = 0; i < kept_.size(); ++i) emit("AssignVariableOp", {kept_[i], states[i]});
}

void layers::reset_states(const LayerPtr& layer) {
  if (auto* keeper = dynamic_cast<KeptStates*>(layer.get().get())) keeper->reset_states();
  for (const auto& [attribute, part] : layer->sublayers()) reset_states(LayerPtr(part));
  for (const auto& inner : layer->layers()) reset_states(LayerPtr(inner));
}

void RecurrentLayer::take_flags(const RecurrentOptions& o) {
  return_sequences_ = o.return_sequences;
  return_state_ = o.return_state;
  go_backwards_ = o.go_backwards;
  stateful_ = o.stateful;
  unroll_ = o.unroll;
  zero_output_for_mask_ = o.zero_output_for_mask;
}

void RecurrentLayer::copy_flags(const RecurrentLayer& other) {
  return_sequences_ = other.return_sequences_;
  return_state_ = other.return_state_;
  go_backwards_ = other.go_backwards_;
  stateful_ = other.stateful_;
  unroll_ = other.unroll_;
  zero_output_for_mask_ = other.zero_output_for_mask_;
  time_major_ = other.time_major_;
}

void RecurrentLayer::visit_flags(ConfigVisitor& v) {
  v("return_sequences", return_sequences_);
  v("return_state", return_state_);
  v("go_backwards", go_backwards_);
  v("stateful", stateful_);
  v("unroll", unroll_);
  v("zero_output_for_mask", zero_output_for_mask_);
  if (v.reading()) v("time_major", time_major_);
}

void RecurrentLayer::set_cell(std::shared_ptr<RnnCellLayer> cell) {
  cell_ = std::move(cell);
  clear_sublayers();
  add_sublayer("cell", cell_);
}

void RecurrentLayer::build(const std::vector<Shape>& inputs) {
  const Shape& x = inputs.at(0);
  if (!x.has_rank() || x.rank() != 3) {
    fail(Code::invalid_argument, "expected an input of rank 3 (batch, time, features), found ", x);
  }
  if (cell_->name().empty()) cell_->set_name(name() + "/" + "cell");
  cell_->ensure_built({Shape{x[0], x[2]}});
  if (!stateful_) return;
  std::vector<Shape> shapes;
  for (const int64_t size : cell_->state_sizes()) shapes.push_back({x[time_major_ ? 1 : 0], size});
  keep_states(*this, shapes);
}

Values RecurrentLayer::call(const Values& inputs, const CallContext& context) {
  Sweep s;
  s.x = time_major_ ? op::transpose(inputs[0], {1, 0, 2}) : inputs[0];
  s.mask = mask_of_first(context);
  s.go_backwards = go_backwards_;
  s.zero_output_for_mask = zero_output_for_mask_;
  s.training = context.training;
  size_t mask_at = 0;
  if (context.spec) {
    const Argument* mask = context.spec->keyword("mask");
    if (mask && mask->is_tensor()) mask_at = static_cast<size_t>(mask->tensor);
  }
  if (mask_at > 0 && mask_at < inputs.size()) s.mask = inputs[mask_at];
  if (s.mask) s.mask = op::cast(s.mask, DType::bool_);
  if (s.mask && time_major_) s.mask = op::transpose(s.mask, {1, 0});
  for (size_t i = 1; i < inputs.size(); ++i) {
    if (i != mask_at) s.states.push_back(inputs[i]);
  }
  const size_t wanted = cell_->state_sizes().size();
  if (!s.states.empty() && s.states.size() != wanted) {
    fail(Code::invalid_argument, "takes ", wanted, " initial states, not ", s.states.size());
  }
  if (s.states.empty()) s.states = kept_states();
  // A cell computes in its own dtype.
  const DType inside = cell_->dtype_policy().variable, own = dtype_policy().variable;
  s.x = op::cast(s.x, inside);
  for (Value& state : s.states) state = op::cast(state, inside);
  Swept swept = sweep(*cell_, s);
  for (Value& state : swept.states) state = op::cast(state, own);
  store_states(swept.states);
  Value y = op::cast(return_sequences_ ? swept.sequence : swept.last, own);
  if (time_major_ && return_sequences_) y = op::transpose(y, {1, 0, 2});
  Values out{y};
  if (return_state_) out.insert(out.end(), swept.states.begin(), swept.states.end());
  return out;
}

Values RecurrentLayer::compute_mask(const Values&, std::span<const Value> masks) {
  if (!return_sequences_ || masks.empty() || !masks[0]) return {};
  return {masks[0]};
}

namespace {

using MakeCell = std::shared_ptr<RnnCellLayer> (*)(int64_t, const RecurrentOptions&);

// A layer whose settings are those of its cell.
template <MakeCell kMake>
class PlainRecurrent final : public RecurrentLayer {
 public:
  PlainRecurrent() { set_cell(kMake(0, RecurrentOptions())); }
  PlainRecurrent(int64_t units, const RecurrentOptions& o)
      : activity_regularizer_(o.activity_regularizer) {
    take_flags(o);
    set_cell(kMake(units, o));
  }
  void visit_config(ConfigVisitor& v) override {
    if (v.reading()) {
      RecurrentOptions o;
      set_cell(kMake(0, o));
    }
    cell().visit_config(v);
    if (v.reading()) {
      cell().set_name(name() + "/cell");
      cell().set_dtype(dtype_policy());
    }
    v("activity_regularizer", activity_regularizer_);
    visit_flags(v);
  }

 protected:
  void start_seeds() override { cell().draw_seeds(); }

 private:
  Regularizer activity_regularizer_;
};

class GenericRecurrent final : public RecurrentLayer {
 public:
  GenericRecurrent() = default;
  GenericRecurrent(const LayerPtr& given, const layers::RNNOptions& o) : given_(given) {
    name_if_none(given_);
    RecurrentOptions flags;
    flags.return_sequences = o.return_sequences;
    flags.return_state = o.return_state;
    flags.go_backwards = o.go_backwards;
    flags.stateful = o.stateful;
    flags.zero_output_for_mask = o.zero_output_for_mask;
    take_flags(flags);
    adopt();
  }
  void visit_config(ConfigVisitor& v) override {
    visit_flags(v);
    v("cell", given_);
    if (v.reading()) adopt();
  }

 private:
  void adopt() {
    auto cell = std::dynamic_pointer_cast<RnnCellLayer>(given_.get());
    if (!cell) {
      fail(Code::unimplemented, "RNN: the cell ",
           given_ ? given_->class_name() : std::string("(none)"),
           " is not one of SimpleRNNCell, LSTMCell, GRUCell, StackedRNNCells");
    }
    set_cell(cell);
  }
  LayerPtr given_;
};

}  // namespace

namespace layers {
SimpleRNN::SimpleRNN(int64_t units, const RecurrentOptions& o)
    : LayerPtr(make_layer<PlainRecurrent<make_simple_cell>>("SimpleRNN", o, units, o)) {}
LSTM::LSTM(int64_t units, const RecurrentOptions& o)
    : LayerPtr(make_layer<PlainRecurrent<make_lstm_cell>>("LSTM", o, units, o)) {}
GRU::GRU(int64_t units, const RecurrentOptions& o)
    : LayerPtr(make_layer<PlainRecurrent<make_gru_cell>>("GRU", o, units, o)) {}
RNN::RNN(const LayerPtr& cell, const RNNOptions& o)
    : LayerPtr(make_layer<GenericRecurrent>("RNN", o, cell, o)) {}
}  // namespace layers

void register_recurrent(LayerRegistry& registry) {
  registry.add<PlainRecurrent<make_simple_cell>>("SimpleRNN");
  registry.add<PlainRecurrent<make_lstm_cell>>("LSTM", {"CuDNNLSTM"});
  registry.add<PlainRecurrent<make_gru_cell>>("GRU", {"CuDNNGRU"});
  registry.add<GenericRecurrent>("RNN");
}

}  // namespace rill::keras
