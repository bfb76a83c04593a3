// ConvLSTM1D, 2D, 3D (keras/src/layers/rnn/conv_lstm.py), step by step.
#include "keras/core/dropout.h"
#include "keras/core/initializer.h"
#include "keras/core/loss_collector.h"
#include "keras/core/make.h"
#include "keras/core/node.h"
#include "keras/core/registry.h"
#include "keras/layers/conv_util.h"
#include "keras/layers/rnn_cell.h"
#include "keras/layers/step_loop.h"
#include "rill/keras/layers/rnn.hpp"

namespace rill::keras {
namespace {

// The cell only keeps the weights, under the path that files have for them.
class CellWeights final : public Layer {
 public:
  void make(const Shape& kernel, const Shape& recurrent, const Shape& bias, bool use_bias,
            const layers::RecurrentOptions& o) {
    kernel_ = add_weight("kernel", kernel, o.kernel_initializer);
    recurrent_ = add_weight("recurrent_kernel", recurrent, o.recurrent_initializer);
    if (use_bias) bias_ = add_weight("bias", bias, o.bias_initializer);
    set_built();
  }
  Value kernel_, recurrent_, bias_;
};

template <int kRank>
class ConvLstmLayer final : public Layer, public RunsAlongTime, public KeptStates {
 public:
  ConvLstmLayer() {
    cell_ = std::make_shared<CellWeights>();
    add_sublayer("cell", cell_);
  }
  ConvLstmLayer(int64_t filters, const Ints& kernel_size, const layers::ConvLSTMOptions& o)
      : ConvLstmLayer() {
    filters_ = filters;
    kernel_size_ = per_dimension("kernel_size", kernel_size, kRank);
    strides_ = per_dimension("strides", o.strides, kRank);
    dilation_rate_ = per_dimension("dilation_rate", o.dilation_rate, kRank);
    padding_ = o.padding;
    data_format_ = o.data_format;
    o_.activation = o.activation;
    o_.recurrent_activation = o.recurrent_activation;
    o_.use_bias = o.use_bias;
    o_.kernel_initializer = o.kernel_initializer;
    o_.recurrent_initializer = o.recurrent_initializer;
    o_.bias_initializer = o.bias_initializer;
    o_.unit_forget_bias = o.unit_forget_bias;
    o_.kernel_regularizer = o.kernel_regularizer;
    o_.recurrent_regularizer = o.recurrent_regularizer;
    o_.bias_regularizer = o.bias_regularizer;
    o_.activity_regularizer = o.activity_regularizer;
    o_.kernel_constraint = o.kernel_constraint;
    o_.recurrent_constraint = o.recurrent_constraint;
    o_.bias_constraint = o.bias_constraint;
    o_.dropout = o.dropout;
    o_.recurrent_dropout = o.recurrent_dropout;
    o_.seed = o.seed;
    o_.return_sequences = o.return_sequences;
    o_.return_state = o.return_state;
    o_.go_backwards = o.go_backwards;
    o_.stateful = o.stateful;
  }
  void visit_config(ConfigVisitor& v) override {
    v("filters", filters_);
    v("kernel_size", kernel_size_);
    v("strides", strides_);
    v("padding", padding_);
    v("data_format", data_format_);
    v("dilation_rate", dilation_rate_);
    v("activation", o_.activation);
    v("recurrent_activation", o_.recurrent_activation);
    v("use_bias", o_.use_bias);
    v.weight("kernel", o_.kernel_initializer, o_.kernel_regularizer, o_.kernel_constraint);
    v.weight("recurrent", o_.recurrent_initializer, o_.recurrent_regularizer,
             o_.recurrent_constraint);
    v.weight("bias", o_.bias_initializer, o_.bias_regularizer, o_.bias_constraint);
    v("unit_forget_bias", o_.unit_forget_bias);
    v("dropout", o_.dropout);
    v("recurrent_dropout", o_.recurrent_dropout);
    v("seed", o_.seed);
    v("return_sequences", o_.return_sequences);
    v("return_state", o_.return_state);
    v("go_backwards", o_.go_backwards);
    v("stateful", o_.stateful);
    v("unroll", o_.unroll);
    if (!v.reading()) return;
    kernel_size_ = per_dimension("kernel_size", kernel_size_, kRank);
    strides_ = per_dimension("strides", strides_, kRank);
    dilation_rate_ = per_dimension("dilation_rate", dilation_rate_, kRank);
  }

