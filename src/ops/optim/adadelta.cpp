// Adadelta.
// Source of the formulas: tensorflow/core/kernels/training_ops.cc (CPU).
#include "ops/optimizer_update.h"

namespace rill {
namespace {

template <typename C>
struct Adadelta {
  static constexpr int kSlots = 3;
  C lr, rho, epsilon;
  explicit Adadelta(const OptimizerArgs& args)
      : lr(args.scalar<C>("lr")), rho(args.scalar<C>("rho")), epsilon(args.scalar<C>("epsilon")) {}
  void operator()(C (&s)[kSlots], C g) const {
    s[1] = s[1] * rho + g * g * (C{1} - rho);
    const C update = std::sqrt(s[2] + epsilon) / std::sqrt(s[1] + epsilon) * g;
    s[0] -= update * lr;
    s[2] = s[2] * rho + update * update * (C{1} - rho);
  }
};

}  // namespace

void register_adadelta(OpRegistry& registry) {
  add_optimizer(registry, "Adadelta", {"var", "accum", "accum_update"},
                {"lr", "rho", "epsilon", "grad"}, {}, kAllForms, optimizer_kernel<Adadelta, true>);
}

}  // namespace rill
