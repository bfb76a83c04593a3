// NearestNeighbors: the k nearest centres of each point and their squared distances.
// Source of the rules: tensorflow/core/kernels/clustering_ops.cc.
#include <algorithm>

#include "base/thread_pool.h"
#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"

namespace rill {
namespace {

void infer_nearest_neighbors(ShapeContext& ctx) {
  ctx.require_rank_exactly(0, 2);
  ctx.require_rank_exactly(1, 2);
  ctx.require_rank_exactly(2, 0);
  const Shape &points = ctx.input(0), &centers = ctx.input(1);
  if (points.has_rank() && centers.has_rank()) ctx.merge_dim(points[1], centers[1]);
  const auto k = ctx.int_scalar(2);
  ctx.require(!k || *k > 0, "Invalid number of nearest centers to find: ", k ? *k : 0);
  const int64_t count = centers.has_rank() ? centers[0] : -1;
  const Shape out{points.has_rank() ? points[0] : -1, k && count >= 0 ? std::min(*k, count) : -1};
  ctx.set_output(0, out);
  ctx.set_output(1, out);
}

void run_nearest_neighbors(KernelContext& ctx) {
  const Tensor &points = ctx.input(0), &centers = ctx.input(1);
  ctx.require(points.rank() == 2, "Input points should be a matrix, got shape ", points.shape());
  ctx.require(points.dim(0) > 0, "Expected points.rows() > 0.");
  ctx.require(centers.rank() == 2, "Input centers should be a matrix, got shape ", centers.shape());
  ctx.require(points.dim(1) == centers.dim(1), "Expected point dimension ", points.dim(1),
              " to equal center dimension ", centers.dim(1));
  ctx.require(ctx.input(2).rank() == 0, "Input k should be a scalar, got shape ",
              ctx.input(2).shape());
  const auto k = *ctx.input(2).data<int64_t>();
  ctx.require(k > 0, "Invalid number of nearest centers to find: ", k);
  const int64_t count = centers.dim(0), depth = points.dim(1), found = std::min(k, count);
  const Shape shape{points.dim(0), found};
  auto* indices = ctx.output(0, shape).data<int64_t>();
  auto* distances = ctx.output(1, shape).data<float>();
  parallel_for(points.dim(0), 64, [&](int64_t begin, int64_t end) {
    std::vector<std::pair<float, int64_t>> all(static_cast<size_t>(count));
    for (int64_t p = begin; p < end; ++p) {
      const float* x = points.data<float>() + p * depth;
      for (int64_t c = 0; c < count; ++c) {
        const float* y = centers.data<float>() + c * depth;
        float sum = 0;
        for (int64_t d = 0; d < depth; ++d) sum += (x[d] - y[d]) * (x[d] - y[d]);
        // NaN would break the order.
        all[static_cast<size_t>(c)] = {sum == sum ? sum : std::numeric_limits<float>::infinity(),
                                       c};
      }
      std::partial_sort(all.begin(), all.begin() + found, all.end());
      for (int64_t i = 0; i < found; ++i) {
        distances[p * found + i] = all[static_cast<size_t>(i)].first;
        indices[p * found + i] = all[static_cast<size_t>(i)].second;
      }
    }
  });
}

}  // namespace

void register_nearest_neighbors(OpRegistry& registry) {
  registry.add({.signature = "NearestNeighbors(points: float32, centers: float32, k: int64) -> "
                             "(nearest_center_indices: int64, nearest_center_distances: float32)",
                .shape = infer_nearest_neighbors,
                .kernel = run_nearest_neighbors});
}

}  // namespace rill