  bool return_sequences() const override { return o_.return_sequences; }
  bool return_state() const override { return o_.return_state; }
  bool go_backwards() const override { return o_.go_backwards; }
  void set_go_backwards(bool on) override { o_.go_backwards = on; }

  bool supports_masking() const override { return true; }
  bool stateful() const override { return o_.stateful; }
  Values compute_mask(const Values&, std::span<const Value> masks) override {
    return o_.return_sequences && !masks.empty() && masks[0] ? Values{masks[0]} : Values{};
  }

  void build(const std::vector<Shape>& inputs) override {
    require_rank(inputs.at(0), kRank + 3);
    const int64_t in = channels_first(data_format_) ? inputs[0][2] : inputs[0].back();
    Shape kernel(kernel_size_), recurrent(kernel_size_);
    kernel.push_back(in);
    kernel.push_back(4 * filters_);
    recurrent.push_back(filters_);
    recurrent.push_back(4 * filters_);
    cell_->set_name(name() + "/cell");
    DTypePolicy policy = dtype_policy();
    policy.map = nullptr;
    cell_->set_dtype(std::move(policy));
    layers::RecurrentOptions start = o_;
    if (o_.unit_forget_bias)
      start.bias_initializer = with_open_gates(o_.bias_initializer, filters_);
    cell_->make(kernel, recurrent, {4 * filters_}, o_.use_bias, start);
    if (o_.stateful) keep_states(*this, std::vector<Shape>(2, state_shape(inputs[0])));
  }

  Values call(const Values& inputs, const CallContext& context) override {
    StepSequence sequence{.x = inputs[0],
                          .mask = mask_of_first(context),
                          .states = {},
                          .go_backwards = o_.go_backwards,
                          .unroll = o_.unroll};
    if (inputs.size() > 2) {
      sequence.states = {last(inputs[1]), last(inputs[2])};
    } else {
      sequence.states = kept_states();
    }
    if (sequence.states.empty()) sequence.states = Values(2, zeros_for(inputs[0]));
    // Keras draws where it evaluates, too, and then leaves the masks aside.
    Values masks;
    if (context.training || collecting_losses()) masks = draw_masks(inputs[0], sequence.states[0]);
    if (!context.training) masks.clear();
    const StepResults done = run_steps_beside(
        sequence, masks, [this](const Value& x, const Values& states, const Values& beside) {
          return step(x, states, beside);
        });
    if (!done.sequence) fail(Code::invalid_argument, "the sequence has no step");
    store_states(done.states);
    Values out{o_.return_sequences ? done.sequence : done.last};
    if (o_.return_state) {
      out.push_back(back(done.states[0]));
      out.push_back(back(done.states[1]));
    }
    return out;
  }

 protected:
  void start_seeds() override {
    seeds_ = SeedGenerator(o_.seed);
    Layer::start_seeds();
  }

