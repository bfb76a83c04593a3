#include "kernels/strided_copy.h"
#include "op/emit.h"
#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"
#include "ops/gradient_tools.h"
#include "rill/ops/array.hpp"

namespace rill {
namespace {

void infer_reverse(ShapeContext& ctx) {
  ctx.require_rank_exactly(1, 1);
  ctx.set_output(0, ctx.input(0));
}

Prepared reversed(const PrepareContext& ctx, const std::vector<bool>& flip) {
  const Shape& in = ctx.input(0);
  auto from = kernels::dense_strides(in);
  const auto to = from;
  int64_t offset = 0;
  for (size_t d = 0; d < flip.size(); ++d) {
    if (!flip[d]) continue;
    offset += (in[static_cast<int>(d)] - 1) * from[d];
    from[d] = -from[d];
  }
  return prepared([copy = kernels::StridedCopy(ctx.output_dtype(0), in.dims(), from, to, offset)](
                      const RunArgs& args) { copy.run(args.in[0], args.out[0]); });
}

Prepared prepare_axes(const PrepareContext& ctx) {
  const Tensor* axes = ctx.constant(1);
  if (axes == nullptr) return {};
  const int rank = ctx.input(0).rank();
  std::vector<bool> flip(static_cast<size_t>(rank), false);
  if (rank == 0) return reversed(ctx, flip);  // TensorFlow does not look at the axes then
  for (const int64_t axis : axes->to_vector<int64_t>()) {
    ctx.require(axis >= -rank && axis < rank, "'axis' ", axis, " is out of valid range [", -rank,
                ", ", rank - 1, "]");
    const auto d = static_cast<size_t>(axis < 0 ? axis + rank : axis);
    ctx.require(!flip[d], "axis ", d, " specified more than once.");
    flip[d] = true;
  }
  return reversed(ctx, flip);
}

Prepared prepare_flags(const PrepareContext& ctx) {
  const Tensor* dims = ctx.constant(1);
  if (dims == nullptr) return {};
  const int rank = ctx.input(0).rank();
  ctx.require(dims->rank() == 1 && dims->size() == rank,
              "'dims' must have the same number of values as 'input' has dimensions. 'input' has ",
              rank, "'dims' has ", dims->size(), " values");
  return reversed(ctx, std::vector<bool>(dims->data<bool>(), dims->data<bool>() + rank));
}

Values reverse_gradient(const GradContext& ctx) {
  return {emit(ctx.def().name, {ctx.output_gradient(0), ctx.input(1)}), {}};
}

}  // namespace

Value ops::reverse(const Value& x, const std::vector<int64_t>& axes) {
  return emit("ReverseV2", {x, Tensor::vector(std::vector<int32_t>(axes.begin(), axes.end()))});
}

void register_reverse(OpRegistry& registry) {
  registry.add(
      {.signature = "ReverseV2(tensor: T, axis: Tidx) -> (output: T)",
       .attrs = {type_attr("Tidx", kIndexTypes, DType::int32),
                 type_attr(
                     "T",
                     type_set<DType::float32, DType::float64, DType::int32, DType::uint8,
                              DType::int16, DType::int8, DType::string, DType::complex64,
                              DType::int64, DType::bool_, DType::bfloat16, DType::uint16,
                              DType::complex128, DType::float16, DType::uint32, DType::uint64>)},
       .shape = infer_reverse,
       .prepare = prepare_axes,
       .gradient = reverse_gradient});
  registry.add(
      {.signature = "Reverse(tensor: T, dims: bool) -> (output: T)",
       .attrs = {type_attr(
           "T", type_set<DType::float32, DType::float64, DType::int32, DType::uint8, DType::int16,
                         DType::int8, DType::string, DType::complex64, DType::int64, DType::bool_,
                         DType::bfloat16, DType::uint16, DType::complex128, DType::float16,
                         DType::uint32, DType::uint64>)},
       .shape = infer_reverse,
       .prepare = prepare_flags,
       .gradient = reverse_gradient});
}

}  // namespace rill
