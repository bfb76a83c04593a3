// Gradient descent, plain and proximal.
// Source of the formulas: tensorflow/core/kernels/training_ops.cc (CPU).
#include "ops/optimizer_update.h"

namespace rill {
namespace {

template <typename C>
struct GradientDescent {
  static constexpr int kSlots = 1;
  C alpha;
  explicit GradientDescent(const OptimizerArgs& args) : alpha(args.scalar<C>("alpha")) {}
  void operator()(C (&s)[kSlots], C g) const { s[0] -= g * alpha; }
};

template <typename C>
struct Proximal {
  static constexpr int kSlots = 1;
  C alpha, l1, l2;
  explicit Proximal(const OptimizerArgs& args)
      : alpha(args.scalar<C>("alpha")), l1(args.scalar<C>("l1")), l2(args.scalar<C>("l2")) {}
  void operator()(C (&s)[kSlots], C g) const {
    s[0] = soft_threshold(s[0] - g * alpha, alpha, l1, l2);
  }
};

}  // namespace

void register_gradient_descent(OpRegistry& registry) {
  add_optimizer(registry, "GradientDescent", {"var"}, {"alpha", "delta"}, {},
                kRefForm | kResourceForm, optimizer_kernel<GradientDescent, true>);
  add_optimizer(registry, "ProximalGradientDescent", {"var"}, {"alpha", "l1", "l2", "delta"}, {},
                kAllForms, optimizer_kernel<Proximal, false>);
}

}  // namespace rill
