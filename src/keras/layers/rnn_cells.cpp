// SimpleRNNCell, LSTMCell, GRUCell, StackedRNNCells (formulas: keras/src/layers/rnn/*.py).
#include "base/fail.h"
#include "keras/core/dropout.h"
#include "keras/core/initializer.h"
#include "keras/core/make.h"
#include "keras/core/object_config.h"
#include "keras/core/registry.h"
#include "keras/core/weights.h"
#include "keras/layers/rnn_cell.h"

namespace rill::keras {
namespace {

using layers::RecurrentOptions;

// The activations that the fused ops know, by their names there.
bool fusable(const Activation& a) {
  if (!a) return true;
  const ObjectConfig& config = *a.config();
  if (config.function || !config.settings.is_null()) return false;
  for (const char* name :
       {"linear", "relu", "relu6", "selu", "sigmoid", "tanh", "silu", "swish", "hard_sigmoid",
        "hard_sigmoid_keras2", "softplus", "softsign", "exponential", "elu"}) {
    if (config.name == name) return true;
  }
  return false;
}
std::string fused_name(const Activation& a) { return a ? a.name() : "linear"; }

class BasicCell : public RnnCellLayer {
 public:
  BasicCell() = default;
  BasicCell(int64_t units, const RecurrentOptions& o) : units_(units), o_(o) {}
  std::vector<int64_t> state_sizes() const override { return {units_}; }

  // One mask for all steps (keras/src/layers/rnn/dropout_rnn_cell.py).
  Value drop_inputs(const Value& sequence) override {
    if (o_.dropout <= 0 || o_.dropout >= 1) return sequence;
    const Value ones = op::fill({op::dim(sequence, 0), op::dim(sequence, 2)}, 1, sequence.dtype());
    return op::mul(sequence, op::expand_dims(dropout(ones, o_.dropout, seeds_), 1));
  }

  // A mask for each gate: Keras' implementation 1, which recurrent dropout asks for.
  Values draw_masks(const Value& sequence) override {
    if (o_.recurrent_dropout <= 0 || o_.recurrent_dropout >= 1) return {};
    Values masks;
    const auto draw = [&](double rate, const op::Dim& width) {
      if (rate <= 0 || rate >= 1) return;
      const Value ones = op::fill({op::dim(sequence, 0), width}, 1, sequence.dtype());
      for (int g = 0; g < gates(); ++g) masks.push_back(dropout(ones, rate, seeds_));
    };
    draw(o_.dropout, op::dim(sequence, 2));
    draw(o_.recurrent_dropout, units_);
    return masks;
  }

  std::optional<Swept> fused(const Sweep& s) override {
    if ((s.training && o_.recurrent_dropout > 0) || s.x.dtype() != DType::float32 ||
        !fusable(o_.activation) || (gates() > 1 && !fusable(o_.recurrent_activation))) {
      return std::nullopt;
    }
    Values inputs{s.x};
    for (const Value& state : s.states) inputs.push_back(state);
    inputs.push_back(kernel_);
    inputs.push_back(recurrent_);
    if (bias_) inputs.push_back(bias_);
    if (s.mask) inputs.push_back(s.mask);
    AttrMap attrs{{"N", static_cast<int64_t>(s.states.size())},
                  {"M", bias_ ? 1 : 0},
                  {"K", s.mask ? 1 : 0},
                  {"activation", fused_name(o_.activation)},
                  {"go_backwards", s.go_backwards},
                  {"zero_output_for_mask", s.zero_output_for_mask}};
    if (gates() > 1) attrs.set("recurrent_activation", fused_name(o_.recurrent_activation));
    if (gates() == 3) attrs.set("reset_after", o_.reset_after);
    const Values out = emit_all(op_name(), std::span<const Value>(inputs), std::move(attrs));
    return Swept{out[0], out[1], Values(out.begin() + 2, out.end())};
  }

 protected:
  virtual const char* op_name() const = 0;
  virtual int gates() const = 0;