 private:
  // The states have the shape of what the input convolution gives for one frame.
  Value zeros_for(const Value& x) const {
    const Value z = of_input(op::gather(x, Tensor::scalar(int32_t{0}), 1));
    return op::unary("ZerosLike", op::split(z, 4, z.rank() - 1)[0]);
  }
  // As zeros_for(), at the time of building.
  Shape state_shape(const Shape& input) const {
    Shape out{input[0]};
    for (int d = 0; d < kRank; ++d) {
      const int64_t size = input[d + (channels_first(data_format_) ? 3 : 2)];
      const auto at = static_cast<size_t>(d);
      const int64_t stride = strides_[at];
      const int64_t reach =
          padding_ == "same" ? 1 : dilation_rate_[at] * (kernel_size_[at] - 1) + 1;
      if (size < reach) {
        fail(Code::invalid_argument, "a stateful layer needs images of a fixed size, not ", input);
      }
      out.push_back((size - reach) / stride + 1);
    }
    out.push_back(filters_);
    return out;
  }
  Value of_input(const Value& frame) const {
    const Value z = input_conv(last(frame), cell_->kernel_);
    return cell_->bias_ ? op::bias_add(z, cell_->bias_) : z;
  }
  Value input_conv(const Value& x, const Value& kernel) const {
    return conv(x, kernel, upper(padding_), strides_, dilation_rate_);
  }
  static Value inner_conv(const Value& h, const Value& kernel) {
    return conv(h, kernel, "SAME", Ints(1), Ints(1));
  }
  static Values in_four(const Value& z) { return op::split(z, 4, z.rank() - 1); }
  // x . kernel for each gate, of inputs that are masked for it.
  template <typename Conv>
  static Values masked(const Value& x, const Value& kernel, const Values& masks, const Conv& by) {
    if (masks.empty()) return in_four(by(x, kernel));
    const Values parts = in_four(kernel);
    Values out;
    for (size_t g = 0; g < 4; ++g) out.push_back(by(op::mul(x, masks[g]), parts[g]));
    return out;
  }
  // Four masks of the inputs, then four of the states, where they are dropped at all
  // (keras/src/layers/rnn/dropout_rnn_cell.py); drawn in the order of the data format.
  Values draw_masks(const Value& x, const Value& h) const {
    Values masks;
    const auto draw = [&](double rate, const Value& like) {
      if (rate <= 0 || rate >= 1) return;
      const Value ones = op::unary("OnesLike", like);
      for (int g = 0; g < 4; ++g) masks.push_back(last(dropout(ones, rate, seeds_)));
    };
    draw(o_.dropout, op::gather(x, Tensor::scalar(int32_t{0}), 1));
    draw(o_.recurrent_dropout, back(h));
    return masks;
  }
  Values step(const Value& x, const Values& states, const Values& masks) const {
    const Value& h = states[0];
    const Value& c = states[1];
    const auto half = masks.begin() + (o_.dropout > 0 && !masks.empty() ? 4 : 0);
    const Values in = masked(last(x), cell_->kernel_, Values(masks.begin(), half),
                             [this](const Value& v, const Value& w) { return input_conv(v, w); });
    const Values inner = masked(h, cell_->recurrent_, Values(half, masks.end()), inner_conv);
    const Values bias = cell_->bias_ ? op::split(cell_->bias_, 4, 0) : Values();
    Values g;
    for (size_t i = 0; i < 4; ++i) {
      g.push_back(op::add(bias.empty() ? in[i] : op::bias_add(in[i], bias[i]), inner[i]));
    }
    const Value next_c =
        op::add(op::mul(gate(g[1]), c), op::mul(gate(g[0]), op::activate(o_.activation, g[2])));
    const Value next_h = op::mul(gate(g[3]), op::activate(o_.activation, next_c));
    return {back(next_h), next_h, next_c};
  }
  Value last(const Value& x) const {
    return channels_first(data_format_) ? op::to_channels_last(x) : x;
  }
  Value back(const Value& x) const {
    return channels_first(data_format_) ? op::to_channels_first(x) : x;
  }
  Value gate(const Value& x) const { return op::activate(o_.recurrent_activation, x); }
  static Value conv(const Value& x, const Value& kernel, const std::string& padding,
                    const Ints& strides, const Ints& dilations) {
    const AttrMap attrs{
        {"strides", with_batch_and_channels(per_dimension("", strides, kRank))},
        {"padding", padding},
        {"dilations", with_batch_and_channels(per_dimension("", dilations, kRank))}};
    if (kRank == 1) {
      return op::squeeze(emit("Conv2D", {op::expand_dims(x, 1), op::expand_dims(kernel, 0)}, attrs),
                         1);
    }
    return emit(kRank == 2 ? "Conv2D" : "Conv3D", {x, kernel}, attrs);
  }

  int64_t filters_ = 0;
  Ints kernel_size_ = 1, strides_ = 1, dilation_rate_ = 1;
  std::string padding_ = "valid", data_format_ = "channels_last";
  layers::RecurrentOptions o_;
  SeedGenerator seeds_;
  std::shared_ptr<CellWeights> cell_;
};

}  // namespace

namespace layers {
ConvLSTM1D::ConvLSTM1D(int64_t filters, const Ints& kernel_size, const ConvLSTMOptions& o)
    : LayerPtr(make_layer<ConvLstmLayer<1>>("ConvLSTM1D", o, filters, kernel_size, o)) {}
ConvLSTM2D::ConvLSTM2D(int64_t filters, const Ints& kernel_size, const ConvLSTMOptions& o)
    : LayerPtr(make_layer<ConvLstmLayer<2>>("ConvLSTM2D", o, filters, kernel_size, o)) {}
ConvLSTM3D::ConvLSTM3D(int64_t filters, const Ints& kernel_size, const ConvLSTMOptions& o)
    : LayerPtr(make_layer<ConvLstmLayer<3>>("ConvLSTM3D", o, filters, kernel_size, o)) {}
}  // namespace layers

void register_conv_lstm(LayerRegistry& registry) {
  registry.add<ConvLstmLayer<1>>("ConvLSTM1D");
  registry.add<ConvLstmLayer<2>>("ConvLSTM2D");
  registry.add<ConvLstmLayer<3>>("ConvLSTM3D");
}

}  // namespace rill::keras
