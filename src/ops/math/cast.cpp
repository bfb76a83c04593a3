#include "kernels/cast.h"

#include "op/emit.h"
#include "op/prepared.h"
#include "op/registry.h"
#include "op/shape_context.h"
#include "ops/gradient_tools.h"
#include "rill/ops/math.hpp"

namespace rill {
namespace {

void infer_cast(ShapeContext& ctx) {
  ctx.set_output(0, ctx.input(0));
  // Shapes are often computed as int32 and cast to int64, or back.
  if (is_integer(ctx.input_dtype(0)) && is_integer(ctx.output_dtype(0))) {
    if (const auto known = ctx.partial(0)) ctx.set_partial(0, *known);
  }
}

struct Run {
  kernels::Cast kernel;
  void operator()(const RunArgs& args) const { kernel.run(args.in[0], args.out[0]); }
};

Prepared prepare(const PrepareContext& ctx) {
  return prepared(
      Run{kernels::prepare_cast(ctx.input_dtype(0), ctx.output_dtype(0),
                                ctx.input(0).num_elements(), ctx.attr<bool>("Truncate"))});
}

// Handles and strings are only passed on.
struct Copy {
  int64_t n;
  DType dtype;
  void operator()(const RunArgs& args) const {
    if (dtype == DType::string) {
      copy(static_cast<const std::string*>(args.in[0]), static_cast<std::string*>(args.out[0]));
    } else {
      copy(static_cast<const std::shared_ptr<Opaque>*>(args.in[0]),
           static_cast<std::shared_ptr<Opaque>*>(args.out[0]));
    }
  }
  template <typename T>
  void copy(const T* from, T* to) const {
    for (int64_t i = 0; i < n; ++i) to[i] = from[i];
  }
};

Prepared prepare_any(const PrepareContext& ctx) {
  const DType dtype = ctx.input_dtype(0);
  if (is_plain(dtype) || dtype != ctx.output_dtype(0)) {
    ctx.require(is_plain(dtype) && is_plain(ctx.output_dtype(0)), "cannot cast ", dtype, " to ",
                ctx.output_dtype(0));
    return prepare(ctx);
  }
  return prepared(Copy{ctx.input(0).num_elements(), dtype});
}

// None unless both are floating or complex (tensorflow/python/ops/math_grad.py).
Values cast_gradient(const GradContext& ctx) {
  const auto continuous = [](DType dtype) { return is_floating(dtype) || is_complex(dtype); };
  const DType from = ctx.input(0).dtype();
  if (!continuous(from) || !continuous(ctx.output(0).dtype())) return {Value()};
  return {grads::cast(ctx.output_gradient(0), from)};
}

}  // namespace

Value ops::cast(const Value& x, DType dtype, std::string_view name) {
  return emit("Cast", {x}, {{"DstT", dtype}}, name);
}

void register_cast(OpRegistry& registry) {
  registry.add({.signature = "Cast(x: SrcT) -> (y: DstT)",
                .attrs = {type_attr("SrcT"), type_attr("DstT"), bool_attr("Truncate", false)},
                .shape = infer_cast,
                .prepare = prepare_any,
                .gradient = cast_gradient,
                .in_place = 1});
}

}  // namespace rill
