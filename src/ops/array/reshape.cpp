#include "op/emit.h"
#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"
#include "ops/gradient_tools.h"
#include "rill/ops/array.hpp"

namespace rill {
namespace {

// tensorflow/core/kernels/reshape_op.h: beside a given size of 0, the dimensions of 0 of the input
// do not count when the missing size is worked out.
Shape resolve_reshape(const NodeAccess& node, const Shape& in, std::vector<int64_t> dims) {
  node.require(dims.size() <= static_cast<size_t>(Shape::kMaxRank), "the new shape has rank ",
               dims.size(), "; at most ", Shape::kMaxRank);
  int64_t known = 1;
  int hole = -1;
  bool has_zero = false;
  for (size_t i = 0; i < dims.size(); ++i) {
    const int64_t d = dims[i];
    if (d == -1) {
      node.require(hole < 0, "Only one input size may be -1, not both ", hole, " and ", i);
      hole = static_cast<int>(i);
      continue;
    }
    node.require(d >= 0, "Size ", i, " must be non-negative, not ", d);
    has_zero |= d == 0;
    node.require(d == 0 || !__builtin_mul_overflow(known, d, &known), "Shape ", dims,
                 " would have more than 2**63 - 1 elements");
  }
  const int64_t count = in.num_elements();
  if (hole >= 0) {
    int64_t left = 1;
    for (const int64_t d : in) left = d == 0 && has_zero ? left : left * d;
    node.require(has_zero || left % known == 0, "Input to reshape is a tensor with ", left,
                 " values, but the requested shape requires a multiple of ", known);
    dims[static_cast<size_t>(hole)] = left / known;
  }
  const Shape out(dims);
  node.require(out.num_elements() == count, "Input to reshape is a tensor with ", count,
               " values, but the requested shape has ", out.num_elements());
  return out;
}

// A dimension of -1 follows when everything else cancels out: unknown input dimensions may be one
// and the same as the unknown output dimension.
Shape resolve_partial(const ShapeContext& ctx, const Shape& in, Shape out) {
  int64_t in_known = 1, out_known = 1;
  int in_holes = 0, out_holes = 0, hole = -1;
  for (const int64_t d : in) {
    if (d < 0) {
      ++in_holes;
    } else if (__builtin_mul_overflow(in_known, d, &in_known)) {
      return out;
    }
  }
  for (int i = 0; i < out.rank(); ++i) {
    if (out[i] < 0) {
      ++out_holes;
      hole = i;
    } else {
      ctx.require(!__builtin_mul_overflow(out_known, out[i], &out_known), "Shape ", out,
                  " is too large");
    }
  }
  if (in_holes == 0 && out_holes == 1 && out_known > 0) {
    ctx.require(in_known % out_known == 0, "Cannot reshape a tensor with ", in_known,
                " elements to shape ", out);
    out[hole] = in_known / out_known;
  }
  return out;
}

void infer_reshape(ShapeContext& ctx) {
  ctx.require_rank_at_most(1, 1);
  const Shape& in = ctx.input(0);
  const auto dims = ctx.ints(1);
  if (dims && ctx.input(1).rank() == 0) {
    ctx.require(*dims == std::vector<int64_t>{-1}, "Input value must be -1 for scalar shape, not ",
                *dims);
  }
  Shape out = Shape::unknown_rank();
  if (dims && in.is_fully_defined()) {
    out = resolve_reshape(ctx, in, *dims);
  } else {
    out = ctx.shape_from_value(1);
    if (out.has_rank() && in.has_rank()) out = resolve_partial(ctx, in, out);
  }
  ctx.set_output(0, out);
  const auto known = ctx.partial(0);
  if (known && out.has_rank() && out.rank() <= 1 &&
      out.num_elements() == static_cast<int64_t>(known->items.size())) {
    ctx.set_partial(0, {out.rank() == 0, known->items});
  }
}

void run_reshape(KernelContext& ctx) {
  const Tensor& dims = ctx.input(1);
  ctx.require(dims.rank() <= 1, "sizes input must be 1-D, not ", dims.shape());
  ctx.set_output(0, ctx.input(0).reshaped(
                        resolve_reshape(ctx, ctx.input(0).shape(), dims.to_vector<int64_t>())));
}

Values reshape_gradient(const GradContext& ctx) {
  return {grads::reshape_like(ctx.output_gradient(0), ctx.input(0)), {}};
}

}  // namespace

Value ops::reshape(const Value& x, const Value& shape) { return emit("Reshape", {x, shape}); }
Value ops::reshape(const Value& x, const std::vector<int64_t>& shape) {
  return emit("Reshape", {x, Tensor::vector(shape)});
}
Value ops::reshape(const Value& x, std::initializer_list<int64_t> shape) {
  return reshape(x, std::vector<int64_t>(shape));
}

void register_reshape(OpRegistry& registry) {
  registry.add({.signature = "Reshape(tensor: T, shape: Tshape) -> (output: T)",
                .attrs = {type_attr("T"), type_attr("Tshape", kIndexTypes, DType::int32)},
                .shape = infer_reshape,
                .kernel = run_reshape,
                .gradient = reshape_gradient,
                .view = true});
}

}  // namespace rill
