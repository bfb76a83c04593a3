// RaggedRange, RaggedGather, RaggedTensorToSparse.
#include <algorithm>
#include <cmath>

#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"
#include "ops/gradient_tools.h"
#include "ops/ragged_splits.h"
#include "tensor/dispatch.h"

namespace rill {
namespace {

template <typename T>
int64_t range_size(const NodeAccess& node, T start, T limit, T delta) {
  if ((delta > T(0) && limit < start) || (delta < T(0) && limit > start)) return 0;
  if constexpr (std::is_integral_v<T>) {
    const auto distance = static_cast<uint64_t>(limit > start ? limit : start) -
                          static_cast<uint64_t>(limit > start ? start : limit);
    const uint64_t step =
        delta > 0 ? static_cast<uint64_t>(delta) : 0 - static_cast<uint64_t>(delta);
    const uint64_t n = distance / step + (distance % step != 0);
    node.require(n <= INT64_MAX, "Requires ((limit - start) / delta) <= 2^63 - 1");
    return static_cast<int64_t>(n);
  } else {
    const double n = std::ceil(std::abs((static_cast<double>(limit) - static_cast<double>(start)) /
                                        static_cast<double>(delta)));
    node.require(n >= 0 && n < 9e18, "Requires ((limit - start) / delta) <= 2^63 - 1");
    return static_cast<int64_t>(n);
  }
}

void range(KernelContext& ctx) {
  int64_t rows = 1;
  bool vector = false;
  for (int i = 0; i < 3; ++i) {
    const Tensor& t = ctx.input(i);
    ctx.require(t.rank() <= 1, "starts, limits and deltas must be scalars or vectors, got shape ",
                t.shape());
    if (t.rank() == 0) continue;
    ctx.require(!vector || t.dim(0) == rows, "starts, limits, and deltas must have the same shape");
    rows = t.dim(0);
    vector = true;
  }
  Splits splits = {0};
  const auto generate = [&]<typename T>() {
    struct Column {
      const T* values;
      int64_t step;
      explicit Column(const Tensor& t) : values(t.data<T>()), step(t.rank()) {}
    };
    const Column columns[] = {Column(ctx.input(0)), Column(ctx.input(1)), Column(ctx.input(2))};
    const auto at = [&](int i, int64_t r) { return columns[i].values[r * columns[i].step]; };
    splits.reserve(static_cast<size_t>(rows) + 1);
    for (int64_t r = 0; r < rows; ++r) {
      ctx.require(at(2, r) != T(0), "Requires delta != 0");
      const int64_t n = range_size<T>(ctx, at(0, r), at(1, r), at(2, r));
      ctx.require(n <= INT64_MAX - splits.back(), "the ranges are too long");
      splits.push_back(splits.back() + n);
    }
    T* to = ctx.output(1, Shape{splits.back()}).data<T>();
    for (int64_t r = 0; r < rows; ++r) {
      const auto u = static_cast<size_t>(r);
      T value = at(0, r);
      const T delta = at(2, r);
      for (T* const end = to + (splits[u + 1] - splits[u]); to != end; ++to) {
        *to = value;
        if constexpr (std::is_integral_v<T>) {
          using U = std::make_unsigned_t<T>;
          value = static_cast<T>(static_cast<U>(value) + static_cast<U>(delta));
        } else {
          value = static_cast<T>(value + delta);
        }
      }
    }
  };
  switch (ctx.input(0).dtype()) {
    case DType::int32:
      generate.operator()<int32_t>();
      break;
    case DType::int64:
      generate.operator()<int64_t>();
      break;
    default:
      dispatch_float(ctx.input(0).dtype(), "RaggedRange", generate);
  }
  put_splits(ctx, 0, splits);
}

// Splits of a dense tensor's dimensions but the last: each row is as long as the next dimension.
std::vector<Splits> uniform_splits(const Shape& shape) {
  std::vector<Splits> nested;
  int64_t rows = 1;
  for (int d = 0; d + 1 < shape.rank(); ++d) {
    rows *= shape[d];
    Splits splits(static_cast<size_t>(rows) + 1);
    for (size_t r = 0; r < splits.size(); ++r) splits[r] = static_cast<int64_t>(r) * shape[d + 1];
    nested.push_back(std::move(splits));
  }
  return nested;
}

void gather(KernelContext& ctx) {
  const int depth = static_cast<int>(ctx.attr<int64_t>("PARAMS_RAGGED_RANK"));
  const Tensor& values = ctx.input(depth);
  const Tensor& indices = ctx.input(depth + 1);
  ctx.require(values.rank() >= 1, "params_dense_values must be at least one-dimensional");
  const auto nested = nested_splits_input(ctx, 0, depth, values.dim(0));
  const int64_t rows = static_cast<int64_t>(nested[0].size()) - 1;
  std::vector<int64_t> chosen = indices.to_vector<int64_t>();
  for (size_t i = 0; i < chosen.size(); ++i) {
    ctx.require(chosen[i] >= 0 && chosen[i] < rows, "indices[", i, "] = ", chosen[i],
                " is not in [0, ", rows, ")");
  }
  std::vector<Splits> result = uniform_splits(indices.shape());
  for (const Splits& level : nested) {
    Splits splits = {0};
    std::vector<int64_t> inner;
    for (const int64_t r : chosen) {
      for (int64_t v = level[static_cast<size_t>(r)]; v < level[static_cast<size_t>(r) + 1]; ++v) {
        inner.push_back(v);
      }
      splits.push_back(static_cast<int64_t>(inner.size()));
    }
    result.push_back(std::move(splits));
    chosen = std::move(inner);
  }
  ctx.require(static_cast<int>(result.size()) == ctx.num_outputs() - 1, "the result has ",
              result.size(), " ragged dimensions, not ", ctx.num_outputs() - 1);
  for (size_t k = 0; k < result.size(); ++k) put_splits(ctx, static_cast<int>(k), result[k]);
  put_rows(ctx, ctx.num_outputs() - 1, values, chosen);
}

void to_sparse(KernelContext& ctx) {
  const int depth = ctx.num_inputs() - 1;
  const Tensor& values = ctx.input(depth);
  ctx.require(values.rank() >= 1, "rt_dense_values must be at least one-dimensional");
  const auto nested = nested_splits_input(ctx, 0, depth, values.dim(0));
  const int64_t rank = depth + values.rank();
  const int64_t unit = product(values.shape(), 1, values.rank());
  auto* to = ctx.output(0, Shape{values.size(), rank}).data<int64_t>();
  std::vector<int64_t> row(static_cast<size_t>(depth), 0);  // that holds the value, by level
  std::vector<int64_t> coordinate(static_cast<size_t>(depth) + 1);
  for (int64_t v = 0; v < values.dim(0); ++v) {
    int64_t at = v;
    for (size_t k = static_cast<size_t>(depth); k-- > 0;) {
      while (nested[k][static_cast<size_t>(row[k]) + 1] <= at) ++row[k];
      coordinate[k + 1] = at - nested[k][static_cast<size_t>(row[k])];
      at = row[k];
    }
    coordinate[0] = at;
    for (int64_t e = 0; e < unit; ++e) {
      std::copy(coordinate.begin(), coordinate.end(), to);
      int64_t rest = e;
      for (int d = values.rank() - 1; d > 0; --d) {
        to[depth + d] = rest % values.dim(d);
        rest /= values.dim(d);
      }
      to += rank;
    }
  }
  ctx.set_output(1, values.reshaped(Shape{values.size()}));
  auto* shape = ctx.output(2, Shape{rank}).data<int64_t>();
  *shape++ = static_cast<int64_t>(nested[0].size()) - 1;
  for (const Splits& splits : nested) {
    int64_t longest = 0;
    for (size_t r = 1; r < splits.size(); ++r) {
      longest = std::max(longest, splits[r] - splits[r - 1]);
    }
    *shape++ = longest;
  }
  for (int d = 1; d < values.rank(); ++d) *shape++ = values.dim(d);
}

// Row r of the result of `level` levels holds the values [splits[r], splits[r + 1])
// (tensorflow/python/ops/ragged/ragged_gather_ops.py).
Values gather_gradient(const GradContext& ctx) {
  const int depth = static_cast<int>(ctx.attr<int64_t>("PARAMS_RAGGED_RANK"));
  const Value &values = ctx.input(depth), &indices = ctx.input(depth + 1);
  Value splits = ctx.input(0);
  for (int k = 1; k < depth; ++k) splits = grads::gather(ctx.input(k), splits);
  const Value rows = grads::reshape(indices, grads::int_vector({-1}));
  const Value begin = grads::gather(splits, rows);
  const Value end = grads::gather(grads::sub_vector(splits, 1), rows);
  const Value taken = emit_all("RaggedRange", {begin, end, grads::scalar_like(begin, 1)},
                               {{"Tsplits", splits.dtype()}})[1];
  const Value dy = grads::output_gradient(ctx, ctx.num_outputs() - 1);
  return grads::only(ctx, depth,
                     make_indexed_slices({dy, taken, grads::shape_of(values)}, values.shape()));
}

Values to_sparse_gradient(const GradContext& ctx) {
  const int depth = ctx.num_inputs() - 1;
  return grads::only(ctx, depth,
                     grads::reshape_like(grads::output_gradient(ctx, 1), ctx.input(depth)));
}

// Vectors of lengths that the data say.
void infer_ragged_range(ShapeContext& ctx) {
  for (int i = 0; i < ctx.num_outputs(); ++i) ctx.set_output(i, Shape{Shape::kUnknownDim});
}

void infer_ragged_to_sparse(ShapeContext& ctx) {
  const Shape& values = ctx.input(ctx.num_inputs() - 1);
  const int64_t rank = values.has_rank() ? ctx.num_inputs() - 1 + values.rank() : -1;
  ctx.set_output(0, Shape{Shape::kUnknownDim, rank});
  ctx.set_output(1, Shape{Shape::kUnknownDim});
  ctx.set_output(2, Shape{rank});
}
void infer_ragged_gather(ShapeContext& ctx) {
  const int last = ctx.num_outputs() - 1;
  for (int i = 0; i < last; ++i) ctx.set_output(i, Shape{Shape::kUnknownDim});
  Shape values = ctx.input(ctx.num_inputs() - 2);
  if (!values.has_rank() || values.rank() < 1) return;
  values[0] = Shape::kUnknownDim;
  ctx.set_output(last, values);
}

}  // namespace

void register_ragged_ops(OpRegistry& registry) {
  const AttrDef splits = type_attr("Tsplits", kIndexTypes, DType::int64);
  registry.add({.signature = "RaggedRange(starts: T, limits: T, deltas: T) -> (rt_nested_splits: "
                             "Tsplits, rt_dense_values: T)",
                .attrs = {type_attr("T",
                                    type_set<DType::bfloat16, DType::float32, DType::float64,
                                             DType::int32, DType::int64>,
                                    DType::int32),
                          splits},
                .shape = infer_ragged_range,
                .kernel = range,
                .not_differentiable = true});
  registry.add({.signature = "RaggedGather(params_nested_splits: PARAMS_RAGGED_RANK*Tsplits, "
                             "params_dense_values: Tvalues, indices: Tindices) -> "
                             "(output_nested_splits: OUTPUT_RAGGED_RANK*Tsplits, "
                             "output_dense_values: Tvalues)",
                .attrs = {type_attr("Tvalues"), type_attr("Tindices", kIndexTypes), splits,
                          at_least(1, int_attr("PARAMS_RAGGED_RANK")),
                          at_least(0, int_attr("OUTPUT_RAGGED_RANK"))},
                .shape = infer_ragged_gather,
                .kernel = gather,
                .gradient = gather_gradient});
  registry.add({.signature = "RaggedTensorToSparse(rt_nested_splits: RAGGED_RANK*Tsplits, "
                             "rt_dense_values: T) -> (sparse_indices: int64, sparse_values: T, "
                             "sparse_dense_shape: int64)",
                .attrs = {at_least(1, int_attr("RAGGED_RANK")), type_attr("T"), splits},
                .shape = infer_ragged_to_sparse,
                .kernel = to_sparse,
                .gradient = to_sparse_gradient});
}

}  // namespace rill
