// Counting by rows: SparseBincount and RaggedBincount give dense counts, *CountSparseOutput sparse.
#include <algorithm>
#include <map>

#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"
#include "ops/ragged_splits.h"
#include "ops/sparse_tensor.h"

namespace rill {
namespace {

constexpr auto& kCountTypes = type_set<DType::int32, DType::int64, DType::float32, DType::float64>;

// The row of each value.
struct Rows {
  int64_t count = 1;
  bool one = false;  // all values are one row and the result is a vector
  std::vector<int64_t> row;
};

Rows dense_rows(const KernelContext& ctx, int i) {
  const Tensor& values = ctx.input(i);
  ctx.require(values.rank() == 1 || values.rank() == 2,
              "Input must be a 1 or 2-dimensional tensor. Got: ", values.shape());
  Rows rows;
  rows.one = values.rank() == 1;
  rows.count = rows.one ? 1 : values.dim(0);
  ctx.require(rows.count > 0, "Invalid input: Shapes dimension cannot be 0.");
  for (int64_t k = 0; k < values.size(); ++k) {
    rows.row.push_back(rows.one ? 0 : k / values.dim(1));
  }
  return rows;
}

Rows sparse_rows(const KernelContext& ctx, int indices, int values, int shape) {
  const SparseInput in = sparse_input(ctx, indices, values, shape);
  ctx.require(in.rank == 1 || in.rank == 2, "Input must be a 1 or 2-dimensional tensor. Got rank ",
              in.rank);
  require_in_bounds(ctx, in);
  Rows rows;
  rows.one = in.rank == 1;
  rows.count = rows.one ? 1 : in.shape[0];
  for (int64_t k = 0; k < in.count; ++k) rows.row.push_back(rows.one ? 0 : in.at(k)[0]);
  return rows;
}

Rows ragged_rows(const KernelContext& ctx, int splits, int values) {
  ctx.require(ctx.input(values).rank() == 1, "values must be a vector, got shape ",
              ctx.input(values).shape());
  const Splits s = splits_input(ctx, splits, ctx.input(values).dim(0));
  Rows rows;
  rows.count = static_cast<int64_t>(s.size()) - 1;
  for (size_t r = 1; r < s.size(); ++r) {
    rows.row.insert(rows.row.end(), static_cast<size_t>(s[r] - s[r - 1]),
                    static_cast<int64_t>(r) - 1);
  }
  return rows;
}

void require_weights(const KernelContext& ctx, const Tensor& values, const Tensor& weights) {
  ctx.require(weights.size() == 0 || weights.shape() == values.shape(),
              "Weights and values must have the same shape. Weight shape: ", weights.shape(),
              "; values shape: ", values.shape());
}

template <typename F>
void dispatch_count(DType dtype, F&& f) {
  if (is_integer(dtype)) return dispatch_index(dtype, "counting", f);
  if (dtype == DType::float32) return f.template operator()<float>();
  f.template operator()<double>();
}

void count_dense(KernelContext& ctx, const Rows& rows, const Tensor& values, const Tensor& size_in,
                 const Tensor& weights) {
  ctx.require(size_in.rank() == 0, "size must be a scalar, got shape ", size_in.shape());
  const auto size = size_in.item<int64_t>();
  ctx.require(size >= 0, "size (", size, ") must be non-negative");
  require_weights(ctx, values, weights);
  const bool binary = ctx.attr<bool>("binary_output");
  const std::vector<int64_t> bins = ints_of(values);
  Tensor& out = ctx.output(0, rows.one ? Shape{size} : Shape{rows.count, size});
  dispatch_count(out.dtype(), [&]<typename T>() {
    T* to = out.data<T>();
    const T* given = weights.size() > 0 ? weights.data<T>() : nullptr;
    std::fill(to, to + out.size(), T(0));
    for (size_t k = 0; k < bins.size(); ++k) {
      ctx.require(bins[k] >= 0, "Input must be non-negative");
      if (bins[k] >= size) continue;
      T& bin = to[rows.row[k] * size + bins[k]];
      bin = binary ? T(1) : plus(bin, given ? given[k] : T(1));
    }
  });
}

void sparse_bincount(KernelContext& ctx) {
  count_dense(ctx, sparse_rows(ctx, 0, 1, 2), ctx.input(1), ctx.input(3), ctx.input(4));
}
void ragged_bincount(KernelContext& ctx) {
  count_dense(ctx, ragged_rows(ctx, 0, 1), ctx.input(1), ctx.input(2), ctx.input(3));
}

void count_sparse(KernelContext& ctx, const Rows& rows, const Tensor& values,
                  const Tensor& weights) {
  require_weights(ctx, values, weights);
  const bool binary = ctx.attr<bool>("binary_output");
  const int64_t least = ctx.attr<int64_t>("minlength"), most = ctx.attr<int64_t>("maxlength");
  const std::vector<int64_t> bins = ints_of(values);
  dispatch_count(ctx.output_dtype(1), [&]<typename T>() {
    std::map<std::pair<int64_t, int64_t>, T> counts;
    int64_t highest = 0;  // so that the shape is not empty
    for (size_t k = 0; k < bins.size(); ++k) {
      ctx.require(bins[k] >= 0, "Input values must all be non-negative");
      if (most >= 0 && bins[k] >= most) continue;
      T& bin = counts[{rows.row[k], bins[k]}];
      const T weight = weights.size() > 0 ? weights.data<T>()[k] : T(1);
      bin = binary ? T(1) : plus(bin, weight);
      highest = std::max(highest, bins[k]);
    }
    std::vector<int64_t> coordinates;
    std::vector<T> totals;
    for (const auto& [at, total] : counts) {
      if (!rows.one) coordinates.push_back(at.first);
      coordinates.push_back(at.second);
      totals.push_back(total);
    }
    put_coordinates(ctx, 0, coordinates, rows.one ? 1 : 2);
    ctx.set_output(1, Tensor::vector(totals));
    std::vector<int64_t> shape;
    if (!rows.one) shape.push_back(rows.count);
    shape.push_back(most >= 0 ? most : std::max(highest + 1, least));
    put_vector(ctx, 2, shape);
  });
}

void count_of_dense(KernelContext& ctx) {
  count_sparse(ctx, dense_rows(ctx, 0), ctx.input(0), ctx.input(1));
}
void count_of_sparse(KernelContext& ctx) {
  count_sparse(ctx, sparse_rows(ctx, 0, 1, 2), ctx.input(1), ctx.input(3));
}
void count_of_ragged(KernelContext& ctx) {
  count_sparse(ctx, ragged_rows(ctx, 0, 1), ctx.input(1), ctx.input(2));
}

}  // namespace

void register_count_sparse(OpRegistry& registry) {
  const std::vector<AttrDef> bincount = {type_attr("Tidx", kIndexTypes),
                                         type_attr("T", kCountTypes),
                                         bool_attr("binary_output", false)};
  const std::vector<AttrDef> count = {type_attr("T", kIndexTypes), int_attr("minlength", -1, -1),
                                      int_attr("maxlength", -1, -1), bool_attr("binary_output"),
                                      type_attr("output_type", kCountTypes)};
  constexpr std::string_view kSparse =
      ", weights: output_type) -> (output_indices: int64, output_values: output_type, "
      "output_dense_shape: int64)";
  registry.add({.signature = "SparseBincount(indices: int64, values: Tidx, dense_shape: int64, "
                             "size: Tidx, weights: T) -> (output: T)",
                .attrs = bincount,
                .shape = shapes::unknown,
                .kernel = sparse_bincount});
  registry.add({.signature = "RaggedBincount(splits: int64, values: Tidx, size: Tidx, weights: T) "
                             "-> (output: T)",
                .attrs = bincount,
                .shape = shapes::unknown,
                .kernel = ragged_bincount});
  registry.add({.signature = str("DenseCountSparseOutput(values: T", kSparse),
                .attrs = count,
                .shape = shapes::unknown,
                .kernel = count_of_dense});
  registry.add({.signature = str("SparseCountSparseOutput(indices: int64, values: T, dense_shape: "
                                 "int64",
                                 kSparse),
                .attrs = count,
                .shape = shapes::unknown,
                .kernel = count_of_sparse});
  registry.add({.signature = str("RaggedCountSparseOutput(splits: int64, values: T", kSparse),
                .attrs = count,
                .shape = shapes::unknown,
                .kernel = count_of_ragged});
}

}  // namespace rill