  void visit_common(ConfigVisitor& v) {
    v("units", units_);
    v("activation", o_.activation);
    if (gates() > 1) v("recurrent_activation", o_.recurrent_activation);
    v("use_bias", o_.use_bias);
    v.weight("kernel", o_.kernel_initializer, o_.kernel_regularizer, o_.kernel_constraint);
    v.weight("recurrent", o_.recurrent_initializer, o_.recurrent_regularizer,
             o_.recurrent_constraint);
    v.weight("bias", o_.bias_initializer, o_.bias_regularizer, o_.bias_constraint);
    if (gates() == 4) v("unit_forget_bias", o_.unit_forget_bias);
    if (gates() == 3) v("reset_after", o_.reset_after);
    v("dropout", o_.dropout);
    v("recurrent_dropout", o_.recurrent_dropout);
    v("seed", o_.seed);
  }

  void build(const Shape& input) override {
    const int64_t width = gates() * units_;
    kernel_ = add_weight("kernel", {input.back(), width}, o_.kernel_initializer);
    recurrent_ = add_weight("recurrent_kernel", {units_, width}, o_.recurrent_initializer);
    if (!o_.use_bias) return;
    const bool two = gates() == 3 && o_.reset_after;
    bias_ = add_weight("bias", two ? Shape{2, width} : Shape{width}, bias_start());
  }
  virtual Initializer bias_start() const { return o_.bias_initializer; }

  void start_seeds() override {
    if (gates() == 1) seeds_ = SeedGenerator(o_.seed);  // SimpleRNNCell begins with it
    RnnCellLayer::start_seeds();
    if (gates() > 1) seeds_ = SeedGenerator(o_.seed);
  }

  Value act(const Value& x) const { return op::activate(o_.activation, x); }
  Value gate(const Value& x) const { return op::activate(o_.recurrent_activation, x); }
  Value columns(const Value& w, int first, int count) const {
    return op::slice(w, {{}, {first * units_, (first + count) * units_, 1}});
  }

  // Each gate's part of x . kernel and of h . recurrent, of inputs that are masked for it.
  struct Products {
    Values inputs, inner;
  };
  Products masked_products(const Value& x, const Value& h, const Values& masks) const {
    const auto n = static_cast<size_t>(gates());
    const bool inputs_too = masks.size() == 2 * n;
    Products out;
    for (size_t g = 0; g < n; ++g) {
      const int column = static_cast<int>(g);
      const Value seen = inputs_too ? op::mul(x, masks[g]) : x;
      out.inputs.push_back(op::matmul(seen, columns(kernel_, column, 1)));
      out.inner.push_back(
          op::matmul(op::mul(h, masks[masks.size() - n + g]), columns(recurrent_, column, 1)));
    }
    return out;
  }

  int64_t units_ = 0;
  RecurrentOptions o_;
  SeedGenerator seeds_;
  Value kernel_;
  Value recurrent_;
  Value bias_;
};

class SimpleCell final : public BasicCell {
 public:
  using BasicCell::BasicCell;
  void visit_config(ConfigVisitor& v) override { visit_common(v); }
  Values step(const Value& x, const Values& states, bool) override {
    Value h = op::matmul(x, kernel_);
    if (bias_) h = op::bias_add(h, bias_);
    h = act(op::add(h, op::matmul(states[0], recurrent_)));
    return {h, h};
  }
  Values masked_step(const Value& x, const Values& states, const Values& masks) override {
    const Products z = masked_products(x, states[0], masks);
    const Value in = bias_ ? op::bias_add(z.inputs[0], bias_) : z.inputs[0];
    const Value h = act(op::add(in, z.inner[0]));
    return {h, h};
  }

 protected:
  const char* op_name() const override { return "_RillSimpleRNN"; }
  int gates() const override { return 1; }
};

class LstmCell final : public BasicCell {
 public:
  using BasicCell::BasicCell;
  void visit_config(ConfigVisitor& v) override { visit_common(v); }
  std::vector<int64_t> state_sizes() const override { return {units_, units_}; }
  Values step(const Value& x, const Values& states, bool) override {
    Value z = op::add(op::matmul(x, kernel_), op::matmul(states[0], recurrent_));
    if (bias_) z = op::bias_add(z, bias_);
    return gated(op::split(z, 4, 1), states);
  }
  Values masked_step(const Value& x, const Values& states, const Values& masks) override {
    const Products z = masked_products(x, states[0], masks);
    const Values bias = bias_ ? op::split(bias_, 4, 0) : Values();
    Values g;
    for (size_t i = 0; i < 4; ++i) {
      const Value in = bias_ ? op::bias_add(z.inputs[i], bias[i]) : z.inputs[i];
      g.push_back(op::add(in, z.inner[i]));
    }
    return gated(g, states);
  }

