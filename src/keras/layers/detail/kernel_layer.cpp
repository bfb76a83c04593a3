#include "keras/layers/kernel_layer.h"

#include "base/fail.h"
#include "keras/core/ops.h"
#include "keras/core/weights.h"
#include "rill/keras/config_visitor.hpp"

namespace rill::keras {

bool KernelLayer::is_own(const Value& variable, const Value& weight) {
  return weight && &variable_state(variable) == &variable_state(weight);
}

void KernelLayer::visit_adapter(ConfigVisitor& v) {
  if (!v.reading() && !rank_) return;
  v("lora_rank", rank_);
  if (rank_ && *rank_ < 1) fail(Code::invalid_argument, "lora_rank is ", *rank_);
  std::optional<double> alpha;
  if (v.reading()) v("lora_alpha", alpha);
  if (!v.reading()) v("lora_alpha", rank_);
}

void KernelLayer::add_kernel(const std::string& name, const Shape& shape,
                             const Initializer& initializer, bool trainable, DType dtype) {
  name_of_kernel_ = name;
  kernel_ = add_weight(name, shape, initializer, trainable && !rank_, dtype);
  if (trainable && rank_) list_as_trainable();
}

void KernelLayer::add_adapter(const Shape& whole) {
  if (!rank_) return;
  Shape thin = whole.has_rank() ? whole : kernel_.shape();
  const int64_t last = thin.back();
  thin[thin.rank() - 1] = *rank_;
  a_ = add_weight("lora_" + name_of_kernel_ + "_a", thin, "he_uniform", true, DType::float32);
  b_ = add_weight("lora_" + name_of_kernel_ + "_b", {*rank_, last}, "zeros", true, DType::float32);
}

Value KernelLayer::kernel() const {
  if (!a_) return kernel_;
  return op::add(kernel_, op::cast(op::dense(a_, b_), kernel_.dtype()));
}

// Files hold the sum as the kernel, and no product.
Values KernelLayer::stored_variables() const {
  Values out;
  for (const bool trainable : {true, false}) {
    for (const Weight& w : own_weights()) {
      const bool thin = is_own(w.value, a_) || is_own(w.value, b_);
      // The kernel comes first although it is not trained.
      const bool first = w.trainable || (a_ && is_own(w.value, kernel_));
      if (!thin && first == trainable) out.push_back(w.value);
    }
  }
  return out;
}

Tensor KernelLayer::stored_value(const Value& variable) const {
  const VariableState& state = variable_state(variable);
  if (!state.initialized()) {
    fail(Code::failed_precondition, "weight ", quoted(state.name()), " has no value yet");
  }
  if (!a_ || !is_own(variable, kernel_)) return state.read();
  const GraphScope eager(nullptr);
  return kernel();
}

void KernelLayer::variables_restored() {
  for (const Value& part : {a_, b_}) {
    if (part) variable_state(part).assign(Tensor::zeros(part.dtype(), part.shape()));
  }
}

}  // namespace rill::keras
