// Bidirectional.
#include "base/fail.h"
#include "keras/core/clone.h"
#include "keras/core/make.h"
#include "keras/core/node.h"
#include "keras/core/registry.h"
#include "keras/layers/rnn_cell.h"

namespace rill::keras {
namespace {

class BidirectionalLayer final : public Layer {
 public:
  BidirectionalLayer() = default;
  BidirectionalLayer(const LayerPtr& layer, const layers::BidirectionalOptions& o)
      : forward_(layer), backward_(o.backward_layer), merge_mode_(o.merge_mode) {
    if (!forward_->name().empty()) set_name("bidirectional_" + forward_->name());
    name_if_none(forward_);
    adopt();
    if (layer->batch_input_shape()) set_batch_input_shape(layer->batch_input_shape());
  }

  void visit_config(ConfigVisitor& v) override {
    v("merge_mode", merge_mode_);
    v("layer", forward_);
    if (v.reading()) {
      v("plain_keras2", keras2_);  // of legacy/upgrade.cpp
      v("backward_layer", backward_);
      adopt();
    } else {
      LayerPtr back(back_);
      v("backward_layer", back);
    }
  }

  bool supports_masking() const override { return true; }
  bool delegates() const override { return true; }

  void build(const std::vector<Shape>& inputs) override {
    front_->ensure_built({inputs.at(0)});
    back_->ensure_built({inputs.at(0)});
  }

  Values call(const Values& inputs, const CallContext& context) override {
    // Initial states: those of the forward layer, then those of the backward layer.
    const size_t half = (inputs.size() - 1) / 2;
    Values first{inputs[0]}, second{inputs[0]};
    for (size_t i = 0; i < half; ++i) {
      first.push_back(inputs[1 + i]);
      second.push_back(inputs[1 + half + i]);
    }
    CallContext inner;
    inner.training = context.training;
    const Value mask = mask_of_first(context);
    if (mask) inner.masks = std::span<const Value>(&mask, 1);
    const Values y = front_->apply(first, inner).outputs;
    const Values z = back_->apply(second, inner).outputs;
    // In the dtype of the wrapper, whatever that of the layers is; but in Keras 2.
    const DType own = keras2_ ? y[0].dtype() : inputs[0].dtype();
    const Value ahead = op::cast(y[0], own), last = op::cast(z[0], own);
    const Value behind = return_sequences_ ? op::reverse(last, {1}) : last;
    Values out;
    if (!merge_mode_) {
      out = {ahead, behind};
    } else if (*merge_mode_ == "concat") {
      out = {op::concat({ahead, behind}, ahead.rank() - 1)};
    } else if (*merge_mode_ == "sum") {
      out = {op::add(ahead, behind)};
    } else if (*merge_mode_ == "ave") {
      out = {op::div(op::add(ahead, behind), op::constant_like(2, ahead))};
    } else if (*merge_mode_ == "mul") {
      out = {op::mul(ahead, behind)};
    } else {
      fail(Code::invalid_argument, "unknown merge_mode ", quoted(*merge_mode_));
    }
    if (return_state_) {
      out.insert(out.end(), y.begin() + 1, y.end());
      out.insert(out.end(), z.begin() + 1, z.end());
    }
    return out;
  }

  Values compute_mask(const Values&, std::span<const Value> masks) override {
    if (!return_sequences_ || masks.empty() || !masks[0]) return {};
    return merge_mode_ ? Values{masks[0]} : Values{masks[0], masks[0]};
  }

 private:
  void adopt() {
    front_ = forward_.get();
    const auto* ahead = dynamic_cast<const RunsAlongTime*>(front_.get());
    if (!ahead) {
      fail(Code::unimplemented, "Bidirectional wraps recurrent layers, not ",
           forward_ ? forward_->class_name() : std::string("nothing"));
    }
    front_->draw_seeds();  // in Keras it is a copy
    const bool given = static_cast<bool>(backward_);
    back_ = given ? backward_.get() : clone_layer(*front_);
    auto* behind = dynamic_cast<RunsAlongTime*>(back_.get());
    if (!behind) fail(Code::unimplemented, "Bidirectional: the backward layer is not recurrent");
    if (!given) behind->set_go_backwards(!ahead->go_backwards());
    return_sequences_ = ahead->return_sequences();
    return_state_ = ahead->return_state();
    const std::string base = front_->name();
    if (base.rfind("forward_", 0) != 0) {
      front_->set_name("forward_" + base);
      if (!given) back_->set_name("backward_" + base);
    }
    clear_sublayers();
    add_sublayer("forward_layer", front_);
    add_sublayer("backward_layer", back_);
  }

  LayerPtr forward_;
  LayerPtr backward_;
  std::shared_ptr<Layer> front_;
  std::shared_ptr<Layer> back_;
  bool return_sequences_ = false;
  bool return_state_ = false;
  bool keras2_ = false;
  std::optional<std::string> merge_mode_ = "concat";
};

}  // namespace

namespace layers {
Bidirectional::Bidirectional(const LayerPtr& layer, const BidirectionalOptions& o)
    : LayerPtr(make_layer<BidirectionalLayer>("Bidirectional", o, layer, o)) {}
}  // namespace layers

void register_bidirectional(LayerRegistry& registry) {
  registry.add<BidirectionalLayer>("Bidirectional");
}

}  // namespace rill::keras
