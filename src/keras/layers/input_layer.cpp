#include "keras/layers/input_layer.h"

#include "base/fail.h"
#include "keras/core/naming.h"
#include "keras/core/node.h"
#include "keras/core/registry.h"

namespace rill::keras {

void InputLayer::visit_config(ConfigVisitor& v) {
  if (v.reading()) {
    // Keras 3 writes batch_shape, Keras 2 batch_input_shape: read_config() knows both.
    if (batch_input_shape()) batch_shape_ = *batch_input_shape();
  } else {
    v("batch_shape", batch_shape_);
  }
  v("dtype", dtype_);
  v("sparse", sparse_);
  v("ragged", ragged_);
  v("optional", optional_);
}

// Down to the last dimension that is not known.
int InputLayer::ragged_rank() const {
  int rank = 0;
  for (int i = 1; ragged_ && i < batch_shape_.rank(); ++i) {
    if (batch_shape_[i] < 0) rank = i;
  }
  return rank;
}

KerasTensor InputLayer::output() {
  if (name().empty()) set_name(unique_layer_name("InputLayer"));
  set_built();
  std::shared_ptr<Node> node = node_.lock();
  if (!node) {
    Node made;
    made.outputs.push_back({batch_shape_, dtype(), name(), ragged_rank()});
    node = Node::attach(shared_from_this(), std::move(made));
    node_ = node;
  }
  return KerasTensor(node, 0);
}

KerasTensor Input(const Shape& shape, const InputOptions& options) {
  Shape batch = shape;
  batch.insert(0, options.batch_size.value_or(Shape::kUnknownDim));
  if (options.batch_shape) batch = *options.batch_shape;
  const DType dtype = dtype_from_name(options.dtype);
  if (dtype == DType::invalid) {
    fail(Code::invalid_argument, "Input: unknown dtype ", quoted(options.dtype));
  }
  auto layer = std::make_shared<InputLayer>(std::move(batch), dtype);
  layer->set_name(options.name);
  return layer->output();
}

void register_input_layer(LayerRegistry& registry) { registry.add<InputLayer>("InputLayer"); }

}  // namespace rill::keras
