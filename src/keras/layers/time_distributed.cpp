// TimeDistributed.
#include "base/fail.h"
#include "keras/core/config.h"
#include "keras/core/field_finder.h"
#include "keras/core/loss_collector.h"
#include "keras/core/make.h"
#include "keras/core/promote.h"
#include "keras/core/quantization.h"
#include "keras/core/registry.h"
#include "keras/layers/augment.h"
#include "keras/layers/rnn_cell.h"
#include "keras/models/model_layer.h"
#include "rill/keras/layers/core.hpp"

namespace rill::keras {
namespace {

// Whether a layer has a setting by which it drops numbers or adds noise to them in training.
class RateFinder final : public FieldFinder {
 public:
  using FieldFinder::operator();
  void operator()(std::string_view key, double& field) override {
    for (const char* rate : {"rate", "stddev", "dropout", "recurrent_dropout"}) {
      found = found || (key == rate && field > 0);
    }
  }
  bool found = false;
};
bool draws(Layer& layer) {
  RateFinder finder;
  layer.visit_config(finder);
  return finder.found || dynamic_cast<RandomImageLayer*>(&layer) != nullptr;
}

bool has_fixed_batch(const Layer& layer) {
  const auto* model = dynamic_cast<const ModelLayer*>(&layer);
  if (model == nullptr || model->inputs().empty()) return false;
  const Shape shape = model->inputs()[0].shape();
  return shape.has_rank() && shape.rank() > 0 && shape[0] > 0;
}

bool keeps_states(Layer& layer) {
  const auto* keeper = dynamic_cast<KeptStates*>(&layer);
  return keeper != nullptr && keeper->stateful();
}

// Whether a layer that this one calls is so.
bool any_inside(const Layer& layer, bool (*is_so)(Layer&)) {
  const auto inside = [&](const std::shared_ptr<Layer>& inner) {
    return is_so(*inner) || any_inside(*inner, is_so);
  };
  for (const auto& [attribute, inner] : layer.sublayers()) {
    if (inside(inner)) return true;
  }
  for (const auto& inner : layer.layers()) {
    if (inside(inner)) return true;
  }
  return false;
}

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

  void build(const std::vector<Shape>& inputs) override {
    std::vector<Shape> inner = inputs;
    for (Shape& shape : inner) {
      if (!shape.has_rank() || shape.rank() < 3) {
        fail(Code::invalid_argument, "expected an input of rank 3 or more, found ", shape);
      }
      shape.erase(1);
      if (!stateful()) shape[0] = Shape::kUnknownDim;
    }
    layer_->ensure_built(inner);
  }

