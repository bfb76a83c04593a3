// Bidirectional and TimeDistributed.
#include "base/fail.h"
#include "keras/core/clone.h"
#include "keras/core/make.h"
#include "keras/core/node.h"
#include "keras/core/quantization.h"
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
    adopt();
    if (layer->batch_input_shape()) set_batch_input_shape(layer->batch_input_shape());
  }

  void visit_config(ConfigVisitor& v) override {
    v("merge_mode", merge_mode_);
    v("layer", forward_);
    if (v.reading()) {
      v("backward_layer", backward_);
      adopt();
    } else {
      LayerPtr back(back_);
      v("backward_layer", back);
    }
  }

  bool supports_masking() const override { return true; }

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
    const Value ahead = y[0];
    const Value behind = return_sequences_ ? op::reverse(z[0], {1}) : z[0];
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
  std::optional<std::string> merge_mode_ = "concat";
};

class TimeDistributedLayer final : public Layer {
 public:
  TimeDistributedLayer() = default;
  explicit TimeDistributedLayer(const LayerPtr& layer) : layer_(layer) { adopt(); }

  void visit_config(ConfigVisitor& v) override {
    v("layer", layer_);
    if (!v.reading()) return;
    v("flat_keras2", keras2_);  // of legacy/upgrade.cpp, never written
    adopt();
  }

  bool supports_masking() const override { return true; }
  bool autocast() const override { return false; }

  void build(const Shape& input) override {
    if (!input.has_rank() || input.rank() < 3) {
      fail(Code::invalid_argument, "expected an input of rank 3 or more, found ", input);
    }
    Shape inner = input;
    inner.erase(1);
    inner[0] = Shape::kUnknownDim;
    layer_->ensure_built({inner});
  }

  // Time goes into the batch and comes out again, unless a step of training changes the layer: then
  // Keras 3 (keras/src/layers/rnn/time_distributed.py) has a batch each.
  Value call(const Value& x, const CallContext& context) override {
    // What the steps keep of their own parts, as a mask of words within sentences.
    const Value given = context.mask(0);
    const Value parts = given && given.rank() > 2 ? given : Value();
    if (context.training && !keras2_ && x.shape()[1] > 0 &&
        !layer_->non_trainable_weights().empty()) {
      const auto step = [](const Value& all, int64_t i) {
        return all ? op::squeeze(op::slice(all, {{}, {i, i + 1, 1}}), 1) : Value();
      };
      Values steps;
      for (int64_t i = 0; i < x.shape()[1]; ++i) {
        steps.push_back(at_once(step(x, i), step(parts, i), context).outputs[0]);
      }
      return op::stack(steps, 1);
    }
    const Layer::Result y = at_once(flat(x), parts ? flat(parts) : Value(), context);
    if (keras2_ && context.output_masks != nullptr) {
      // tf_keras/src/layers/rnn/time_distributed.py: the layer's own masks, else of each step
      // whether anything is kept of it.
      Value mask;
      if (!y.masks.empty() && y.masks[0]) {
        mask = steps_of(y.masks[0], x);
      } else if (parts) {
        std::vector<int> axes;
        for (int i = 2; i < parts.rank(); ++i) axes.push_back(i);
        mask = op::reduce("Any", parts, axes);
      } else {
        mask = given;
      }
      *context.output_masks = {mask};
    }
    return steps_of(y.outputs[0], x);
  }

 private:
  static Value flat(const Value& x) {
    std::vector<op::Dim> dims{op::Dim(-1)};
    for (int i = 2; i < x.rank(); ++i) dims.push_back(op::dim(x, i));
    return op::reshape(x, dims);
  }
  static Value steps_of(const Value& y, const Value& x) {
    std::vector<op::Dim> dims{op::dim(x, 0), op::dim(x, 1)};
    for (int i = 1; i < y.rank(); ++i) dims.push_back(op::dim(y, i));
    return op::reshape(y, dims);
  }
  Layer::Result at_once(const Value& x, const Value& mask, const CallContext& context) {
    CallContext inner;
    inner.training = context.training;
    if (mask) inner.masks = std::span<const Value>(&mask, 1);
    Layer::Result result = layer_->apply({x}, inner);
    if (result.outputs.size() != 1) {
      fail(Code::unimplemented, "TimeDistributed around a layer with ", result.outputs.size(),
           " outputs");
    }
    return result;
  }
  void adopt() {
    if (!layer_) fail(Code::invalid_argument, "TimeDistributed needs a layer");
    clear_sublayers();
    add_sublayer("layer", layer_.get());
    if (auto* quantizable = dynamic_cast<Quantizable*>(layer_.get().get())) {
      quantizable->takes_steps = true;
    }
  }
  LayerPtr layer_;
  bool keras2_ = false;
};

}  // namespace

namespace layers {
Bidirectional::Bidirectional(const LayerPtr& layer, const BidirectionalOptions& o)
    : LayerPtr(make_layer<BidirectionalLayer>("Bidirectional", o, layer, o)) {}
TimeDistributed::TimeDistributed(const LayerPtr& layer, const PlainOptions& o)
    : LayerPtr(make_layer<TimeDistributedLayer>("TimeDistributed", o, layer)) {}
}  // namespace layers

void register_wrappers(LayerRegistry& registry) {
  registry.add<BidirectionalLayer>("Bidirectional");
  registry.add<TimeDistributedLayer>("TimeDistributed");
}

}  // namespace rill::keras
