// ApproxTopK: on a CPU TensorFlow gives the exact answer, and so does this.
#include <algorithm>
#include <numeric>

#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"
#include "ops/gradients.h"
#include "ops/type_sets.h"
#include "tensor/dispatch.h"

namespace rill {
namespace {

struct Axis {
  int dim;
  int64_t k, length;
};

Axis axis_of(const NodeAccess& node, const Shape& in) {
  node.require(in.rank() >= 1, "input must be at least 1-D, got shape ", in);
  Axis axis{canonical_axis(node.op(), node.attr<int64_t>("reduction_dimension"), in.rank()),
            node.attr<int64_t>("k"), 0};
  axis.length = in[axis.dim];
  node.require(axis.k >= 0, "Need k >= 0, got ", axis.k);
  node.require(axis.length < 0 || axis.length >= axis.k,
               "input must have last dimension >= k = ", axis.k, " but was ", axis.length);
  return axis;
}

void infer_approx_top_k(ShapeContext& ctx) {
  Shape out = ctx.input(0);
  if (out.has_rank()) {
    const Axis axis = axis_of(ctx, out);
    out[axis.dim] = axis.k;
  }
  ctx.set_output(0, out);
  ctx.set_output(1, out);
}

void run_approx_top_k(KernelContext& ctx) {
  const Tensor& in = ctx.input(0);
  const Axis axis = axis_of(ctx, in.shape());
  ctx.require(axis.length <= INT32_MAX, "rows of ", axis.length, " elements are too long");
  Shape shape = in.shape();
  shape[axis.dim] = axis.k;
  Tensor& values = ctx.output(0, shape);
  int32_t* indices = ctx.output(1, shape).data<int32_t>();
  if (values.size() == 0) return;
  const int64_t inner = product(in.shape(), axis.dim + 1, in.rank());
  const int64_t outer = product(in.shape(), 0, axis.dim);
  const bool largest = ctx.attr<bool>("is_max_k");
  std::vector<int32_t> order(static_cast<size_t>(axis.length));
  dispatch_float(in.dtype(), "ApproxTopK", [&]<typename T>() {
    for (int64_t o = 0; o < outer; ++o) {
      for (int64_t i = 0; i < inner; ++i) {
        const T* row = in.data<T>() + o * axis.length * inner + i;
        const auto better = [&](int32_t a, int32_t b) {
          const T x = row[a * inner], y = row[b * inner];
          if (x != y && x == x && y == y) return largest ? y < x : x < y;
          if ((x == x) != (y == y)) return largest == (x != x);  // NaN counts as the largest
          return a < b;
        };
        std::iota(order.begin(), order.end(), 0);
        std::partial_sort(order.begin(), order.begin() + axis.k, order.end(), better);
        for (int64_t k = 0; k < axis.k; ++k) {
          const int64_t to = (o * axis.k + k) * inner + i;
          indices[to] = order[static_cast<size_t>(k)];
          values.data<T>()[to] = row[indices[to] * inner];
        }
      }
    }
  });
}

// Each value's gradient goes where the value came from; the others get zero.
Values approx_top_k_gradient(const GradContext& ctx) {
  using namespace grads;
  const Value& x = ctx.input(0);
  const auto axis = static_cast<int32_t>(ctx.attr<int64_t>("reduction_dimension"));
  const Value shape = shape_of(x), zero = Tensor::scalar(int32_t{0});
  const Value one = Tensor::scalar(int32_t{1});
  const Value size = emit("Prod", {shape, int_vector({0})});
  // Positions in x of what has index 0 along the axis, and the step from there.
  const Value first = emit("GatherV2", {reshape(emit("Range", {zero, size, one}), shape),
                                        int_vector({0}), Tensor::scalar(axis)});
  const Value step =
      axis == -1
          ? one
          : emit("Prod", {emit("StridedSlice",
                               {shape, int_vector({axis + 1}), int_vector({0}), int_vector({1})},
                               {{"end_mask", int64_t{1}}}),
                          int_vector({0})});
  const Value places = add(first, mul(ctx.output(1), step));
  const Value flat = emit("ScatterNd", {reshape(places, int_vector({-1, 1})),
                                        reshape(ctx.output_gradient(0), int_vector({-1})),
                                        reshape(size, int_vector({1}))});
  return {reshape(flat, shape)};
}

}  // namespace

void register_approx_top_k(OpRegistry& registry) {
  registry.add({.signature = "ApproxTopK(input: T) -> (values: T, indices: int32)",
                .attrs = {at_least(0, int_attr("k")), int_attr("reduction_dimension", -1),
                          float_attr("recall_target", 0.95F), bool_attr("is_max_k", true),
                          int_attr("reduction_input_size_override", -1),
                          bool_attr("aggregate_to_topk", true), type_attr("T", kHalfSingle)},
                .shape = infer_approx_top_k,
                .kernel = run_approx_top_k,
                .gradient = approx_top_k_gradient});
}

}  // namespace rill
