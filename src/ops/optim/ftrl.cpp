// Follow the regularised leader. V2 shrinks the weights besides.
// Source of the formulas: tensorflow/core/kernels/training_ops.cc (CPU).
#include "ops/optimizer_update.h"

namespace rill {
namespace {

template <typename C>
struct Ftrl {
  static constexpr int kSlots = 3;
  C lr, l1, l2, power, shrinkage;
  bool multiply_linear_by_lr;

  C root(C accum) const { return power == C(-0.5) ? std::sqrt(accum) : std::pow(accum, -power); }
  explicit Ftrl(const OptimizerArgs& args)
      : lr(args.scalar<C>("lr")),
        l1(args.scalar<C>("l1")),
        l2(args.scalar<C>("l2")),
        power(args.scalar<C>("lr_power")),
        shrinkage(args.index("l2_shrinkage") >= 0 ? args.scalar<C>("l2_shrinkage") : C{0}),
        multiply_linear_by_lr(args.flag("multiply_linear_by_lr")) {}
  void operator()(C (&s)[kSlots], C g) const {
    const C pulled = g + C{2} * shrinkage * s[0];
    const C before = root(s[1]);
    s[1] += g * g;
    const C after = root(s[1]);
    const C rate = multiply_linear_by_lr ? lr : C{1};
    const C linear_rate = multiply_linear_by_lr ? C{1} : lr;
    s[2] += pulled * rate - (after - before) / linear_rate * s[0];
    const C bound = l1 * rate;
    const C kept = s[2] > bound ? bound : s[2] < -bound ? -bound : s[2];
    s[0] = std::abs(s[2]) > bound ? (kept - s[2]) / (after / linear_rate + C{2} * l2 * rate) : C{0};
  }
};

}  // namespace

void register_ftrl(OpRegistry& registry) {
  add_optimizer(registry, "Ftrl", {"var", "accum", "linear"},
                {"grad", "lr", "l1", "l2", "lr_power"}, {bool_attr("multiply_linear_by_lr", false)},
                kAllForms, optimizer_kernel<Ftrl, false>);
  add_optimizer(registry, "FtrlV2", {"var", "accum", "linear"},
                {"grad", "lr", "l1", "l2", "l2_shrinkage", "lr_power"},
                {bool_attr("multiply_linear_by_lr", false)}, kAllForms,
                optimizer_kernel<Ftrl, false>);
}

}  // namespace rill
