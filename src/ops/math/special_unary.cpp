// Special functions of one variable, computed in double precision whatever the dtype where there is
// no elementwise kernel.
#include "base/thread_pool.h"
#include "kernels/bessel.h"
#include "kernels/integral_functions.h"
#include "ops/gradient_tools.h"
#include "ops/math/elementwise.h"
#include "rill/ops/math.hpp"
#include "tensor/dispatch.h"

namespace rill {
namespace {

using SpecialUnaryFunction = double (*)(double);

template <typename T, SpecialUnaryFunction function>
struct SpecialUnaryRun {
  int64_t n;
  void operator()(const RunArgs& args) const {
    const T* x = static_cast<const T*>(args.in[0]);
    T* y = static_cast<T*>(args.out[0]);
    parallel_for(n, grain_of(64), [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; ++i) {
        y[i] = static_cast<T>(function(static_cast<double>(x[i])));
      }
    });
  }
};

template <SpecialUnaryFunction function>
Prepared prepare_special_unary(const PrepareContext& ctx) {
  Prepared made;
  dispatch_float(ctx.input_dtype(0), ctx.op().c_str(), [&]<typename T>() {
    made = prepared(SpecialUnaryRun<T, function>{ctx.input(0).num_elements()});
  });
  return made;
}

// Formulas of the gradients: tensorflow/python/ops/math_grad.py.
constexpr double kHalfPi = 1.5707963267948966192;

Value dy(const GradContext& ctx) { return ctx.output_gradient(0); }
Value x(const GradContext& ctx) { return ctx.input(0); }
Value y(const GradContext& ctx) { return ctx.output(0); }

// The derivative where the formula divides by zero.
Value at_zero(const GradContext& ctx, double limit, const Value& elsewhere) {
  const Value zero = grads::scalar_like(x(ctx), 0), value = grads::scalar_like(x(ctx), limit);
  return grads::select(ops::equal(x(ctx), zero), value, elsewhere);
}

Values spence_gradient(const GradContext& ctx) {
  const Value one = grads::scalar_like(x(ctx), 1);
  const Value partial = ops::log(x(ctx)) / (one - x(ctx));
  return {dy(ctx) * grads::select(ops::equal(x(ctx), one), -one, partial)};
}

template <SpecialUnaryFunction function>
void add_special_unary(OpRegistry& registry, const char* name, GradientFn gradient) {
  OpDef def;
  def.signature = str(name, "(x: T) -> (y: T)");
  def.attrs = {type_attr("T", kFloatTypes)};
  def.shape = shapes::unchanged;
  def.prepare = prepare_special_unary<function>;
  def.gradient = gradient;
  def.in_place = 1;
  registry.add(std::move(def));
}

// With a kernel of its own for float32.
template <kernels::UnaryOp op>
void add_elementwise(OpRegistry& registry, const char* name, GradientFn gradient) {
  OpDef def =
      elementwise::unary_def<op>(str(name, "(x: T) -> (y: T)"), {type_attr("T", kFloatTypes)});
  def.gradient = gradient;
  registry.add(std::move(def));
}

}  // namespace

void register_special_unary(OpRegistry& registry) {
  add_elementwise<kernels::UnaryOp::bessel_i0>(
      registry, "BesselI0",
      [](const GradContext& c) -> Values { return {dy(c) * emit("BesselI1", {x(c)})}; });
  add_elementwise<kernels::UnaryOp::bessel_i0e>(
      registry, "BesselI0e", [](const GradContext& c) -> Values {
        return {dy(c) * (emit("BesselI1e", {x(c)}) - ops::sign(x(c)) * y(c))};
      });
  add_elementwise<kernels::UnaryOp::bessel_i1>(
      registry, "BesselI1", [](const GradContext& c) -> Values {
        return {dy(c) * at_zero(c, 1.0, emit("BesselI0", {x(c)}) - y(c) / x(c))};
      });
  add_elementwise<kernels::UnaryOp::bessel_i1e>(
      registry, "BesselI1e", [](const GradContext& c) -> Values {
        return {dy(c) * at_zero(c, 0.5,
                                emit("BesselI0e", {x(c)}) -
                                    y(c) * (ops::sign(x(c)) + ops::reciprocal(x(c))))};
      });
  add_special_unary<kernels::bessel_k0>(registry, "BesselK0", [](const GradContext& c) -> Values {
    return {-dy(c) * emit("BesselK1", {x(c)})};
  });
  add_special_unary<kernels::bessel_k0e>(registry, "BesselK0e", [](const GradContext& c) -> Values {
    return {dy(c) * (y(c) - emit("BesselK1e", {x(c)}))};
  });
  add_special_unary<kernels::bessel_k1>(registry, "BesselK1", [](const GradContext& c) -> Values {
    return {dy(c) * (-emit("BesselK0", {x(c)}) - y(c) / x(c))};
  });
  add_special_unary<kernels::bessel_k1e>(registry, "BesselK1e", [](const GradContext& c) -> Values {
    return {dy(c) * (y(c) * (1.0 - ops::reciprocal(x(c))) - emit("BesselK0e", {x(c)}))};
  });
  add_special_unary<kernels::bessel_j0>(registry, "BesselJ0", [](const GradContext& c) -> Values {
    return {-dy(c) * emit("BesselJ1", {x(c)})};
  });
  add_special_unary<kernels::bessel_j1>(registry, "BesselJ1", [](const GradContext& c) -> Values {
    return {dy(c) * at_zero(c, 0.5, emit("BesselJ0", {x(c)}) - y(c) / x(c))};
  });
  add_special_unary<kernels::bessel_y0>(registry, "BesselY0", [](const GradContext& c) -> Values {
    return {-dy(c) * emit("BesselY1", {x(c)})};
  });
  add_special_unary<kernels::bessel_y1>(registry, "BesselY1", [](const GradContext& c) -> Values {
    return {dy(c) * (emit("BesselY0", {x(c)}) - y(c) / x(c))};
  });
  add_special_unary<kernels::dawson>(registry, "Dawsn", [](const GradContext& c) -> Values {
    return {dy(c) * (1.0 - 2.0 * x(c) * y(c))};
  });
  add_special_unary<kernels::exponential_integral>(
      registry, "Expint",
      [](const GradContext& c) -> Values { return {dy(c) * ops::exp(x(c)) / x(c)}; });
  add_special_unary<kernels::fresnel_cos>(registry, "FresnelCos",
                                          [](const GradContext& c) -> Values {
                                            return {dy(c) * ops::cos(kHalfPi * ops::square(x(c)))};
                                          });
  add_special_unary<kernels::fresnel_sin>(registry, "FresnelSin",
                                          [](const GradContext& c) -> Values {
                                            return {dy(c) * ops::sin(kHalfPi * ops::square(x(c)))};
                                          });
  add_special_unary<kernels::spence>(registry, "Spence", spence_gradient);
}

}  // namespace rill
