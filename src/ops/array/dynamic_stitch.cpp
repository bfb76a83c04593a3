#include "kernels/mover.h"
#include "op/emit.h"
#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"
#include "ops/gradient_tools.h"
#include "rill/ops/array.hpp"

namespace rill {
namespace {

// The shape of what one index selects: data.shape without indices.shape at its front.
Shape slice_shape(const NodeAccess& node, int i, const Shape& data, const Shape& indices) {
  node.require(data.rank() >= indices.rank(), "data[", i, "].shape = ", data,
               " does not start with indices[", i, "].shape = ", indices);
  for (int d = 0; d < indices.rank(); ++d) {
    node.require(data[d] < 0 || indices[d] < 0 || data[d] == indices[d], "data[", i,
                 "].shape = ", data, " does not start with indices[", i, "].shape = ", indices);
  }
  return sub_shape(data, indices.rank(), data.rank());
}

void infer_dynamic_stitch(ShapeContext& ctx) {
  const int n = ctx.num_inputs() / 2;
  Shape slice = Shape::unknown_rank();
  int64_t most = -1;
  bool known = true;
  for (int i = 0; i < n; ++i) {
    const Shape& indices = ctx.input(i);
    const Shape& data = ctx.input(n + i);
    if (data.has_rank() && indices.has_rank()) {
      slice = ctx.merge(slice, slice_shape(ctx, i, data, indices));
    }
    if (const Tensor* value = ctx.value(i)) {
      for (const int64_t v : value->to_vector<int64_t>()) most = std::max(most, v);
    } else {
      known = false;
    }
  }
  if (slice.has_rank()) ctx.set_output(0, join(Shape{known ? most + 1 : -1}, slice));
}

// Later indices win. Rows that no index names are zero.
void run_dynamic_stitch(KernelContext& ctx) {
  const int n = ctx.num_inputs() / 2;
  int64_t most = -1;
  Shape slice;
  for (int i = 0; i < n; ++i) {
    const Tensor& indices = ctx.input(i);
    const Shape here = slice_shape(ctx, i, ctx.input(n + i).shape(), indices.shape());
    if (i == 0) slice = here;
    ctx.require(here == slice, "Need data[0].shape[", ctx.input(0).rank(), ":] = data[", i,
                "].shape[", indices.rank(), ":], got data[0].shape = ", ctx.input(n).shape(),
                ", data[", i, "].shape = ", ctx.input(n + i).shape());
    for (int64_t k = 0, count = indices.size(); k < count; ++k) {
      const int32_t v = indices.data<int32_t>()[k];
      ctx.require(v >= 0, "indices[", i, "]", position_text(k, indices.shape()), " = ", v,
                  " is negative");
      most = std::max<int64_t>(most, v);
    }
  }
  Tensor& out = ctx.output(0, join(Shape{most + 1}, slice));
  const kernels::Mover mover(ctx.output_dtype(0));
  const int64_t width = slice.num_elements();
  mover.clear(out.raw(), out.size());
  for (int i = 0; i < n; ++i) {
    const Tensor& indices = ctx.input(i);
    for (int64_t k = 0, count = indices.size(); k < count; ++k) {
      mover.copy(mover.at(ctx.input(n + i).raw(), k * width),
                 mover.at(out.raw(), indices.data<int32_t>()[k] * width), width);
    }
  }
}

Values dynamic_stitch_gradient(const GradContext& ctx) {
  const int n = ctx.num_inputs() / 2;
  Values out = grads::none(ctx);
  for (int i = 0; i < n; ++i) {
    out[static_cast<size_t>(n + i)] = grads::gather(ctx.output_gradient(0), ctx.input(i));
  }
  return out;
}

}  // namespace

Value ops::dynamic_stitch(const Values& indices, const Values& data) {
  Values inputs = indices;
  inputs.insert(inputs.end(), data.begin(), data.end());
  return emit("DynamicStitch", std::span<const Value>(inputs),
              {{"N", static_cast<int64_t>(indices.size())}});
}

void register_dynamic_stitch(OpRegistry& registry) {
  registry.add({.signature = "DynamicStitch(indices: N*int32, data: N*T) -> (merged: T)",
                .attrs = {at_least(1, int_attr("N")), type_attr("T")},
                .shape = infer_dynamic_stitch,
                .kernel = run_dynamic_stitch,
                .gradient = dynamic_stitch_gradient});
  registry.add({.signature = "ParallelDynamicStitch(indices: N*int32, data: N*T) -> (merged: T)",
                .attrs = {at_least(1, int_attr("N")), type_attr("T")},
                .shape = infer_dynamic_stitch,
                .kernel = run_dynamic_stitch,
                .gradient = dynamic_stitch_gradient});
}

}  // namespace rill
