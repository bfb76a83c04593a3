#include "base/thread_pool.h"
#include "kernels/mover.h"
#include "op/emit.h"
#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"
#include "rill/ops/array.hpp"

namespace rill {
namespace {

int64_t read_index(const void* data, DType dtype, int64_t i) {
  switch (dtype) {
    case DType::uint8:
      return static_cast<const uint8_t*>(data)[i];
    case DType::int8:
      return static_cast<const int8_t*>(data)[i];
    default:
      return index_at(data, dtype, i);
  }
}

int axis_of(const NodeAccess& node, const Shape& indices) {
  const int64_t axis = node.attr<int64_t>("axis");
  node.require(axis == -1 || (axis >= 0 && axis <= indices.rank()),
               "Expected axis to be -1 or between [0, ", indices.rank(),
               "].  But received: ", axis);
  return axis == -1 ? indices.rank() : static_cast<int>(axis);
}

void infer_one_hot(ShapeContext& ctx) {
  for (int i = 1; i < 4; ++i) ctx.require_rank_exactly(i, 0);
  const Shape& indices = ctx.input(0);
  const auto depth = ctx.int_scalar(1);
  ctx.require(!depth || *depth >= 0, "depth must be non-negative, got: ", depth.value_or(0));
  if (!indices.has_rank()) return;
  Shape out = indices;
  out.insert(axis_of(ctx, indices), depth.value_or(-1));
  ctx.set_output(0, out);
}

// The indices are [before, after] around the new axis.
Prepared prepare_one_hot(const PrepareContext& ctx) {
  const Shape& indices = ctx.input(0);
  const int axis = axis_of(ctx, indices);
  const int64_t before = product(indices, 0, axis);
  const int64_t after = product(indices, axis, indices.rank());
  const int64_t depth = ctx.output(0)[axis];
  const DType dtype = ctx.input_dtype(0);
  return prepared([=, mover = kernels::Mover(ctx.output_dtype(0))](const RunArgs& args) {
    const int64_t size = depth * after;
    parallel_for(before, grain_of(size), [&](int64_t begin, int64_t end) {
      mover.fill(args.in[3], mover.at(args.out[0], begin * size), (end - begin) * size);
      for (int64_t b = begin; b < end; ++b) {
        for (int64_t a = 0; a < after; ++a) {
          const int64_t v = read_index(args.in[0], dtype, b * after + a);
          if (v >= 0 && v < depth) {
            mover.copy(args.in[2], mover.at(args.out[0], b * size + v * after + a), 1);
          }
        }
      }
    });
  });
}

}  // namespace

Value ops::one_hot(const Value& indices, int64_t depth, const Value& on_value,
                   const Value& off_value, int64_t axis) {
  return emit("OneHot",
              {indices, Tensor::scalar(static_cast<int32_t>(depth)),
               on_value ? on_value.without_weakness() : Tensor::scalar(1.0f),
               off_value ? off_value.without_weakness() : Tensor::scalar(0.0f)},
              {{"axis", axis}});
}

void register_one_hot(OpRegistry& registry) {
  registry.add(
      {.signature = "OneHot(indices: TI, depth: int32, on_value: T, off_value: T) -> (output: T)",
       .attrs = {int_attr("axis", -1), type_attr("T"),
                 type_attr("TI", type_set<DType::int32, DType::uint8, DType::int8, DType::int64>,
                           DType::int64)},
       .shape = infer_one_hot,
       .prepare = prepare_one_hot,
       .not_differentiable = true});
}

}  // namespace rill
