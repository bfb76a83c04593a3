#include "keras/models/model_layer.h"

namespace rill::keras {

RunGuard::~RunGuard() = default;

namespace {}  // namespace

Traced& ModelLayer::traced() {
  std::lock_guard lock(mutex_);
  if (!traced_) {
    traced_ = std::make_unique<Traced>(
        [this](const Values& inputs) { return apply(inputs, CallContext{}).outputs; });
  }
  return *traced_;
}

std::vector<Tensor> ModelLayer::run(std::vector<Tensor> inputs) {
  const GuardedRun run(guard_.get());
  const auto lock = between_steps();
  return traced()(inputs);
}

void ModelLayer::run_into(std::span<const Tensor> inputs, std::span<Tensor> outputs) {
  const GuardedRun run(guard_.get());
  const auto lock = between_steps();
  traced().run_into(inputs, outputs);
}

void ModelLayer::forget_traces() {
  std::lock_guard lock(mutex_);
  traced_.reset();
}

}  // namespace rill::keras
