#include "kernels/mover.h"
#include "op/emit.h"
#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"
#include "ops/gradient_tools.h"
#include "rill/ops/array.hpp"

namespace rill {
namespace {

void check_dynamic_partition(const NodeAccess& node, const Shape& data, const Shape& partitions) {
  bool starts = data.rank() >= partitions.rank();
  for (int d = 0; starts && d < partitions.rank(); ++d) {
    starts = data[d] < 0 || partitions[d] < 0 || data[d] == partitions[d];
  }
  node.require(starts, "data.shape must start with partitions.shape, got data.shape = ", data,
               ", partitions.shape = ", partitions);
}

void infer_dynamic_partition(ShapeContext& ctx) {
  const Shape& data = ctx.input(0);
  const Shape& partitions = ctx.input(1);
  if (!data.has_rank() || !partitions.has_rank()) return;
  check_dynamic_partition(ctx, data, partitions);
  const Shape out = join(Shape{-1}, sub_shape(data, partitions.rank(), data.rank()));
  for (int i = 0; i < ctx.num_outputs(); ++i) ctx.set_output(i, out);
}

void run_dynamic_partition(KernelContext& ctx) {
  const Tensor& data = ctx.input(0);
  const Tensor& partitions = ctx.input(1);
  check_dynamic_partition(ctx, data.shape(), partitions.shape());
  const auto n = static_cast<size_t>(ctx.num_outputs());
  std::vector<int64_t> counts(n, 0);
  const auto to = partitions.flat<int32_t>();
  for (size_t i = 0; i < to.size(); ++i) {
    ctx.require(to[i] >= 0 && static_cast<size_t>(to[i]) < n, "partitions",
                position_text(static_cast<int64_t>(i), partitions.shape()), " = ", to[i],
                " is not in [0, ", n, ")");
    ++counts[static_cast<size_t>(to[i])];
  }
  const Shape slice = sub_shape(data.shape(), partitions.rank(), data.rank());
  const kernels::Mover mover(data.dtype());
  std::vector<char*> next;
  for (size_t k = 0; k < n; ++k) {
    next.push_back(
        static_cast<char*>(ctx.output(static_cast<int>(k), join(Shape{counts[k]}, slice)).raw()));
  }
  const int64_t width = slice.num_elements();
  for (size_t i = 0; i < to.size(); ++i) {
    char*& at = next[static_cast<size_t>(to[i])];
    mover.copy(mover.at(data.raw(), static_cast<int64_t>(i) * width), at, width);
    at = mover.at(at, width);
  }
}

// Stitches the pieces together where the same partition puts 0, 1, 2, ...
// (tensorflow/python/ops/data_flow_grad.py).
Values dynamic_partition_gradient(const GradContext& ctx) {
  const Value &data = ctx.input(0), &partitions = ctx.input(1);
  const Value count = grads::size_of(partitions);
  const Value order = grads::reshape_like(grads::range(Value(0), count), partitions);
  Values parts = emit_all("DynamicPartition", {order, partitions},
                          {{"num_partitions", int64_t{ctx.num_outputs()}}});
  for (int i = 0; i < ctx.num_outputs(); ++i) parts.push_back(grads::output_gradient(ctx, i));
  const Value whole = emit("ParallelDynamicStitch", parts, {{"N", int64_t{ctx.num_outputs()}}});
  return {grads::reshape_like(whole, data), {}};
}

}  // namespace

Values ops::dynamic_partition(const Value& data, const Value& partitions, int64_t num) {
  return emit_all("DynamicPartition", {data, partitions}, {{"num_partitions", num}});
}

void register_dynamic_partition(OpRegistry& registry) {
  registry.add(
      {.signature = "DynamicPartition(data: T, partitions: int32) -> (outputs: num_partitions*T)",
       .attrs = {at_least(1, int_attr("num_partitions")), type_attr("T")},
       .shape = infer_dynamic_partition,
       .kernel = run_dynamic_partition,
       .gradient = dynamic_partition_gradient});
}

}  // namespace rill