 protected:
  const char* op_name() const override { return "_RillLSTM"; }
  int gates() const override { return 4; }
  Initializer bias_start() const override {
    return o_.unit_forget_bias ? with_open_gates(o_.bias_initializer, units_) : o_.bias_initializer;
  }

 private:
  Values gated(const Values& g, const Values& states) const {
    const Value c = op::add(op::mul(gate(g[1]), states[1]), op::mul(gate(g[0]), act(g[2])));
    const Value h = op::mul(gate(g[3]), act(c));
    return {h, h, c};
  }
};

class GruCell final : public BasicCell {
 public:
  using BasicCell::BasicCell;
  void visit_config(ConfigVisitor& v) override { visit_common(v); }
  Values step(const Value& x, const Values& states, bool) override {
    const Value& h = states[0];
    Value input_bias = bias_, inner_bias;
    if (bias_ && o_.reset_after) {
      const Values rows = op::unstack(bias_, 2, 0);
      input_bias = rows[0];
      inner_bias = rows[1];
    }
    Value a = op::matmul(x, kernel_);
    if (input_bias) a = op::bias_add(a, input_bias);
    const Values in = op::split(a, 3, 1);
    Value z, r, candidate;
    if (o_.reset_after) {
      Value b = op::matmul(h, recurrent_);
      if (inner_bias) b = op::bias_add(b, inner_bias);
      const Values inner = op::split(b, 3, 1);
      z = gate(op::add(in[0], inner[0]));
      r = gate(op::add(in[1], inner[1]));
      candidate = act(op::add(in[2], op::mul(r, inner[2])));
    } else {
      const Values inner = op::split(op::matmul(h, columns(recurrent_, 0, 2)), 2, 1);
      z = gate(op::add(in[0], inner[0]));
      r = gate(op::add(in[1], inner[1]));
      candidate = act(op::add(in[2], op::matmul(op::mul(r, h), columns(recurrent_, 2, 1))));
    }
    return mixed(z, h, candidate);
  }
  Values masked_step(const Value& x, const Values& states, const Values& masks) override {
    const Value& h = states[0];
    const Products a = masked_products(x, h, masks);
    Values in = a.inputs, inner = a.inner;
    if (bias_) {
      const Values rows = o_.reset_after ? op::unstack(bias_, 2, 0) : Values{bias_};
      const Values outer = op::split(rows[0], 3, 0);
      for (size_t g = 0; g < 3; ++g) in[g] = op::bias_add(in[g], outer[g]);
      if (o_.reset_after) {
        const Values own = op::split(rows[1], 3, 0);
        for (size_t g = 0; g < 3; ++g) inner[g] = op::bias_add(inner[g], own[g]);
      }
    }
    const Value z = gate(op::add(in[0], inner[0])), r = gate(op::add(in[1], inner[1]));
    if (o_.reset_after) return mixed(z, h, act(op::add(in[2], op::mul(r, inner[2]))));
    const Value reset = op::mul(r, op::mul(h, masks.back()));
    return mixed(z, h, act(op::add(in[2], op::matmul(reset, columns(recurrent_, 2, 1)))));
  }

 protected:
  const char* op_name() const override { return "_RillGRU"; }
  int gates() const override { return 3; }

