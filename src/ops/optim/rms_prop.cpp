// RMSProp, and with the mean of the gradient taken off.
// Source of the formulas: tensorflow/core/kernels/training_ops.cc (CPU).
#include "ops/optimizer_update.h"

namespace rill {
namespace {

template <typename C>
struct RmsProp {
  static constexpr int kSlots = 3;
  C lr, rho, momentum, epsilon;
  explicit RmsProp(const OptimizerArgs& args)
      : lr(args.scalar<C>("lr")),
        rho(args.scalar<C>("rho")),
        momentum(args.scalar<C>("momentum")),
        epsilon(args.scalar<C>("epsilon")) {}
  void operator()(C (&s)[kSlots], C g) const {
    s[1] += (g * g - s[1]) * (C{1} - rho);
    s[2] = s[2] * momentum + g * lr / std::sqrt(s[1] + epsilon);
    s[0] -= s[2];
  }
};

template <typename C>
struct Centered {
  static constexpr int kSlots = 4;
  C lr, rho, momentum, epsilon;
  explicit Centered(const OptimizerArgs& args)
      : lr(args.scalar<C>("lr")),
        rho(args.scalar<C>("rho")),
        momentum(args.scalar<C>("momentum")),
        epsilon(args.scalar<C>("epsilon")) {}
  void operator()(C (&s)[kSlots], C g) const {
    s[2] += (g * g - s[2]) * (C{1} - rho);
    s[1] += (g - s[1]) * (C{1} - rho);
    s[3] = s[3] * momentum + g * lr / std::sqrt(s[2] - s[1] * s[1] + epsilon);
    s[0] -= s[3];
  }
};

}  // namespace

void register_rms_prop(OpRegistry& registry) {
  add_optimizer(registry, "RMSProp", {"var", "ms", "mom"},
                {"lr", "rho", "momentum", "epsilon", "grad"}, {}, kAllForms,
                optimizer_kernel<RmsProp, true>);
  add_optimizer(registry, "CenteredRMSProp", {"var", "mg", "ms", "mom"},
                {"lr", "rho", "momentum", "epsilon", "grad"}, {}, kAllForms,
                optimizer_kernel<Centered, false>);
}

}  // namespace rill
