// XlaReducePrecision: values rounded to what a float with fewer bits can hold, to even, and kept in
// their type. What is too large becomes infinite, what is too small zero.
#include <cmath>

#include "op/registry.h"
#include "ops/xla.h"
#include "tensor/dispatch.h"

namespace rill {
namespace {

double reduced(double x, int exponent_bits, int mantissa_bits) {
  if (!std::isfinite(x) || x == 0) return x;
  const int most = (1 << (exponent_bits - 1)) - 1;  // the largest exponent, and the bias
  int exponent = 0;
  const double fraction = std::frexp(x, &exponent);  // in [0.5, 1)
  const double rounded = std::ldexp(std::nearbyint(std::ldexp(fraction, mantissa_bits + 1)),
                                    exponent - mantissa_bits - 1);
  std::frexp(rounded, &exponent);
  if (exponent - 1 > most) return std::copysign(INFINITY, x);
  if (exponent - 1 < 1 - most) return std::copysign(0.0, x);
  return rounded;
}

void run_xla_reduce_precision(KernelContext& ctx) {
  const int64_t exponent = ctx.attr<int64_t>("exponent_bits"),
                mantissa = ctx.attr<int64_t>("mantissa_bits");
  ctx.require(exponent >= 1 && exponent <= 11 && mantissa >= 0 && mantissa <= 52,
              "exponent_bits must be in [1, 11] and mantissa_bits in [0, 52], got ", exponent,
              " and ", mantissa);
  const Tensor& t = ctx.input(0);
  Tensor& out = ctx.output(0, t.shape(), {0});
  dispatch_float(t.dtype(), "XlaReducePrecision", [&]<typename T>() {
    const T* from = t.data<T>();
    T* to = out.data<T>();
    for (int64_t i = 0; i < t.size(); ++i) {
      to[i] = T(reduced(static_cast<double>(from[i]), static_cast<int>(exponent),
                        static_cast<int>(mantissa)));
    }
  });
}

}  // namespace

void register_xla_reduce_precision(OpRegistry& registry) {
  registry.add(
      {.signature = "XlaReducePrecision(operand: T) -> (output: T)",
       .attrs = {type_attr("T", kFloatTypes), int_attr("exponent_bits"), int_attr("mantissa_bits")},
       .shape = shapes::unchanged,
       .kernel = run_xla_reduce_precision,
       .in_place = 1});
}

}  // namespace rill
