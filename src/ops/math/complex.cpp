// Complex numbers and their parts.
#include <cmath>
#include <complex>

#include "base/thread_pool.h"
#include "op/emit.h"
#include "op/prepared.h"
#include "op/registry.h"
#include "op/shape_context.h"
#include "ops/gradient_tools.h"
#include "ops/math/elementwise.h"
#include "rill/ops/math.hpp"

namespace rill {
namespace {

enum class Part { real, imag, angle, magnitude };

template <Part part, typename R>
struct TakePart {
  int64_t n;
  void operator()(const RunArgs& args) const {
    const auto* x = static_cast<const std::complex<R>*>(args.in[0]);
    R* y = static_cast<R*>(args.out[0]);
    constexpr bool is_move = part == Part::real || part == Part::imag;
    parallel_for(n, grain_of(is_move ? 1 : 16), [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; ++i) {
        if constexpr (part == Part::real) y[i] = x[i].real();
        if constexpr (part == Part::imag) y[i] = x[i].imag();
        if constexpr (part == Part::angle) y[i] = std::arg(x[i]);
        if constexpr (part == Part::magnitude) y[i] = std::abs(x[i]);
      }
    });
  }
};

template <typename R>
struct Join {
  kernels::BroadcastN shape;
  void operator()(const RunArgs& args) const {
    const auto* re = static_cast<const R*>(args.in[0]);
    const auto* im = static_cast<const R*>(args.in[1]);
    auto* out = static_cast<std::complex<R>*>(args.out[0]);
    parallel_for(shape.count, grain_of(2), [&](int64_t begin, int64_t end) {
      shape.for_each_row(begin, end, [&](int64_t first, int64_t n, const int64_t* at) {
        for (int64_t i = 0; i < n; ++i) {
          out[first + i] = {re[at[0] + i * shape.stride[0][0]], im[at[1] + i * shape.stride[1][0]]};
        }
      });
    });
  }
};

template <typename R>
struct Conjugate {
  int64_t n;
  void operator()(const RunArgs& args) const {
    const auto* x = static_cast<const std::complex<R>*>(args.in[0]);
    auto* y = static_cast<std::complex<R>*>(args.out[0]);
    parallel_for(n, grain_of(2), [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; ++i) y[i] = std::conj(x[i]);
    });
  }
};

// The dtype of the parts must be that of the complex number.
bool is_single(const PrepareContext& ctx, DType complex_dtype, DType part_dtype) {
  const bool single = complex_dtype == DType::complex64;
  ctx.require(part_dtype == (single ? DType::float32 : DType::float64), complex_dtype,
              " does not go together with ", part_dtype);
  return single;
}

template <Part part>
Prepared prepare_part(const PrepareContext& ctx) {
  const int64_t n = ctx.input(0).num_elements();
  if (is_single(ctx, ctx.input_dtype(0), ctx.output_dtype(0))) {
    return prepared(TakePart<part, float>{n});
  }
  return prepared(TakePart<part, double>{n});
}

Prepared prepare_complex(const PrepareContext& ctx) {
  const Shape* operands[] = {&ctx.input(0), &ctx.input(1)};
  const kernels::BroadcastN shape = kernels::merge_broadcast(ctx.output(0), operands);
  if (is_single(ctx, ctx.output_dtype(0), ctx.input_dtype(0))) return prepared(Join<float>{shape});
  return prepared(Join<double>{shape});
}

Prepared prepare_conj(const PrepareContext& ctx) {
  const int64_t n = ctx.input(0).num_elements();
  switch (ctx.input_dtype(0)) {
    case DType::complex64:
      return prepared(Conjugate<float>{n});
    case DType::complex128:
      return prepared(Conjugate<double>{n});
    default:
      ctx.fail(Code::unimplemented, "not implemented for ", ctx.input_dtype(0));
  }
}

template <Part part>
OpDef part_def(std::string signature) {
  return OpDef(OpSpec{.signature = std::move(signature),
                      .attrs = {type_attr("T", kComplexTypes, DType::complex64),
                                type_attr("Tout", kSingleDouble, DType::float32)},
                      .shape = shapes::unchanged,
                      .prepare = prepare_part<part>});
}

