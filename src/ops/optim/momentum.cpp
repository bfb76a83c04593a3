// Momentum, with the learning rate outside (TensorFlow) or inside (Keras) the accumulator.
// Source of the formulas: tensorflow/core/kernels/training_ops.cc (CPU).
#include "ops/optimizer_update.h"

namespace rill {
namespace {

template <typename C>
struct Momentum {
  static constexpr int kSlots = 2;
  C lr, momentum;
  bool nesterov;
  explicit Momentum(const OptimizerArgs& args)
      : lr(args.scalar<C>("lr")),
        momentum(args.scalar<C>("momentum")),
        nesterov(args.flag("use_nesterov")) {}
  void operator()(C (&s)[kSlots], C g) const {
    s[1] = s[1] * momentum + g;
    s[0] -= nesterov ? g * lr + s[1] * momentum * lr : s[1] * lr;
  }
};

template <typename C>
struct KerasMomentum {
  static constexpr int kSlots = 2;
  C lr, momentum;
  bool nesterov;
  explicit KerasMomentum(const OptimizerArgs& args)
      : lr(args.scalar<C>("lr")),
        momentum(args.scalar<C>("momentum")),
        nesterov(args.flag("use_nesterov")) {}
  void operator()(C (&s)[kSlots], C g) const {
    s[1] = s[1] * momentum - g * lr;
    s[0] += nesterov ? s[1] * momentum - g * lr : s[1];
  }
};

}  // namespace

void register_momentum(OpRegistry& registry) {
  add_optimizer(registry, "Momentum", {"var", "accum"}, {"lr", "grad", "momentum"},
                {bool_attr("use_nesterov", false)}, kAllForms, optimizer_kernel<Momentum, true>);
  add_optimizer(registry, "KerasMomentum", {"var", "accum"}, {"lr", "grad", "momentum"},
                {bool_attr("use_nesterov", false)}, kResourceForm | kSparseForm,
                optimizer_kernel<KerasMomentum, true>);
}

}  // namespace rill
