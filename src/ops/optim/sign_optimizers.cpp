// AddSign and PowerSign: steps whose size depends on whether gradient and momentum agree.
// Source of the formulas: tensorflow/core/kernels/training_ops.cc (CPU).
#include "ops/optimizer_update.h"

namespace rill {
namespace {

template <typename C>
struct AddSign {
  static constexpr int kSlots = 2;
  C lr, alpha, sign_decay, beta;
  explicit AddSign(const OptimizerArgs& args)
      : lr(args.scalar<C>("lr")),
        alpha(args.scalar<C>("alpha")),
        sign_decay(args.scalar<C>("sign_decay")),
        beta(args.scalar<C>("beta")) {}
  void operator()(C (&s)[kSlots], C g) const {
    s[1] = s[1] * beta + g * (C{1} - beta);
    s[0] -= lr * (alpha + sign_decay * sign_of(g) * sign_of(s[1])) * g;
  }
};

template <typename C>
struct PowerSign {
  static constexpr int kSlots = 2;
  C lr, logbase, sign_decay, beta;
  explicit PowerSign(const OptimizerArgs& args)
      : lr(args.scalar<C>("lr")),
        logbase(args.scalar<C>("logbase")),
        sign_decay(args.scalar<C>("sign_decay")),
        beta(args.scalar<C>("beta")) {}
  void operator()(C (&s)[kSlots], C g) const {
    s[1] = s[1] * beta + g * (C{1} - beta);
    s[0] -= lr * std::exp(logbase * sign_decay * sign_of(g) * sign_of(s[1])) * g;
  }
};

}  // namespace

void register_sign_optimizers(OpRegistry& registry) {
  add_optimizer(registry, "AddSign", {"var", "m"}, {"lr", "alpha", "sign_decay", "beta", "grad"},
                {}, kRefForm | kResourceForm, optimizer_kernel<AddSign, false>);
  add_optimizer(registry, "PowerSign", {"var", "m"},
                {"lr", "logbase", "sign_decay", "beta", "grad"}, {}, kRefForm | kResourceForm,
                optimizer_kernel<PowerSign, false>);
}

}  // namespace rill
