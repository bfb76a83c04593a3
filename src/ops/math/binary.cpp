// Elementwise arithmetic of two tensors that broadcast.
#include "kernels/broadcast.h"
#include "op/emit.h"
#include "ops/gradient_tools.h"
#include "ops/math/elementwise.h"
#include "rill/ops/math.hpp"

namespace rill {
namespace {

constexpr DType kAddTypes[] = {DType::bfloat16, DType::float16,   DType::float32,    DType::float64,
                               DType::uint8,    DType::int8,      DType::int16,      DType::int32,
                               DType::int64,    DType::complex64, DType::complex128, DType::string};
constexpr DType kModTypes[] = {DType::int32,    DType::int64,   DType::float16,
                               DType::bfloat16, DType::float32, DType::float64};
constexpr DType kSquaredDifferenceTypes[] = {DType::bfloat16,  DType::float16,   DType::float32,
                                             DType::float64,   DType::int32,     DType::int64,
                                             DType::complex64, DType::complex128};

struct JoinStrings {
  kernels::BroadcastN shape;
  void operator()(const RunArgs& args) const {
    const auto* a = static_cast<const std::string*>(args.in[0]);
    const auto* b = static_cast<const std::string*>(args.in[1]);
    auto* out = static_cast<std::string*>(args.out[0]);
    shape.for_each_row(0, shape.count, [&](int64_t first, int64_t n, const int64_t* at) {
      for (int64_t i = 0; i < n; ++i) {
        out[first + i] = a[at[0] + i * shape.stride[0][0]] + b[at[1] + i * shape.stride[1][0]];
      }
    });
  }
};

// Add also joins strings.
Prepared prepare_add(const PrepareContext& ctx) {
  if (ctx.input_dtype(0) != DType::string) {
    return elementwise::bind_binary(ctx, kernels::BinaryOp::add);
  }
  const Shape* operands[] = {&ctx.input(0), &ctx.input(1)};
  return prepared(JoinStrings{kernels::merge_broadcast(ctx.output(0), operands)});
}

// Formulas of the gradients: tensorflow/python/ops/math_grad.py.
Value dz(const GradContext& ctx) { return ctx.output_gradient(0); }
Value lhs(const GradContext& ctx) { return grads::conj(ctx.input(0)); }
Value rhs(const GradContext& ctx) { return grads::conj(ctx.input(1)); }

// `to_x` and `to_y` are made only where they are wanted.
template <typename ToX, typename ToY>
Values both(const GradContext& ctx, const ToX& to_x, const ToY& to_y) {
  return grads::pair(ctx, ctx.needs_gradient(0) ? to_x() : Value(),
                     ctx.needs_gradient(1) ? to_y() : Value());
}

Values add_gradient(const GradContext& c) { return grads::pair(c, dz(c), dz(c)); }

Values sub_gradient(const GradContext& c) {
  return both(
      c, [&] { return dz(c); }, [&] { return -dz(c); });
}

Values mul_gradient(const GradContext& c) {
  return both(
      c, [&] { return dz(c) * rhs(c); }, [&] { return lhs(c) * dz(c); });
}

Values mul_no_nan_gradient(const GradContext& c) {
  return both(
      c, [&] { return ops::multiply_no_nan(dz(c), c.input(1)); },
      [&] { return ops::multiply_no_nan(c.input(0), dz(c)); });
}

Values div_gradient(const GradContext& c) {
  return both(
      c, [&] { return dz(c) / rhs(c); }, [&] { return dz(c) * (-lhs(c) / rhs(c) / rhs(c)); });
}

Values div_no_nan_gradient(const GradContext& c) {
  const auto div = [](const Value& a, const Value& b) { return ops::divide_no_nan(a, b); };
  return both(
      c, [&] { return div(dz(c), rhs(c)); },
      [&] { return dz(c) * div(div(-lhs(c), rhs(c)), rhs(c)); });
}

Values floor_mod_gradient(const GradContext& c) {
  return both(
      c, [&] { return dz(c); }, [&] { return dz(c) * -ops::floordiv(lhs(c), rhs(c)); });
}

// The logarithm of a negative (or zero) base is left out: no NaN comes of it.
Values pow_gradient(const GradContext& c) {
  return both(
      c, [&] { return dz(c) * rhs(c) * ops::pow(lhs(c), rhs(c) - 1.0); },
      [&] {
        const Value zero = grads::scalar_like(lhs(c), 0), one = grads::scalar_like(lhs(c), 1);
        const Value mask = is_complex(zero.dtype()) ? ops::not_equal(lhs(c), zero) : lhs(c) > zero;
        const Value log = ops::log(grads::select(mask, lhs(c), one));
        return dz(c) * grads::conj(c.output(0)) * grads::select(mask, log, zero);
      });
}

// Where both are the same, x gets the gradient.
Values extremum_gradient(const GradContext& c, const Value& takes_x) {
  const Value zero = grads::scalar_like(dz(c), 0);
  return both(
      c, [&] { return grads::select(takes_x, dz(c), zero); },
      [&] { return grads::select(takes_x, zero, dz(c)); });
}
Values maximum_gradient(const GradContext& c) {
  return extremum_gradient(c, c.input(0) >= c.input(1));
}
Values minimum_gradient(const GradContext& c) {
  return extremum_gradient(c, c.input(0) <= c.input(1));
}

Values squared_difference_gradient(const GradContext& c) {
  const Value to_x = 2.0 * dz(c) * (c.input(0) - c.input(1));
  return both(
      c, [&] { return to_x; }, [&] { return -to_x; });
}

Value not_zero(const Value& v) {
  return grads::cast(ops::not_equal(v, grads::scalar_like(v, 0)), v.dtype());
}

Values xdivy_gradient(const GradContext& c) {
  const Value &a = c.input(0), &b = c.input(1);
  return both(
      c, [&] { return ops::xdivy(not_zero(a), b) * dz(c); },
      [&] { return ops::xdivy(-a, ops::square(b)) * dz(c); });
}

Values xlogy_gradient(const GradContext& c) {
  const Value &a = c.input(0), &b = c.input(1);
  return both(
      c, [&] { return ops::xlogy(not_zero(a), b) * dz(c); },
      [&] { return ops::xdivy(a, b) * dz(c); });
}

Values xlog1py_gradient(const GradContext& c) {
  const Value &a = c.input(0), &b = c.input(1);
  return both(
      c, [&] { return ops::xlog1py(not_zero(a), b) * dz(c); },
      [&] { return ops::xdivy(a, b + 1.0) * dz(c); });
}

// atan2(y, x): input 0 is y.
Values atan2_gradient(const GradContext& c) {
  const Value &a = c.input(0), &b = c.input(1);
  const Value scaled = dz(c) / (ops::square(a) + ops::square(b));
  return both(
      c, [&] { return b * scaled; }, [&] { return -a * scaled; });
}

Values next_after_gradient(const GradContext& c) {
  return grads::pair(c, dz(c), grads::zeros_like(dz(c)));
}

}  // namespace

Value ops::add(const Value& x, const Value& y, std::string_view name) {
  return emit("AddV2", {x, y}, {}, name);
}
Value ops::subtract(const Value& x, const Value& y, std::string_view name) {
  return emit("Sub", {x, y}, {}, name);
}
Value ops::multiply(const Value& x, const Value& y, std::string_view name) {
  return emit("Mul", {x, y}, {}, name);
}
Value ops::divide(const Value& x, const Value& y, std::string_view name) {
  return emit("RealDiv", {x, y}, {}, name);
}
Value ops::truncatediv(const Value& x, const Value& y, std::string_view name) {
  return emit("TruncateDiv", {x, y}, {}, name);
}
Value ops::floordiv(const Value& x, const Value& y, std::string_view name) {
  return emit("FloorDiv", {x, y}, {}, name);
}
Value ops::floormod(const Value& x, const Value& y, std::string_view name) {
  return emit("FloorMod", {x, y}, {}, name);
}
Value ops::truncatemod(const Value& x, const Value& y, std::string_view name) {
  return emit("TruncateMod", {x, y}, {}, name);
}
Value ops::divide_no_nan(const Value& x, const Value& y, std::string_view name) {
  return emit("DivNoNan", {x, y}, {}, name);
}
Value ops::multiply_no_nan(const Value& x, const Value& y, std::string_view name) {
  return emit("MulNoNan", {x, y}, {}, name);
}
Value ops::pow(const Value& x, const Value& y, std::string_view name) {
  return emit("Pow", {x, y}, {}, name);
}
Value ops::maximum(const Value& x, const Value& y, std::string_view name) {
  return emit("Maximum", {x, y}, {}, name);
}
Value ops::minimum(const Value& x, const Value& y, std::string_view name) {
  return emit("Minimum", {x, y}, {}, name);
}
Value ops::squared_difference(const Value& x, const Value& y, std::string_view name) {
  return emit("SquaredDifference", {x, y}, {}, name);
}
Value ops::xdivy(const Value& x, const Value& y, std::string_view name) {
  return emit("Xdivy", {x, y}, {}, name);
}
Value ops::xlogy(const Value& x, const Value& y, std::string_view name) {
  return emit("Xlogy", {x, y}, {}, name);
}
Value ops::xlog1py(const Value& x, const Value& y, std::string_view name) {
  return emit("Xlog1py", {x, y}, {}, name);
}
Value ops::atan2(const Value& x, const Value& y, std::string_view name) {
  return emit("Atan2", {x, y}, {}, name);
}
Value ops::nextafter(const Value& x, const Value& y, std::string_view name) {
  return emit("NextAfter", {x, y}, {}, name);
}

void register_binary(OpRegistry& registry) {
  using elementwise::binary_def;
  using grads::with;
  using enum kernels::BinaryOp;
  const std::vector<AttrDef> floats = {type_attr("T", kFloatTypes)};
  const std::vector<AttrDef> reals = {type_attr("T", kRealTypes)};
  const std::vector<AttrDef> numbers = {type_attr("T", kNumberTypes)};
  const std::vector<AttrDef> floats_and_complex = {type_attr("T", kFloatComplexTypes)};

  OpDef add_def = binary_def<add>("Add(x: T, y: T) -> (z: T)", {type_attr("T", kAddTypes)});
  add_def.prepare = prepare_add;
  registry.add(with(std::move(add_def), add_gradient));
  registry.add(with(binary_def<add>("AddV2(x: T, y: T) -> (z: T)", numbers), add_gradient));
  registry.add(with(binary_def<sub>("Sub(x: T, y: T) -> (z: T)", numbers), sub_gradient));
  registry.add(with(binary_def<mul>("Mul(x: T, y: T) -> (z: T)", numbers), mul_gradient));
  registry.add(with(binary_def<div>("Div(x: T, y: T) -> (z: T)", numbers), div_gradient));
  registry.add(with(binary_def<div>("RealDiv(x: T, y: T) -> (z: T)", numbers), div_gradient));
  registry.add(
      with(binary_def<trunc_div>("TruncateDiv(x: T, y: T) -> (z: T)", numbers), grads::nothing));
  registry.add(
      with(binary_def<floor_div>("FloorDiv(x: T, y: T) -> (z: T)", numbers), grads::nothing));
  registry.add(
      with(binary_def<floor_mod>("FloorMod(x: T, y: T) -> (z: T)", reals), floor_mod_gradient));
  registry.add(binary_def<trunc_mod>("Mod(x: T, y: T) -> (z: T)", {type_attr("T", kModTypes)}));
  registry.add(
      binary_def<trunc_mod>("TruncateMod(x: T, y: T) -> (z: T)", {type_attr("T", kModTypes)}));
  registry.add(with(binary_def<div_no_nan>("DivNoNan(x: T, y: T) -> (z: T)", floats_and_complex),
                    div_no_nan_gradient));
  registry.add(with(binary_def<mul_no_nan>("MulNoNan(x: T, y: T) -> (z: T)", floats_and_complex),
                    mul_no_nan_gradient));
  registry.add(with(binary_def<pow>("Pow(x: T, y: T) -> (z: T)", {type_attr("T", kSignedTypes)}),
                    pow_gradient));
  registry.add(with(binary_def<maximum>("Maximum(x: T, y: T) -> (z: T)", reals), maximum_gradient));
  registry.add(with(binary_def<minimum>("Minimum(x: T, y: T) -> (z: T)", reals), minimum_gradient));
  registry.add(with(binary_def<squared_difference>("SquaredDifference(x: T, y: T) -> (z: T)",
                                                   {type_attr("T", kSquaredDifferenceTypes)}),
                    squared_difference_gradient));
  registry.add(
      with(binary_def<xdivy>("Xdivy(x: T, y: T) -> (z: T)", floats_and_complex), xdivy_gradient));
  registry.add(
      with(binary_def<xlogy>("Xlogy(x: T, y: T) -> (z: T)", floats_and_complex), xlogy_gradient));
  registry.add(with(binary_def<xlog1py>("Xlog1py(x: T, y: T) -> (z: T)", floats_and_complex),
                    xlog1py_gradient));
  registry.add(with(binary_def<atan2>("Atan2(y: T, x: T) -> (z: T)", floats), atan2_gradient));
  registry.add(with(binary_def<next_after>("NextAfter(x1: T, x2: T) -> (output: T)",
                                           {type_attr("T", kSingleDouble, DType::float32)}),
                    next_after_gradient));
}

}  // namespace rill
