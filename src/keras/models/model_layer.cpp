#include "keras/models/model_layer.h"

namespace rill::keras {

RunGuard::~RunGuard() = default;

namespace {

class Guarded {
 public:
  explicit Guarded(RunGuard* guard) : guard_(guard) {
    if (guard_ != nullptr) held_ = guard_->enter();
  }
  Guarded(const Guarded&) = delete;
  Guarded& operator=(const Guarded&) = delete;
  ~Guarded() {
    if (guard_ != nullptr) guard_->leave(held_.get());
  }

 private:
  RunGuard* guard_;
  std::shared_ptr<void> held_;
};

}  // namespace

Traced& ModelLayer::traced() {
  std::lock_guard lock(mutex_);
  if (!traced_) {
    traced_ = std::make_unique<Traced>(
        [this](const Values& inputs) { return apply(inputs, CallContext{}).outputs; });
  }
  return *traced_;
}

std::vector<Tensor> ModelLayer::run(std::vector<Tensor> inputs) {
  const Guarded run(guard_.get());
  return traced()(inputs);
}

void ModelLayer::run_into(std::span<const Tensor> inputs, std::span<Tensor> outputs) {
  const Guarded run(guard_.get());
  traced().run_into(inputs, outputs);
}

void ModelLayer::forget_traces() {
  std::lock_guard lock(mutex_);
  traced_.reset();
}

}  // namespace rill::keras
