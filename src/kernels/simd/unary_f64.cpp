#include <cstdint>

#include "kernels/op_codes.h"
#include "kernels/simd/blocks.h"
#include "kernels/simd/math_f64.h"
#include "kernels/simd/table.h"

namespace rill::kernels::RILL_ISA {
namespace {

template <double (*function)(double)>
struct Plain {
  static inline double f(double x, double) { return function(x); }
};
struct Silu {
  static inline double f(double x, double) { return x * sigmoid1(x); }
};
struct Elu {
  static inline double f(double x, double alpha) { return x < 0.0 ? alpha * expm1_1(x) : x; }
};

}  // namespace

void fill_unary_f64(SimdTable& table);
void fill_unary_f64(SimdTable& table) {
  const auto set = [&](UnaryOp op, SimdTable::UnaryF64Fn function) {
    table.unary_f64[static_cast<int>(op)] = function;
  };
  set(UnaryOp::exp, map<Plain<exp1>, double>);
  set(UnaryOp::expm1, map<Plain<expm1_1>, double>);
  set(UnaryOp::log, map<Plain<log1>, double>);
  set(UnaryOp::log1p, map<Plain<log1p_1>, double>);
  set(UnaryOp::tanh, map<Plain<tanh1>, double>);
  set(UnaryOp::sigmoid, map<Plain<sigmoid1>, double>);
  set(UnaryOp::softplus, map<Plain<softplus1>, double>);
  set(UnaryOp::silu, map<Silu, double>);
  set(UnaryOp::elu, map<Elu, double>);
}

}  // namespace rill::kernels::RILL_ISA