DType part_dtype(const Value& x) {
  return x.dtype() == DType::complex128 ? DType::float64 : DType::float32;
}

Value emit_part(std::string_view op, const Value& x, std::string_view name) {
  return emit(op, {x}, {{"Tout", part_dtype(x)}}, name);
}

// Formulas of the gradients: tensorflow/python/ops/math_grad.py.
Values part_gradient(const GradContext& ctx, bool imaginary) {
  const Value &dy = ctx.output_gradient(0), zero = grads::scalar_like(dy, 0);
  return {imaginary ? ops::complex(zero, dy) : ops::complex(dy, zero)};
}

Values angle_gradient(const GradContext& ctx) {
  const Value &dy = ctx.output_gradient(0), &x = ctx.input(0);
  const Value z = ops::reciprocal(ops::complex(ops::imag(x), ops::real(x)));
  return {-ops::complex(dy, grads::scalar_like(dy, 0)) * z};
}

Values magnitude_gradient(const GradContext& ctx) {
  const Value &dy = ctx.output_gradient(0), zero = grads::scalar_like(dy, 0);
  return {
      ops::divide_no_nan(ops::complex(dy, zero) * ctx.input(0), ops::complex(ctx.output(0), zero))};
}

Values complex_gradient(const GradContext& ctx) {
  const Value& dy = ctx.output_gradient(0);
  return grads::pair(ctx, ops::real(dy), ops::imag(dy));
}

Values conj_gradient(const GradContext& ctx) { return {grads::conj(ctx.output_gradient(0))}; }

}  // namespace

Value ops::complex(const Value& real, const Value& imag, std::string_view name) {
  const bool wide = real.dtype() == DType::float64;
  return emit("Complex", {real, imag}, {{"Tout", wide ? DType::complex128 : DType::complex64}},
              name);
}
Value ops::real(const Value& x, std::string_view name) {
  return is_complex(x.dtype()) ? emit_part("Real", x, name) : x;
}
Value ops::imag(const Value& x, std::string_view name) {
  return is_complex(x.dtype()) ? emit_part("Imag", x, name) : emit("ZerosLike", {x}, {}, name);
}
Value ops::angle(const Value& x, std::string_view name) {
  if (is_complex(x.dtype())) return emit_part("Angle", x, name);
  return ops::where(ops::less(x, Value(0)), ops::multiply(emit("OnesLike", {x}), Value(M_PI)),
                    emit("ZerosLike", {x}), name);
}
Value ops::conj(const Value& x, std::string_view name) {
  return is_complex(x.dtype()) ? emit("Conj", {x}, {}, name) : x;
}

void register_complex(OpRegistry& registry) {
  using grads::with;
  static constexpr DType kConjTypes[] = {DType::complex64, DType::complex128, DType::variant};
  registry.add(with(part_def<Part::real>("Real(input: T) -> (output: Tout)"),
                    [](const GradContext& ctx) { return part_gradient(ctx, false); }));
  registry.add(with(part_def<Part::imag>("Imag(input: T) -> (output: Tout)"),
                    [](const GradContext& ctx) { return part_gradient(ctx, true); }));
  registry.add(with(part_def<Part::angle>("Angle(input: T) -> (output: Tout)"), angle_gradient));
  registry.add(
      with(part_def<Part::magnitude>("ComplexAbs(x: T) -> (y: Tout)"), magnitude_gradient));
  registry.add({.signature = "Complex(real: T, imag: T) -> (out: Tout)",
                .attrs = {type_attr("T", kSingleDouble, DType::float32),
                          type_attr("Tout", kComplexTypes, DType::complex64)},
                .shape = shapes::broadcast2,
                .prepare = prepare_complex,
                .gradient = complex_gradient});
  registry.add({.signature = "Conj(input: T) -> (output: T)",
                .attrs = {type_attr("T", kConjTypes, DType::complex64)},
                .shape = shapes::unchanged,
                .prepare = prepare_conj,
                .gradient = conj_gradient,
                .in_place = 1});
}

}  // namespace rill
