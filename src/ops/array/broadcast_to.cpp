#include <algorithm>
#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"

#include "kernels/strided_copy.h"
#include "op/emit.h"
#include "ops/gradient_tools.h"
#include "rill/ops/array.hpp"

namespace rill {
namespace {

void infer_broadcast_to(ShapeContext& ctx) {
  ctx.require_rank_exactly(1, 1);
  if (const auto dims = ctx.ints(1)) {
    for (const int64_t d : *dims) ctx.require(d >= -1, "Dimension ", d, " must be >= -1");
  }
  const Shape& in = ctx.input(0);
  Shape out = ctx.shape_from_value(1);
  if (in.has_rank() && out.has_rank()) {
    ctx.require(in.rank() <= out.rank(), "Rank of input (", in.rank(),
                ") must be no greater than rank of output shape (", out.rank(), ").");
    const int lead = out.rank() - in.rank();
    const auto known = ctx.ints(1);
    for (int i = 0; i < in.rank(); ++i) {
      int64_t& d = out[lead + i];
      // A given -1 keeps the dimension of the input.
      if (d < 0 && known) d = in[i];
      ctx.require(in[i] < 0 || d < 0 || in[i] == 1 || in[i] == d, "Incompatible shapes: ", in,
                  " vs. ", out);
    }
  }
  ctx.set_output(0, out);
}

Prepared prepare_broadcast_to(const PrepareContext& ctx) {
  const Shape& in = ctx.input(0);
  const Shape& out = ctx.output(0);
  const auto strides = kernels::dense_strides(in);
  const int lead = out.rank() - in.rank();
  std::vector<int64_t> from(static_cast<size_t>(out.rank()), 0);
  for (int i = 0; i < in.rank(); ++i) {
    ctx.require(in[i] == 1 || in[i] == out[lead + i], "Incompatible shapes: ", in, " vs. ", out);
    if (in[i] != 1) from[static_cast<size_t>(lead + i)] = strides[static_cast<size_t>(i)];
  }
  return prepared([copy = kernels::StridedCopy(ctx.output_dtype(0), out.dims(), from,
                                               kernels::dense_strides(out))](const RunArgs& args) {
    copy.run(args.in[0], args.out[0]);
  });
}

Values broadcast_to_gradient(const GradContext& ctx) {
  return {grads::sum_to_shape_of(ctx.output_gradient(0), ctx.input(0)), {}};
}

}  // namespace

Value ops::broadcast_to(const Value& x, const Value& shape) {
  return emit("BroadcastTo", {x, shape});
}

void register_broadcast_to(OpRegistry& registry) {
  registry.add({.signature = "BroadcastTo(input: T, shape: Tidx) -> (output: T)",
                .attrs = {type_attr("T"), type_attr("Tidx", kIndexTypes, DType::int32)},
                .shape = infer_broadcast_to,
                .prepare = prepare_broadcast_to,
                .gradient = broadcast_to_gradient});
}

}  // namespace rill
