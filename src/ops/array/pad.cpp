#include "kernels/strided_copy.h"
#include "op/emit.h"
#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"
#include "ops/gradient_tools.h"
#include "ops/padding.h"
#include "rill/ops/array.hpp"

namespace rill {
namespace {

Prepared prepare_pad(const PrepareContext& ctx) {
  const Tensor* paddings = ctx.constant(1);
  if (paddings == nullptr) return {};
  const Shape& in = ctx.input(0);
  const Shape& out = ctx.output(0);
  const auto pads = read_paddings(ctx, *paddings, in.rank());
  const auto strides = kernels::dense_strides(out);
  int64_t offset = 0;
  for (size_t i = 0; i < pads.size(); ++i) offset += pads[i].before * strides[i];
  const kernels::Mover mover(ctx.output_dtype(0));
  const kernels::StridedCopy copy(ctx.output_dtype(0), in.dims(), kernels::dense_strides(in),
                                  strides, 0, offset);
  const int64_t n = out.num_elements();
  const bool grows = n != in.num_elements();
  if (ctx.num_inputs() == 3) {
    ctx.require(ctx.input(2).rank() == 0,
                "constant_values must be a scalar. Found: ", ctx.input(2));
    return prepared([=](const RunArgs& args) {
      if (grows) mover.fill(args.in[2], args.out[0], n);
      copy.run(args.in[0], args.out[0]);
    });
  }
  return prepared([=](const RunArgs& args) {
    if (grows) mover.clear(args.out[0], n);
    copy.run(args.in[0], args.out[0]);
  });
}

// The part of the gradient that is not padding.
Values pad_gradient(const GradContext& ctx) {
  const Value &x = ctx.input(0), &paddings = ctx.input(1);
  Value begin;
  if (const auto known = grads::known_ints(paddings)) {
    std::vector<int64_t> before;
    for (size_t i = 0; i < known->size(); i += 2) before.push_back((*known)[i]);
    begin = grads::int_vector(before, paddings.dtype());
  } else {
    begin = emit(
        "StridedSlice",
        {paddings, grads::int_vector({0, 0}), grads::int_vector({0, 1}), grads::int_vector({1, 1})},
        {{"begin_mask", int64_t{1}}, {"end_mask", int64_t{1}}, {"shrink_axis_mask", int64_t{2}}});
  }
  const Value size = grads::shape_of(x, paddings.dtype());
  return grads::only(ctx, 0, emit("Slice", {ctx.output_gradient(0), begin, size}));
}

}  // namespace

Value ops::pad(const Value& x, const Value& paddings, std::string_view mode,
               const Value& constant_values) {
  if (mode == "CONSTANT") {
    if (!constant_values) return emit("Pad", {x, paddings});
    return emit("PadV2", {x, paddings, constant_values});
  }
  return emit("MirrorPad", {x, paddings}, {{"mode", mode}});
}

void register_pad(OpRegistry& registry) {
  registry.add({.signature = "Pad(input: T, paddings: Tpaddings) -> (output: T)",
                .attrs = {type_attr("T"), type_attr("Tpaddings", kIndexTypes, DType::int32)},
                .shape = infer_padded_shape,
                .prepare = prepare_pad,
                .gradient = pad_gradient});
  registry.add(
      {.signature = "PadV2(input: T, paddings: Tpaddings, constant_values: T) -> (output: T)",
       .attrs = {type_attr("T"), type_attr("Tpaddings", kIndexTypes, DType::int32)},
       .shape = infer_padded_shape,
       .prepare = prepare_pad,
       .gradient = pad_gradient});
}

}  // namespace rill
