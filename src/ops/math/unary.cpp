// Elementwise functions of one tensor. Activations stand in ops/nn/activation.cpp.
#include <cstring>

#include "op/emit.h"
#include "ops/gradient_tools.h"
#include "ops/math/elementwise.h"
#include "rill/ops/math.hpp"

namespace rill {

namespace {

// TensorFlow's kernel gives 0 for integers (its test for a fraction of one half is always true for
// them); tf.round and ops::round leave integers alone and never come here.
Prepared prepare_round(const PrepareContext& ctx) {
  struct Zeros {
    size_t bytes;
    void operator()(const RunArgs& args) const {
      if (bytes > 0) std::memset(args.out[0], 0, bytes);
    }
  };
  if (!is_integer(ctx.input_dtype(0))) {
    return elementwise::bind_unary(ctx, kernels::UnaryOp::rint);
  }
  return prepared(
      Zeros{static_cast<size_t>(ctx.input(0).num_elements()) * dtype_size(ctx.input_dtype(0))});
}

// Formulas of the gradients: tensorflow/python/ops/math_grad.py. Complex inputs and outputs come
// conjugated.
constexpr double kRootPi = 1.7724538509055160273, kRootTwoPi = 2.5066282746310005024;

Value dy(const GradContext& ctx) { return ctx.output_gradient(0); }
Value x(const GradContext& ctx) { return grads::conj(ctx.input(0)); }
Value y(const GradContext& ctx) { return grads::conj(ctx.output(0)); }

}  // namespace

Value ops::abs(const Value& x, std::string_view name) { return emit("Abs", {x}, {}, name); }
Value ops::negative(const Value& x, std::string_view name) { return emit("Neg", {x}, {}, name); }
Value ops::sign(const Value& x, std::string_view name) { return emit("Sign", {x}, {}, name); }
Value ops::round(const Value& x, std::string_view name) {
  return is_integer(x.dtype()) ? x : emit("Round", {x}, {}, name);
}
Value ops::rint(const Value& x, std::string_view name) { return emit("Rint", {x}, {}, name); }
Value ops::reciprocal(const Value& x, std::string_view name) {
  return emit("Reciprocal", {x}, {}, name);
}
Value ops::square(const Value& x, std::string_view name) { return emit("Square", {x}, {}, name); }
Value ops::sqrt(const Value& x, std::string_view name) { return emit("Sqrt", {x}, {}, name); }
Value ops::rsqrt(const Value& x, std::string_view name) { return emit("Rsqrt", {x}, {}, name); }
Value ops::exp(const Value& x, std::string_view name) { return emit("Exp", {x}, {}, name); }
Value ops::expm1(const Value& x, std::string_view name) { return emit("Expm1", {x}, {}, name); }
Value ops::log(const Value& x, std::string_view name) { return emit("Log", {x}, {}, name); }
Value ops::log1p(const Value& x, std::string_view name) { return emit("Log1p", {x}, {}, name); }
Value ops::sin(const Value& x, std::string_view name) { return emit("Sin", {x}, {}, name); }
Value ops::cos(const Value& x, std::string_view name) { return emit("Cos", {x}, {}, name); }
Value ops::tan(const Value& x, std::string_view name) { return emit("Tan", {x}, {}, name); }
Value ops::asin(const Value& x, std::string_view name) { return emit("Asin", {x}, {}, name); }
Value ops::acos(const Value& x, std::string_view name) { return emit("Acos", {x}, {}, name); }
Value ops::atan(const Value& x, std::string_view name) { return emit("Atan", {x}, {}, name); }
Value ops::sinh(const Value& x, std::string_view name) { return emit("Sinh", {x}, {}, name); }
Value ops::cosh(const Value& x, std::string_view name) { return emit("Cosh", {x}, {}, name); }
Value ops::tanh(const Value& x, std::string_view name) { return emit("Tanh", {x}, {}, name); }
Value ops::asinh(const Value& x, std::string_view name) { return emit("Asinh", {x}, {}, name); }
Value ops::acosh(const Value& x, std::string_view name) { return emit("Acosh", {x}, {}, name); }
Value ops::atanh(const Value& x, std::string_view name) { return emit("Atanh", {x}, {}, name); }
Value ops::sigmoid(const Value& x, std::string_view name) { return emit("Sigmoid", {x}, {}, name); }
Value ops::ceil(const Value& x, std::string_view name) { return emit("Ceil", {x}, {}, name); }
Value ops::floor(const Value& x, std::string_view name) { return emit("Floor", {x}, {}, name); }
Value ops::erf(const Value& x, std::string_view name) { return emit("Erf", {x}, {}, name); }
Value ops::erfc(const Value& x, std::string_view name) { return emit("Erfc", {x}, {}, name); }
Value ops::erfinv(const Value& x, std::string_view name) { return emit("Erfinv", {x}, {}, name); }
Value ops::ndtri(const Value& x, std::string_view name) { return emit("Ndtri", {x}, {}, name); }
Value ops::lgamma(const Value& x, std::string_view name) { return emit("Lgamma", {x}, {}, name); }
Value ops::digamma(const Value& x, std::string_view name) { return emit("Digamma", {x}, {}, name); }
Value ops::is_nan(const Value& x, std::string_view name) { return emit("IsNan", {x}, {}, name); }
Value ops::is_inf(const Value& x, std::string_view name) { return emit("IsInf", {x}, {}, name); }
Value ops::is_finite(const Value& x, std::string_view name) {
  return emit("IsFinite", {x}, {}, name);
}
Value ops::logical_not(const Value& x, std::string_view name) {
  return emit("LogicalNot", {x}, {}, name);
}
Value ops::invert(const Value& x, std::string_view name) { return emit("Invert", {x}, {}, name); }

void register_unary(OpRegistry& registry) {
  using elementwise::unary_def;
  using grads::with;
  using enum kernels::UnaryOp;
  const std::vector<AttrDef> floats = {type_attr("T", kFloatTypes)};
  const std::vector<AttrDef> floats_and_complex = {type_attr("T", kFloatComplexTypes)};
  const std::vector<AttrDef> signed_numbers = {type_attr("T", kSignedTypes)};

  registry.add(
      with(unary_def<abs>("Abs(x: T) -> (y: T)", {type_attr("T", kSignedRealTypes)}),
           [](const GradContext& c) -> Values { return {dy(c) * emit("Sign", {c.input(0)})}; }));
  registry.add(with(unary_def<neg>("Neg(x: T) -> (y: T)", signed_numbers),
                    [](const GradContext& c) -> Values { return {-dy(c)}; }));
  registry.add(
      with(unary_def<sign>("Sign(x: T) -> (y: T)", signed_numbers),
           [](const GradContext& c) -> Values { return {grads::zeros_like(c.input(0))}; }));
  OpDef round = unary_def<rint>("Round(x: T) -> (y: T)", signed_numbers);
  round.prepare = prepare_round;
  registry.add(with(std::move(round), grads::nothing));
  registry.add(with(unary_def<reciprocal>("Reciprocal(x: T) -> (y: T)", signed_numbers),
                    [](const GradContext& c) -> Values {
                      return {emit("ReciprocalGrad", {c.output(0), dy(c)})};
                    }));
  registry.add(with(unary_def<reciprocal>("Inv(x: T) -> (y: T)", signed_numbers),
                    [](const GradContext& c) -> Values {
                      return {emit("ReciprocalGrad", {c.output(0), dy(c)})};
                    }));
  registry.add(with(unary_def<square>("Square(x: T) -> (y: T)", {type_attr("T", kNumberTypes)}),
                    [](const GradContext& c) -> Values { return {dy(c) * (x(c) * 2.0)}; }));
  registry.add(grads::not_differentiable(
      unary_def<invert>("Invert(x: T) -> (y: T)", {type_attr("T", kIntegerTypes)})));

  registry.add(with(unary_def<acos>("Acos(x: T) -> (y: T)", floats_and_complex),
                    [](const GradContext& c) -> Values {
                      return {-dy(c) * ops::reciprocal(ops::sqrt(1.0 - ops::square(x(c))))};
                    }));
  registry.add(with(unary_def<acosh>("Acosh(x: T) -> (y: T)", floats_and_complex),
                    [](const GradContext& c) -> Values { return {dy(c) / ops::sinh(y(c))}; }));
  registry.add(with(unary_def<asin>("Asin(x: T) -> (y: T)", floats_and_complex),
                    [](const GradContext& c) -> Values {
                      return {dy(c) * ops::reciprocal(ops::sqrt(1.0 - ops::square(x(c))))};
                    }));
  registry.add(with(unary_def<asinh>("Asinh(x: T) -> (y: T)", floats_and_complex),
                    [](const GradContext& c) -> Values { return {dy(c) / ops::cosh(y(c))}; }));
  registry.add(with(unary_def<atan>("Atan(x: T) -> (y: T)", floats_and_complex),
                    [](const GradContext& c) -> Values {
                      return {dy(c) * ops::reciprocal(1.0 + ops::square(x(c)))};
                    }));
  registry.add(with(unary_def<atanh>("Atanh(x: T) -> (y: T)", floats_and_complex),
                    [](const GradContext& c) -> Values {
                      return {dy(c) * ops::reciprocal(1.0 - ops::square(x(c)))};
                    }));
  registry.add(with(unary_def<cos>("Cos(x: T) -> (y: T)", floats_and_complex),
                    [](const GradContext& c) -> Values { return {-dy(c) * ops::sin(x(c))}; }));
  registry.add(with(unary_def<cosh>("Cosh(x: T) -> (y: T)", floats_and_complex),
                    [](const GradContext& c) -> Values { return {dy(c) * ops::sinh(x(c))}; }));
  registry.add(with(unary_def<exp>("Exp(x: T) -> (y: T)", floats_and_complex),
                    [](const GradContext& c) -> Values { return {dy(c) * y(c)}; }));
  registry.add(with(unary_def<expm1>("Expm1(x: T) -> (y: T)", floats_and_complex),
                    [](const GradContext& c) -> Values { return {dy(c) * ops::exp(x(c))}; }));
  registry.add(
      with(unary_def<log>("Log(x: T) -> (y: T)", floats_and_complex),
           [](const GradContext& c) -> Values { return {dy(c) * ops::reciprocal(x(c))}; }));
  registry.add(
      with(unary_def<log1p>("Log1p(x: T) -> (y: T)", floats_and_complex),
           [](const GradContext& c) -> Values { return {dy(c) * ops::reciprocal(1.0 + x(c))}; }));
  registry.add(with(unary_def<rsqrt>("Rsqrt(x: T) -> (y: T)", floats_and_complex),
                    [](const GradContext& c) -> Values {
                      return {emit("RsqrtGrad", {c.output(0), dy(c)})};
                    }));
  registry.add(with(unary_def<sigmoid>("Sigmoid(x: T) -> (y: T)", floats_and_complex),
                    [](const GradContext& c) -> Values {
                      return {emit("SigmoidGrad", {y(c), dy(c)})};
                    }));
  registry.add(with(unary_def<sin>("Sin(x: T) -> (y: T)", floats_and_complex),
                    [](const GradContext& c) -> Values { return {dy(c) * ops::cos(x(c))}; }));
  registry.add(with(unary_def<sinh>("Sinh(x: T) -> (y: T)", floats_and_complex),
                    [](const GradContext& c) -> Values { return {dy(c) * ops::cosh(x(c))}; }));
  registry.add(with(unary_def<sqrt>("Sqrt(x: T) -> (y: T)", floats_and_complex),
                    [](const GradContext& c) -> Values {
                      return {emit("SqrtGrad", {c.output(0), dy(c)})};
                    }));
  registry.add(with(unary_def<tan>("Tan(x: T) -> (y: T)", floats_and_complex),
                    [](const GradContext& c) -> Values {
                      return {ops::square(ops::reciprocal(ops::cos(x(c)))) * dy(c)};
                    }));
  registry.add(with(unary_def<tanh>("Tanh(x: T) -> (y: T)", floats_and_complex),
                    [](const GradContext& c) -> Values {
                      return {emit("TanhGrad", {y(c), dy(c)})};
                    }));

  registry.add(with(unary_def<ceil>("Ceil(x: T) -> (y: T)", floats), grads::nothing));
  registry.add(with(unary_def<floor>("Floor(x: T) -> (y: T)", floats), grads::nothing));
  registry.add(with(unary_def<rint>("Rint(x: T) -> (y: T)", floats), grads::nothing));
  registry.add(
      with(unary_def<erf>("Erf(x: T) -> (y: T)", floats), [](const GradContext& c) -> Values {
        return {dy(c) * (2.0 / kRootPi) * ops::exp(-ops::square(x(c)))};
      }));
  registry.add(
      with(unary_def<erfc>("Erfc(x: T) -> (y: T)", floats), [](const GradContext& c) -> Values {
        return {dy(c) * (-2.0 / kRootPi) * ops::exp(-ops::square(x(c)))};
      }));
  registry.add(
      with(unary_def<erfinv>("Erfinv(x: T) -> (y: T)", floats), [](const GradContext& c) -> Values {
        return {dy(c) * (kRootPi / 2.0) * ops::exp(ops::square(y(c)))};
      }));
  registry.add(
      with(unary_def<ndtri>("Ndtri(x: T) -> (y: T)", floats), [](const GradContext& c) -> Values {
        return {dy(c) * kRootTwoPi * ops::exp(ops::square(y(c)) / 2.0)};
      }));
  registry.add(with(unary_def<lgamma>("Lgamma(x: T) -> (y: T)", floats),
                    [](const GradContext& c) -> Values { return {dy(c) * ops::digamma(x(c))}; }));
  registry.add(with(unary_def<digamma>("Digamma(x: T) -> (y: T)", floats),
                    [](const GradContext& c) -> Values {
                      return {dy(c) * emit("Polygamma", {grads::scalar_like(dy(c), 1), x(c)})};
                    }));

  registry.add(unary_def<is_nan>("IsNan(x: T) -> (y: bool)", floats, false));
  registry.add(unary_def<is_inf>("IsInf(x: T) -> (y: bool)", floats, false));
  registry.add(unary_def<is_finite>("IsFinite(x: T) -> (y: bool)", floats, false));
  registry.add(
      grads::not_differentiable(unary_def<logical_not>("LogicalNot(x: bool) -> (y: bool)", {})));
}

}  // namespace rill
