// L1, L2, L1L2, OrthogonalRegularizer (keras/src/regularizers/regularizers.py).
#include "rill/keras/regularizers.hpp"

#include <cmath>

#include "base/fail.h"
#include "keras/core/per_sample.h"
#include "keras/core/registry.h"
#include "rill/ops/linalg.hpp"
#include "rill/ops/math.hpp"
#include "rill/ops/operators.hpp"

namespace rill::keras {
namespace {

void check_factor(const char* name, double value) {
  if (!std::isfinite(value) || value < 0) {
    fail(Code::invalid_argument, "a regularizer's ", name, " must be a number that is not negative",
         "; it is ", value);
  }
}

struct L1Function final : WeightFunction {
  double l1 = 0.01;
  void visit_config(ConfigVisitor& v) override { v("l1", l1); }
  void check() const override { check_factor("l1", l1); }
  Value call(const Value& x) const override { return l1 * ops::reduce_sum(ops::abs(x)); }
};

struct L2Function final : WeightFunction {
  double l2 = 0.01;
  void visit_config(ConfigVisitor& v) override { v("l2", l2); }
  void check() const override { check_factor("l2", l2); }
  Value call(const Value& x) const override { return l2 * ops::reduce_sum(ops::square(x)); }
};

// L1L2() does nothing by itself; the old name "l1_l2" stands for 0.01 and 0.01.
struct L1L2Function : WeightFunction {
  double l1 = 0;
  double l2 = 0;
  void visit_config(ConfigVisitor& v) override {
    v("l1", l1);
    v("l2", l2);
  }
  void check() const override {
    check_factor("l1", l1);
    check_factor("l2", l2);
  }
  Value call(const Value& x) const override {
    Value sum;
    if (l1 != 0) sum = l1 * ops::reduce_sum(ops::abs(x));
    if (l2 != 0) {
      const Value squares = l2 * ops::reduce_sum(ops::square(x));
      sum = sum ? sum + squares : squares;
    }
    return sum ? sum : op::constant_like(0, x);
  }
};

// sum |x x' without its diagonal| / 2 / pairs, of rows or columns of length one.
struct OrthogonalPenalty final : WeightFunction {
  double factor = 0.01;
  std::string mode = "rows";
  void visit_config(ConfigVisitor& v) override {
    v("factor", factor);
    v("mode", mode);
  }
  void check() const override {
    check_factor("factor", factor);
    if (mode != "rows" && mode != "columns") {
      fail(Code::invalid_argument,
           "the mode of OrthogonalRegularizer must be rows or columns, not ", quoted(mode));
    }
  }
  Value call(const Value& x) const override {
    if (x.rank() != 2) {
      fail(Code::invalid_argument, "OrthogonalRegularizer takes weights of rank 2, not of shape ",
           x.shape());
    }
    const bool rows = mode == "rows";
    const Value unit = l2_normalize(x, rows ? 1 : 0);
    const Value product = ops::matmul(unit, unit, !rows, rows);
    const op::Dim size = op::dim(x, rows ? 0 : 1);
    const Value one = op::fill({size}, 1, x.dtype());
    // 1 - eye(size)
    const Value kept = product * (1.0 - emit("MatrixDiag", {one}));
    const Value count = ops::reduce_sum(one);
    const Value pairs = count * (count - 1.0) / 2.0;
    return factor * 0.5 * ops::reduce_sum(ops::abs(kept)) / pairs;
  }
};

}  // namespace

void register_regularizers(ObjectRegistry& r) {
  r.regularizers.add<L1Function>("L1", {"l1", "L1Regularizer"});
  r.regularizers.add<L2Function>("L2", {"l2", "L2Regularizer"});
  r.regularizers.add<L1L2Function>("L1L2",
                                   {"l1_l2", "l1l2", "WeightRegularizer", "ActivityRegularizer"});
  r.regularizers.add<OrthogonalPenalty>("OrthogonalRegularizer", {"orthogonal_regularizer"});
}

Regularizer regularizers::L1(double l1) {
  return handle_of<L1Function, Regularizer>("L1", [&](L1Function& f) { f.l1 = l1; });
}
Regularizer regularizers::L2(double l2) {
  return handle_of<L2Function, Regularizer>("L2", [&](L2Function& f) { f.l2 = l2; });
}
Regularizer regularizers::L1L2(double l1, double l2) {
  return handle_of<L1L2Function, Regularizer>("L1L2", [&](L1L2Function& f) {
    f.l1 = l1;
    f.l2 = l2;
  });
}
Regularizer regularizers::OrthogonalRegularizer(double factor, const std::string& mode) {
  return handle_of<OrthogonalPenalty, Regularizer>("OrthogonalRegularizer",
                                                   [&](OrthogonalPenalty& f) {
                                                     f.factor = factor;
                                                     f.mode = mode;
                                                   });
}

}  // namespace rill::keras
