// MaxNorm, NonNeg, UnitNorm, MinMaxNorm (keras/src/constraints/constraints.py), and
// RadialConstraint of Keras 2 (tf_keras/src/constraints.py).
#include "rill/keras/constraints.hpp"

#include <algorithm>
#include <cstdlib>

#include "base/fail.h"
#include "keras/core/per_sample.h"
#include "keras/core/registry.h"
#include "rill/ops/math.hpp"
#include "rill/ops/operators.hpp"

namespace rill::keras {
namespace {

Value norms_of(const Value& w, const Ints& axis) {
  return ops::sqrt(ops::reduce_sum(ops::square(w), axis, true));
}

struct MaxNormFunction final : WeightFunction {
  double max_value = 2;
  Ints axis = 0;
  void visit_config(ConfigVisitor& v) override {
    v("max_value", max_value);
    // Keras 0.x: m.
    double m = max_value;
    if (v.reading()) v("m", m), max_value = m;
    v.axis("axis", axis);
  }
  Value call(const Value& w) const override {
    const Value norms = norms_of(w, axis);
    return w * (clip(norms, 0, max_value) / (kEpsilon + norms));
  }
};

struct NonNegFunction final : WeightFunction {
  Value call(const Value& w) const override { return ops::maximum(w, 0.0); }
};

struct UnitNormFunction final : WeightFunction {
  Ints axis = 0;
  void visit_config(ConfigVisitor& v) override { v.axis("axis", axis); }
  Value call(const Value& w) const override { return w / (kEpsilon + norms_of(w, axis)); }
};

struct MinMaxNormFunction final : WeightFunction {
  double min_value = 0;
  double max_value = 1;
  double rate = 1;
  Ints axis = 0;
  void visit_config(ConfigVisitor& v) override {
    v("min_value", min_value);
    v("max_value", max_value);
    v("rate", rate);
    v.axis("axis", axis);
  }
  Value call(const Value& w) const override {
    const Value norms = norms_of(w, axis);
    const Value desired = rate * clip(norms, min_value, max_value) + (1 - rate) * norms;
    return w * (desired / (kEpsilon + norms));
  }
};

// Every weight becomes that of its ring around the centre. Which one stands for a ring is as Keras
// 2 takes it, along the diagonal; a centre of two by two stays.
struct RadialFunction final : WeightFunction {
  Value call(const Value& w) const override {
    const Shape& s = w.shape();
    if (s.rank() != 4 || s[0] != s[1]) {
      fail(Code::invalid_argument, "RadialConstraint takes square kernels of rank 4, not ", s);
    }
    const int64_t n = s[0], start = n / 2;
    if (n < 2) return w;
    const bool even = n % 2 == 0;
    std::vector<int32_t> take;
    for (int64_t i = 0; i < n; ++i) {
      for (int64_t j = 0; j < n; ++j) {
        const auto ring = [&](int64_t k) {
          return even && k < start ? start - 1 - k : std::abs(k - start);
        };
        const int64_t r = std::max(ring(i), ring(j));
        const int64_t k = even ? start + r : start + r - 1;
        take.push_back(static_cast<int32_t>(even && r == 0 ? i * n + j : k * n + k));
      }
    }
    const Value flat = op::reshape(w, {n * n, s[2], s[3]});
    return op::reshape(op::gather(flat, Tensor::vector(take), 0), {n, n, s[2], s[3]});
  }
};

}  // namespace

void register_constraints(ObjectRegistry& r) {
  r.constraints.add<MaxNormFunction>("MaxNorm", {"max_norm", "maxnorm"});
  r.constraints.add<NonNegFunction>("NonNeg", {"non_neg", "nonneg"});
  r.constraints.add<UnitNormFunction>("UnitNorm", {"unit_norm", "unitnorm"});
  r.constraints.add<MinMaxNormFunction>("MinMaxNorm", {"min_max_norm"});
  r.constraints.add<RadialFunction>("RadialConstraint", {"radial_constraint"});
}

Constraint constraints::MaxNorm(double max_value, const Ints& axis) {
  return handle_of<MaxNormFunction, Constraint>("MaxNorm", [&](MaxNormFunction& f) {
    f.max_value = max_value;
    f.axis = axis;
  });
}
Constraint constraints::NonNeg() {
  return handle_of<NonNegFunction, Constraint>("NonNeg", [](NonNegFunction&) {});
}
Constraint constraints::UnitNorm(const Ints& axis) {
  return handle_of<UnitNormFunction, Constraint>("UnitNorm",
                                                 [&](UnitNormFunction& f) { f.axis = axis; });
}
Constraint constraints::MinMaxNorm(double min_value, double max_value, double rate,
                                   const Ints& axis) {
  return handle_of<MinMaxNormFunction, Constraint>("MinMaxNorm", [&](MinMaxNormFunction& f) {
    f.min_value = min_value;
    f.max_value = max_value;
    f.rate = rate;
    f.axis = axis;
  });
}

}  // namespace rill::keras
