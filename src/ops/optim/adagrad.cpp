// Adagrad: V2 has an epsilon, proximal and dual averaging have regularisation.
// Source of the formulas: tensorflow/core/kernels/training_ops.cc (CPU).
#include "ops/optimizer_update.h"

namespace rill {
namespace {

template <typename C>
struct Adagrad {
  static constexpr int kSlots = 2;
  C lr;
  bool update_slots;
  explicit Adagrad(const OptimizerArgs& args)
      : lr(args.scalar<C>("lr")), update_slots(args.flag("update_slots")) {}
  void operator()(C (&s)[kSlots], C g) const {
    if (update_slots) s[1] += g * g;
    s[0] -= g * lr / std::sqrt(s[1]);
  }
};

template <typename C>
struct AdagradV2 {
  static constexpr int kSlots = 2;
  C lr, epsilon;
  bool update_slots;
  explicit AdagradV2(const OptimizerArgs& args)
      : lr(args.scalar<C>("lr")),
        epsilon(args.scalar<C>("epsilon")),
        update_slots(args.flag("update_slots")) {}
  void operator()(C (&s)[kSlots], C g) const {
    if (update_slots) s[1] += g * g;
    s[0] -= g * lr / (std::sqrt(s[1]) + epsilon);
  }
};

template <typename C>
struct ProximalAdagrad {
  static constexpr int kSlots = 2;
  C lr, l1, l2;
  explicit ProximalAdagrad(const OptimizerArgs& args)
      : lr(args.scalar<C>("lr")), l1(args.scalar<C>("l1")), l2(args.scalar<C>("l2")) {}
  void operator()(C (&s)[kSlots], C g) const {
    s[1] += g * g;
    const C rate = lr / std::sqrt(s[1]);
    s[0] = soft_threshold(s[0] - g * rate, rate, l1, l2);
  }
};

template <typename C>
struct AdagradDa {
  static constexpr int kSlots = 3;
  C lr, l1, l2, step;
  explicit AdagradDa(const OptimizerArgs& args)
      : lr(args.scalar<C>("lr")),
        l1(args.scalar<C>("l1")),
        l2(args.scalar<C>("l2")),
        step(static_cast<C>(args.scalar<int64_t>("global_step"))) {}
  void operator()(C (&s)[kSlots], C g) const {
    s[1] += g;
    s[2] += g * g;
    const C most = std::abs(s[1]) - l1 * step;
    const C kept = l1 > C{0} ? sign_of(s[1]) * (most > C{0} ? most : C{0}) : s[1];
    s[0] = -lr * kept / (l2 * step * lr + std::sqrt(s[2]));
  }
};

}  // namespace

void register_adagrad(OpRegistry& registry) {
  add_optimizer(registry, "Adagrad", {"var", "accum"}, {"lr", "grad"},
                {bool_attr("update_slots", true)}, kAllForms, optimizer_kernel<Adagrad, true>);
  add_optimizer(registry, "AdagradV2", {"var", "accum"}, {"lr", "epsilon", "grad"},
                {bool_attr("update_slots", true)}, kAllForms, optimizer_kernel<AdagradV2, true>);
  add_optimizer(registry, "ProximalAdagrad", {"var", "accum"}, {"lr", "l1", "l2", "grad"}, {},
                kAllForms, optimizer_kernel<ProximalAdagrad, false>);
  add_optimizer(
      registry, "AdagradDA", {"var", "gradient_accumulator", "gradient_squared_accumulator"},
      {"grad", "lr", "l1", "l2", "global_step"}, {}, kAllForms, optimizer_kernel<AdagradDa, false>);
}

}  // namespace rill
