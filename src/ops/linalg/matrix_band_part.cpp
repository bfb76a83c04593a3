#include <algorithm>

#include "base/thread_pool.h"
#include "op/emit.h"
#include "op/registry.h"
#include "ops/args.h"
#include "rill/ops/linalg.hpp"
#include "tensor/dispatch.h"

namespace rill {
namespace {

void infer_matrix_band_part(ShapeContext& ctx) {
  ctx.require_rank(0, 2);
  ctx.require_rank_exactly(1, 0);
  ctx.require_rank_exactly(2, 0);
  ctx.set_output(0, ctx.input(0));
}

template <typename T>
struct MatrixBandPartRun {
  int64_t batch, rows, columns;
  DType index;
  std::string node;
  void operator()(const RunArgs& args) const {
    const int64_t below = index_at(args.in[1], index, 0), above = index_at(args.in[2], index, 0);
    if (below > rows || above > columns) {
      fail(Code::invalid_argument, node,
           "num_lower must be negative or less or equal to number of "
           "rows (",
           rows, ") got: ", below, ", num_upper likewise for columns (", columns, ") got: ", above);
    }
    const T* in = static_cast<const T*>(args.in[0]);
    T* out = static_cast<T*>(args.out[0]);
    parallel_for(batch * rows, grain_of(columns), [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; ++i) {
        const int64_t row = i % rows;
        const int64_t first = below < 0 ? 0 : std::clamp<int64_t>(row - below, 0, columns);
        const int64_t last =
            above < 0 ? columns : std::clamp<int64_t>(row + above + 1, first, columns);
        T* to = out + i * columns;
        if (in != out) std::copy(in + i * columns + first, in + i * columns + last, to + first);
        std::fill(to, to + first, T());
        std::fill(to + last, to + columns, T());
      }
    });
  }
};

Prepared prepare_matrix_band_part(const PrepareContext& ctx) {
  const Shape& in = ctx.input(0);
  Prepared result;
  dispatch_by_size(ctx.output_dtype(0), "MatrixBandPart", [&]<typename T>() {
    result = prepared(MatrixBandPartRun<T>{product(in, 0, in.rank() - 2), in[in.rank() - 2],
                                           in[in.rank() - 1], ctx.input_dtype(1), who(ctx)});
  });
  return result;
}

Values matrix_band_part_gradient(const GradContext& ctx) {
  return {emit("MatrixBandPart", {ctx.output_gradient(0), ctx.input(1), ctx.input(2)}), {}, {}};
}

}  // namespace

Value ops::matrix_band_part(const Value& x, const Value& num_lower, const Value& num_upper,
                            std::string_view name) {
  return emit("MatrixBandPart", {x, num_lower, num_upper}, {}, name);
}

void register_matrix_band_part(OpRegistry& registry) {
  const auto add = [&](const char* signature, std::vector<AttrDef> attrs) {
    registry.add({.signature = signature,
                  .attrs = std::move(attrs),
                  .shape = infer_matrix_band_part,
                  .prepare = prepare_matrix_band_part,
                  .gradient = matrix_band_part_gradient,
                  .in_place = 1});
  };
  add("MatrixBandPart(input: T, num_lower: Tindex, num_upper: Tindex) -> (band: T)",
      {type_attr("T"), type_attr("Tindex", kIndexTypes, DType::int64)});
  add("BatchMatrixBandPart(input: T, num_lower: int64, num_upper: int64) -> (band: T)",
      {type_attr("T")});
}

}  // namespace rill