  Values call(const Values& inputs, const CallContext& context) override {
    if (inputs.size() != 1 && !keras2_) {
      fail(Code::invalid_argument, "TimeDistributed of Keras 3 takes one input, not ",
           inputs.size());
    }
    const Value& x = inputs[0];
    const Value given = inputs.size() == 1 ? context.mask(0) : Value();
    if (keras2_ && stateful()) return step_by_step(inputs, given, context);
    if (!keras2_ && x.shape()[1] > 0 && has_steps(context)) {
      Values steps;
      for (int64_t i = 0; i < x.shape()[1]; ++i) {
        steps.push_back(at_once({step_of(x, i)}, step_of(given, i), context).outputs[0]);
      }
      return {op::stack(steps, 1)};
    }
    Values flattened;
    for (const Value& input : inputs) flattened.push_back(flat(input));
    const Layer::Result y = at_once(flattened, given ? flat(given) : Value(), context);
    if (keras2_) ask_for_mask(inputs, given, context);
    if (keras2_ && context.output_masks != nullptr) {
      // What the steps keep of their own parts, as a mask of words within sentences.
      const Value parts = given && given.rank() > 2 ? given : Value();
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
    return {steps_of(y.outputs[0], x)};
  }

 private:
  bool stateful() const { return keeps_states(*layer_) || any_inside(*layer_, keeps_states); }
  static Value step_of(const Value& all, int64_t i) {
    return all ? op::squeeze(op::slice(all, {{}, {i, i + 1, 1}}), 1) : Value();
  }
  // How Keras 2 calls a layer that keeps states (K.rnn in tf_keras/src/backend.py): once more
  // before all steps, to see what comes out; and what a mask leaves out is as it was before.
  Values step_by_step(const Values& inputs, const Value& mask, const CallContext& context) {
    const int64_t count = inputs[0].shape()[1];
    if (count <= 0) {
      fail(Code::unimplemented, "TimeDistributed around a layer that keeps states needs an input ",
           "with a fixed number of steps, not of shape ", inputs[0].shape());
    }
    const auto called = [&](int64_t i) {
      Values now;
      for (const Value& input : inputs) now.push_back(step_of(input, i));
      return at_once(now, {}, context).outputs[0];
    };
    Value last = op::unary("ZerosLike", called(0));
    Values steps;
    for (int64_t i = 0; i < count; ++i) {
      const Value y = called(i);
      Value kept = step_of(mask, i);
      while (kept && kept.rank() < y.rank()) kept = op::expand_dims(kept, kept.rank());
      last = kept ? op::select(kept, y, last) : y;
      steps.push_back(last);
    }
    if (context.output_masks != nullptr) *context.output_masks = {mask};
    return {op::stack(steps, 1)};
  }
  // Keras 2 asks the layer for its masks, and a model runs once more for that (Functional's
  // compute_mask): its statistics move again, and the penalties of its layers count twice.
  void ask_for_mask(const Values& inputs, const Value& mask, const CallContext& context) {
    Layer& inner = *layer_;
    const bool moves = context.training && !inner.non_trainable_weights().empty();
    if (!moves && !(collecting_losses() && any_inside(inner, has_activity_loss))) return;
    Values flattened;
    for (const Value& input : inputs) flattened.push_back(flat(input));
    const Value kept = mask ? flat(mask) : Value();
    if (auto* steps = dynamic_cast<TimeDistributedLayer*>(&inner)) {
      steps->ask_for_mask(flattened, kept, context);
    } else if (is_model_class(inner.class_name())) {
      at_once(flattened, kept, context);
    }
  }
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
  // Keras 3 (keras/src/layers/rnn/time_distributed.py) calls the layer for each step. Where that
  // does the same, time goes into the batch and comes out again; it doesn't where a call changes
  // the layer or draws, and where what is inside has losses, which go by the size of the batch.
  bool has_steps(const CallContext& context) const {
    Layer& inner = *layer_;
    if (stateful() || has_fixed_batch(inner)) return true;
    if (collecting_losses() && any_inside(inner, has_activity_loss)) return true;
    return context.training &&
           (!inner.non_trainable_weights().empty() || draws(inner) || any_inside(inner, draws));
  }
  Layer::Result at_once(const Values& x, const Value& mask, const CallContext& context) {
    CallContext inner;
    inner.training = context.training;
    // Keras 3 calls what the layer's call() is, in the dtype of the wrapper.
    inner.bare = !keras2_ && !is_model_class(layer_->class_name()) &&
                 layer_->dtype_policy().quantization.empty();
    if (mask) inner.masks = std::span<const Value>(&mask, 1);
    Layer::Result result = layer_->apply(x, inner);
    if (result.outputs.size() != 1) {
      fail(Code::unimplemented, "TimeDistributed around a layer with ", result.outputs.size(),
           " outputs");
    }
    Value& y = result.outputs[0];
    if (inner.bare && is_floating(y.dtype())) {
      y = op::cast(y, op::common_dtype({y, op::constant(0, dtype_policy().variable)}));
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
TimeDistributed::TimeDistributed(const LayerPtr& layer, const PlainOptions& o)
    : LayerPtr(make_layer<TimeDistributedLayer>("TimeDistributed", o, layer)) {}
}  // namespace layers

void register_time_distributed(LayerRegistry& registry) {
  registry.add<TimeDistributedLayer>("TimeDistributed");
}

}  // namespace rill::keras
