#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"
#include "ops/gradient_tools.h"

namespace rill {
namespace {

void infer_ensure_shape(ShapeContext& ctx) {
  ctx.set_output(0, ctx.merge(ctx.attr<Shape>("shape"), ctx.input(0)));
}

void run_ensure_shape(KernelContext& ctx) {
  const Shape& wanted = ctx.attr<Shape>("shape");
  const Shape& given = ctx.input(0).shape();
  ctx.require(wanted.is_compatible_with(given), "Shape of tensor ", given,
              " is not compatible with expected shape ", wanted, ".");
  ctx.set_output(0, ctx.input(0));
}

}  // namespace

void register_ensure_shape(OpRegistry& registry) {
  registry.add({.signature = "EnsureShape(input: T) -> (output: T)",
                .attrs = {shape_attr("shape"), type_attr("T")},
                .shape = infer_ensure_shape,
                .kernel = run_ensure_shape,
                .gradient = grads::pass});
}

}  // namespace rill
