#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"
#include "ops/gradient_tools.h"

namespace rill {
namespace {

// Before GraphDef producer 24 an empty shape in a Placeholder also meant "not known"; the importer
// settles that.
void infer_placeholder(ShapeContext& ctx) { ctx.set_output(0, ctx.attr<Shape>("shape")); }

void not_fed(KernelContext& ctx) {
  throw_error(
      Code::invalid_argument,
      str("You must feed a value for placeholder tensor ", quoted(ctx.node_name()), " with dtype ",
          dtype_name(ctx.output_dtype(0)), " and shape ", ctx.attr<Shape>("shape").debug_string()));
}

void default_shape(ShapeContext& ctx) {
  const Shape& declared = ctx.attr<Shape>("shape");
  ctx.require(declared.is_compatible_with(ctx.input(0)), "the default value has shape ",
              ctx.input(0), ", which does not fit ", declared);
  // A fed value may be anything that fits the attribute.
  ctx.set_output(0, declared);
}

// The shape function promised the declared shape; what is known only now must keep to it.
void use_default(KernelContext& ctx) {
  const Shape& declared = ctx.attr<Shape>("shape");
  ctx.require(declared.is_compatible_with(ctx.input(0).shape()), "the default value has shape ",
              ctx.input(0).shape(), ", which does not fit ", declared);
  ctx.set_output(0, ctx.input(0));
}

}  // namespace

void register_placeholder(OpRegistry& registry) {
  registry.add({.signature = "Placeholder() -> (output: dtype)",
                .attrs = {type_attr("dtype"), shape_attr("shape", Shape::unknown_rank())},
                .shape = infer_placeholder,
                .kernel = not_fed});
  registry.add({.signature = "PlaceholderV2() -> (output: dtype)",
                .attrs = {type_attr("dtype"), shape_attr("shape")},
                .shape = infer_placeholder,
                .kernel = not_fed});
  registry.add({.signature = "PlaceholderWithDefault(input: dtype) -> (output: dtype)",
                .attrs = {type_attr("dtype"), shape_attr("shape")},
                .shape = default_shape,
                .kernel = use_default,
                .gradient = grads::pass});
}

}  // namespace rill
