#include "base/fail.h"
#include "keras/core/naming.h"
#include "keras/core/policy_map.h"
#include "keras/core/takes_dtype.h"
#include "keras/layers/input_layer.h"
#include "keras/models/model_layer.h"

namespace rill::keras {
namespace {

DType input_dtype_of(const Layer& layer) {
  const auto* other = dynamic_cast<const TakesDType*>(&layer);
  return other != nullptr ? other->input_dtype() : layer.dtype_policy().variable;
}

}  // namespace

void SequentialLayer::add(std::shared_ptr<Layer> layer) {
  if (!layer) fail(Code::invalid_argument, "Sequential: an empty layer was added");
  forget_traces();
  functional_.reset();
  if (auto input = std::dynamic_pointer_cast<InputLayer>(layer)) {
    if (head_ || !layers_.empty()) {
      fail(Code::invalid_argument, "Sequential ", quoted(name()),
           ": an InputLayer may only come first");
    }
    input_ = input;
    head_ = input->output();
    tail_ = {head_};
    return;
  }
  if (layer->name().empty()) layer->set_name(unique_layer_name(layer->class_name()));
  for (const auto& other : layers_) {
    if (other->name() == layer->name()) {
      fail(Code::invalid_argument, "Sequential ", quoted(name()), " has two layers named ",
           quoted(layer->name()));
    }
  }
  const bool is_first = layers_.empty() && !head_;
  layers_.push_back(layer);
  if (is_first) {
    if (layer->batch_input_shape()) {
      const bool whole = layer->class_name() == "Embedding";
      start(*layer->batch_input_shape(), whole ? DType::float32 : input_dtype_of(*layer));
    } else if (auto model = std::dynamic_pointer_cast<ModelLayer>(layer)) {
      const std::vector<KerasTensor> inputs = model->inputs();
      if (inputs.size() == 1) start(inputs[0].shape(), inputs[0].dtype());
    }
  }
  if (!head_) return;
  if (tail_.size() != 1) {
    layers_.pop_back();
    fail(Code::invalid_argument, "Sequential ", quoted(name()), ": layer ",
         quoted(layers_.back()->name()), " has several outputs; nothing can follow it");
  }
  try {
    const BuildPath path(BuildPath::of(name()));
    tail_ = layer->record(tail_, CallSpec::of_inputs(1, false));
  } catch (...) {
    layers_.pop_back();
    throw;
  }
  set_built();
}

void SequentialLayer::start(const Shape& batch_shape, DType dtype) {
  input_ = std::make_shared<InputLayer>(batch_shape, dtype);
  if (generation() == Generation::keras2 && !layers_.empty()) {
    input_->set_name(layers_[0]->name() + "_input");
  }
  head_ = input_->output();
  tail_ = {head_};
}

void SequentialLayer::build(const std::vector<Shape>& inputs) {
  if (head_ || inputs.size() != 1) return;
  Shape shape = inputs[0];
  if (shape.rank() > 0) shape[0] = Shape::kUnknownDim;
  start(shape, layers_.empty() ? dtype_policy().variable : input_dtype_of(*layers_[0]));
  for (const auto& layer : layers_) tail_ = layer->record(tail_, CallSpec::of_inputs(1, false));
}

std::shared_ptr<FunctionalLayer> SequentialLayer::functional() const {
  const std::lock_guard lock(functional_mutex_);
  if (!functional_ && head_ && !layers_.empty()) {
    functional_ = std::make_shared<FunctionalLayer>(std::vector<KerasTensor>{head_}, tail_);
    functional_->set_name(name());
  }
  return functional_;
}

std::vector<KerasTensor> SequentialLayer::inputs() const {
  return head_ ? std::vector<KerasTensor>{head_} : std::vector<KerasTensor>{};
}
std::vector<KerasTensor> SequentialLayer::outputs() const { return tail_; }
std::vector<std::string> SequentialLayer::input_names() const {
  return input_ ? std::vector<std::string>{input_->name()} : std::vector<std::string>{};
}
std::vector<std::string> SequentialLayer::output_names() const {
  return std::vector<std::string>(std::max<size_t>(tail_.size(), 1),
                                  layers_.empty() ? name() : layers_.back()->name());
}
std::vector<std::shared_ptr<Layer>> SequentialLayer::all_layers() const {
  std::vector<std::shared_ptr<Layer>> out;
  if (input_) out.push_back(input_);
  out.insert(out.end(), layers_.begin(), layers_.end());
  return out;
}

Values SequentialLayer::call(const Values& inputs, const CallContext& context) {
  if (const auto graph = functional()) return graph->call(inputs, context);
  Result step;
  step.outputs = inputs;
  step.masks.assign(context.masks.begin(), context.masks.end());
  for (const auto& layer : layers_) {
    CallContext inner;
    inner.training = context.training;
    const Values masks = step.masks;
    inner.masks = masks;
    step = layer->apply(Values(step.outputs), inner);
  }
  if (context.output_masks) *context.output_masks = step.masks;
  return step.outputs;
}

}  // namespace rill::keras
