// Adam, Adam with AMSGrad, AdaMax.
// Source of the formulas: tensorflow/core/kernels/training_ops.cc (CPU).
#include "ops/optimizer_update.h"

namespace rill {
namespace {

template <typename C>
struct Adam {
  static constexpr int kSlots = 3;
  C alpha, beta1, beta2, epsilon;
  bool nesterov;
  explicit Adam(const OptimizerArgs& args)
      : alpha(args.scalar<C>("lr") * std::sqrt(C{1} - args.scalar<C>("beta2_power")) /
              (C{1} - args.scalar<C>("beta1_power"))),
        beta1(args.scalar<C>("beta1")),
        beta2(args.scalar<C>("beta2")),
        epsilon(args.scalar<C>("epsilon")),
        nesterov(args.flag("use_nesterov")) {}
  void operator()(C (&s)[kSlots], C g) const {
    s[1] += (g - s[1]) * (C{1} - beta1);
    s[2] += (g * g - s[2]) * (C{1} - beta2);
    const C step = nesterov ? g * (C{1} - beta1) + beta1 * s[1] : s[1];
    s[0] -= step * alpha / (std::sqrt(s[2]) + epsilon);
  }
};

template <typename C>
struct AmsGrad {
  static constexpr int kSlots = 4;
  C alpha, beta1, beta2, epsilon;
  explicit AmsGrad(const OptimizerArgs& args)
      : alpha(args.scalar<C>("lr") * std::sqrt(C{1} - args.scalar<C>("beta2_power")) /
              (C{1} - args.scalar<C>("beta1_power"))),
        beta1(args.scalar<C>("beta1")),
        beta2(args.scalar<C>("beta2")),
        epsilon(args.scalar<C>("epsilon")) {}
  void operator()(C (&s)[kSlots], C g) const {
    s[1] += (g - s[1]) * (C{1} - beta1);
    s[2] += (g * g - s[2]) * (C{1} - beta2);
    s[3] = std::max(s[3], s[2]);
    s[0] -= s[1] * alpha / (std::sqrt(s[3]) + epsilon);
  }
};

template <typename C>
struct AdaMax {
  static constexpr int kSlots = 3;
  C rate, beta1, beta2, epsilon;
  explicit AdaMax(const OptimizerArgs& args)
      : rate(args.scalar<C>("lr") / (C{1} - args.scalar<C>("beta1_power"))),
        beta1(args.scalar<C>("beta1")),
        beta2(args.scalar<C>("beta2")),
        epsilon(args.scalar<C>("epsilon")) {}
  void operator()(C (&s)[kSlots], C g) const {
    s[1] += (g - s[1]) * (C{1} - beta1);
    s[2] = std::max(beta2 * s[2], std::abs(g));
    s[0] -= rate * (s[1] / (s[2] + epsilon));
  }
};

}  // namespace

void register_adam(OpRegistry& registry) {
  add_optimizer(registry, "Adam", {"var", "m", "v"},
                {"beta1_power", "beta2_power", "lr", "beta1", "beta2", "epsilon", "grad"},
                {bool_attr("use_nesterov", false)}, kRefForm | kResourceForm,
                optimizer_kernel<Adam, true>);
  add_optimizer(registry, "AdamWithAmsgrad", {"var", "m", "v", "vhat"},
                {"beta1_power", "beta2_power", "lr", "beta1", "beta2", "epsilon", "grad"}, {},
                kResourceForm, optimizer_kernel<AmsGrad, false>);
  add_optimizer(registry, "AdaMax", {"var", "m", "v"},
                {"beta1_power", "lr", "beta1", "beta2", "epsilon", "grad"}, {},
                kRefForm | kResourceForm, optimizer_kernel<AdaMax, false>);
}

}  // namespace rill