 private:
  static Values mixed(const Value& z, const Value& h, const Value& candidate) {
    const Value rest = op::sub(op::constant_like(1, z), z);
    const Value y = op::add(op::mul(z, h), op::mul(rest, candidate));
    return {y, y};
  }
};

class StackedCells final : public RnnCellLayer {
 public:
  StackedCells() = default;
  explicit StackedCells(const std::vector<LayerPtr>& cells) : cells_(cells) {
    for (const LayerPtr& cell : cells_) name_if_none(cell);
    adopt();
  }
  void visit_config(ConfigVisitor& v) override {
    v("cells", cells_);
    if (v.reading()) adopt();
  }
  std::vector<int64_t> state_sizes() const override {
    std::vector<int64_t> out;
    for (const auto& c : parts_) {
      for (const int64_t s : c->state_sizes()) out.push_back(s);
    }
    return out;
  }
  int64_t output_size() const override { return parts_.back()->output_size(); }
  void build(const Shape& input) override {
    Shape shape = input;
    for (const auto& c : parts_) {
      c->ensure_built({shape});
      shape = Shape{shape[0], c->output_size()};
    }
  }
  Values step(const Value& x, const Values& states, bool training) override {
    Value y = x;
    Values next;
    size_t at = 0;
    for (const auto& c : parts_) {
      const size_t n = c->state_sizes().size();
      const auto first = states.begin() + static_cast<std::ptrdiff_t>(at);
      const Values out =
          c->step(y, Values(first, first + static_cast<std::ptrdiff_t>(n)), training);
      y = out[0];
      next.insert(next.end(), out.begin() + 1, out.end());
      at += n;
    }
    next.insert(next.begin(), y);
    return next;
  }
  // A stack of cells is a stack of layers: each sweeps the sequence of the one before.
  std::optional<Swept> fused(const Sweep& s) override {
    Swept result{s.x, {}, {}};
    size_t at = 0;
    for (size_t i = 0; i < parts_.size(); ++i) {
      const size_t n = parts_[i]->state_sizes().size();
      Sweep inner = s;
      inner.x = result.sequence;
      inner.go_backwards = s.go_backwards && i == 0;
      inner.zero_output_for_mask = false;
      if (s.mask && s.go_backwards && i > 0) inner.mask = op::reverse(s.mask, {1});
      if (s.zero_output_for_mask && s.mask) return std::nullopt;
      if (!s.states.empty()) {
        const auto first = s.states.begin() + static_cast<std::ptrdiff_t>(at);
        inner.states = Values(first, first + static_cast<std::ptrdiff_t>(n));
      }
      at += n;
      const Swept swept = sweep(*parts_[i], inner);
      result.sequence = swept.sequence;
      result.last = swept.last;
      result.states.insert(result.states.end(), swept.states.begin(), swept.states.end());
    }
    return result;
  }

 private:
  void adopt() {
    clear_sublayers();
    parts_.clear();
    for (const LayerPtr& cell : cells_) {
      auto part = std::dynamic_pointer_cast<RnnCellLayer>(cell.get());
      if (!part) {
        fail(Code::unimplemented, "StackedRNNCells: ", cell->class_name(),
             " is not one of SimpleRNNCell, LSTMCell, GRUCell");
      }
      parts_.push_back(part);
      add_sublayer("cells[]", part);
    }
  }
  std::vector<LayerPtr> cells_;
  std::vector<std::shared_ptr<RnnCellLayer>> parts_;
};

template <typename T>
std::shared_ptr<RnnCellLayer> make_cell(const char* name, int64_t units,
                                        const RecurrentOptions& o) {
  auto cell = std::make_shared<T>(units, o);
  cell->set_class_name(name);
  return cell;
}

}  // namespace

std::shared_ptr<RnnCellLayer> make_simple_cell(int64_t units, const RecurrentOptions& o) {
  return make_cell<SimpleCell>("SimpleRNNCell", units, o);
}
std::shared_ptr<RnnCellLayer> make_lstm_cell(int64_t units, const RecurrentOptions& o) {
  return make_cell<LstmCell>("LSTMCell", units, o);
}
std::shared_ptr<RnnCellLayer> make_gru_cell(int64_t units, const RecurrentOptions& o) {
  return make_cell<GruCell>("GRUCell", units, o);
}

namespace layers {
SimpleRNNCell::SimpleRNNCell(int64_t units, const RecurrentOptions& o)
    : LayerPtr(make_layer<SimpleCell>("SimpleRNNCell", o, units, o)) {}
LSTMCell::LSTMCell(int64_t units, const RecurrentOptions& o)
    : LayerPtr(make_layer<LstmCell>("LSTMCell", o, units, o)) {}
GRUCell::GRUCell(int64_t units, const RecurrentOptions& o)
    : LayerPtr(make_layer<GruCell>("GRUCell", o, units, o)) {}
StackedRNNCells::StackedRNNCells(const std::vector<LayerPtr>& cells, const PlainOptions& o)
    : LayerPtr(make_layer<StackedCells>("StackedRNNCells", o, cells)) {}
}  // namespace layers

void register_rnn_cells(LayerRegistry& registry) {
  registry.add<SimpleCell>("SimpleRNNCell");
  registry.add<LstmCell>("LSTMCell");
  registry.add<GruCell>("GRUCell");
  registry.add<StackedCells>("StackedRNNCells");
}

}  // namespace rill::keras
