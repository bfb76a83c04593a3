// What the ops ApplyX, SparseApplyX, ResourceApplyX and ResourceSparseApplyX share: each optimizer
// is one rule for one element; this runs it over the variable and its slots, in place.
//
// A rule is a struct template over the type it computes in (float for the half types):
//   template <typename C> struct Rule {
//     static constexpr int kSlots = 2;             // the variable and its slots
//     explicit Rule(const OptimizerArgs& args);    // reads its scalars by name
//     void operator()(C (&s)[kSlots], C g) const;  // s[0] is the variable
//   };
#pragma once

#include <algorithm>
#include <cmath>
#include <complex>
#include <string>
#include <string_view>
#include <vector>

#include "base/function_ref.h"
#include "base/thread_pool.h"
#include "op/registry.h"
#include "ops/attrs.h"
#include "ops/type_sets.h"
#include "ops/variable_access.h"
#include "tensor/dispatch.h"

namespace rill {

// The inputs of an optimizer op by name.
class OptimizerArgs {
 public:
  explicit OptimizerArgs(const KernelContext& ctx) : ctx_(&ctx) {}
  const KernelContext& context() const { return *ctx_; }
  // -1 when the op has no such input.
  int index(std::string_view name) const;
  // Throws INVALID_ARGUMENT unless it is a scalar.
  template <typename C>
  C scalar(std::string_view name) const {
    const Tensor& t = scalar_tensor(name);
    if constexpr (std::is_arithmetic_v<C>) {
      return t.item<C>();
    } else {
      return *t.data<C>();
    }
  }
  bool flag(std::string_view name) const { return ctx_->attr_or<bool>(name, false); }

 private:
  const Tensor& scalar_tensor(std::string_view name) const;
  const KernelContext* ctx_;
};

// The memory of one update: rows of `width` elements of every slot, changed by rows of `grad`.
struct OptimizerRows {
  std::vector<void*> slots;
  const void* grad = nullptr;
  const Tensor* indices = nullptr;  // null: the gradient is as large as the variable
  int64_t rows = 0;
  int64_t width = 0;
  int64_t row(int64_t i) const;
};

// Checks shapes and indices, takes the first `slots` variables for itself and calls `change`.
void update_variables(const OptimizerArgs& args, int slots,
                      FunctionRef<void(const OptimizerRows&)> change);

void optimizer_shape(ShapeContext& ctx);

template <typename T, typename C, typename Rule>
void run_rule(const Rule& rule, const OptimizerRows& rows) {
  constexpr int n = Rule::kSlots;
  T* slots[n];
  for (int k = 0; k < n; ++k) slots[k] = static_cast<T*>(rows.slots[static_cast<size_t>(k)]);
  const T* grad = static_cast<const T*>(rows.grad);
  const auto span = [&](int64_t to, int64_t from, int64_t count) {
    for (int64_t j = 0; j < count; ++j) {
      C s[n];
      for (int k = 0; k < n; ++k) s[k] = static_cast<C>(slots[k][to + j]);
      rule(s, static_cast<C>(grad[from + j]));
      for (int k = 0; k < n; ++k) slots[k][to + j] = static_cast<T>(s[k]);
    }
  };
  if (!rows.indices) {
    parallel_for(rows.width, 1 << 14,
                 [&](int64_t begin, int64_t end) { span(begin, begin, end - begin); });
    return;
  }
  for (int64_t i = 0; i < rows.rows; ++i)
    span(rows.row(i) * rows.width, i * rows.width, rows.width);
}

template <template <typename> class Rule, bool takes_complex>
void optimizer_kernel(KernelContext& ctx) {
  const OptimizerArgs args(ctx);
  const DType dtype = ctx.attr<DType>("T");
  const auto run = [&]<typename T, typename C>() {
    const Rule<C> rule(args);
    update_variables(args, Rule<C>::kSlots,
                     [&](const OptimizerRows& rows) { run_rule<T, C>(rule, rows); });
  };
  if constexpr (takes_complex) {
    using Single = std::complex<float>;
    using Double = std::complex<double>;
    if (dtype == DType::complex64) return run.template operator()<Single, Single>(), pass_ref(ctx);
    if (dtype == DType::complex128) return run.template operator()<Double, Double>(), pass_ref(ctx);
  }
  dispatch_float(dtype, ctx.op().c_str(), [&]<typename T>() {
    run.template operator()<T, std::conditional_t<std::is_same_v<T, double>, double, float>>();
  });
  pass_ref(ctx);
}

// Which of the four forms TensorFlow has.
enum OptimizerForms : unsigned {
  kRefForm = 1,
  kResourceForm = 2,
  kSparseForm = 4,
  kAllForms = kRefForm | kResourceForm | kSparseForm,
};

// Registers the forms of one optimizer. `slots` and `args` are names in order; `args` has "grad"
// (which sparse forms follow by "indices").
void add_optimizer(OpRegistry& registry, std::string_view name, std::vector<std::string> slots,
                   std::vector<std::string> args, std::vector<AttrDef> attrs, unsigned forms,
                   KernelFn kernel);

template <typename C>
C sign_of(C x) {
  return static_cast<C>((x > C{0}) - (x < C{0}));
}

// The proximal step for l1 and l2 regularisation with this learning rate.
template <typename C>
C soft_threshold(C x, C rate, C l1, C l2) {
  if (l1 > C{0}) {
    const C most = std::abs(x) - rate * l1;
    x = sign_of(x) * (most > C{0} ? most : C{0});
  }
  return x / (C{1} + l2 * rate);
}

}  // namespace rill
