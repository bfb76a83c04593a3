// SparseFillEmptyRows and RaggedFillEmptyRows, their gradients, and SparseSoftmax.
#include <algorithm>
#include <cmath>
#include <numeric>

#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"
#include "ops/gradient_tools.h"
#include "ops/sparse_tensor.h"

namespace rill {
namespace {

// Entries with coordinates: entry i starts at index[i * rank] with its row.
struct Entries {
  const int64_t* index;
  int64_t rank, count, rows;
};

// Keeps the order of the entries of a row; a row without any gets the default at column 0.
void fill_rows(KernelContext& ctx, const Entries& in, const Shape& index_shape) {
  const Tensor& filler = ctx.input(3);
  ctx.require(filler.rank() == 0, "default_value must be a scalar, saw: ", filler.shape());
  const auto row_of = [&](int64_t i) { return in.index[i * in.rank]; };
  Tensor& empty = ctx.output(2, Shape{in.rows});
  // How many entries there are, then where they go. Entries of one row mostly follow each other.
  std::vector<int64_t> next(static_cast<size_t>(in.rows), 0);
  bool in_order = true;
  for (int64_t i = 0, end = 0; i < in.count; i = end) {
    const int64_t row = row_of(i);
    ctx.require(row >= 0 && row < in.rows, "indices(", i, ", 0) is invalid: ", row,
                " >= ", in.rows);
    for (end = i + 1; end < in.count && row_of(end) == row;) ++end;
    next[static_cast<size_t>(row)] += end - i;
    in_order &= end == in.count || row_of(end) > row;
  }
  int64_t total = 0;
  bool as_it_is = in_order;  // and no row is empty
  for (int64_t r = 0; r < in.rows; ++r) {
    as_it_is &= next[static_cast<size_t>(r)] > 0;
    int64_t& n = next[static_cast<size_t>(r)];
    empty.data<bool>()[r] = n == 0;
    const int64_t begin = total;
    total += std::max<int64_t>(n, 1);
    n = begin;
  }
  auto* back = ctx.output(3, Shape{in.count}).data<int64_t>();
  if (as_it_is) {
    ctx.set_output(0, ctx.input(0));
    ctx.set_output(1, ctx.input(1));
    std::iota(back, back + in.count, 0);
    return;
  }
  auto* index = ctx.output(0, join(Shape{total}, index_shape)).data<int64_t>();
  Tensor& values = ctx.output(1, Shape{total});
  dispatch_by_size(values.dtype(), "SparseFillEmptyRows", [&]<typename T>() {
    const T* from = static_cast<const T*>(ctx.input(1).raw());
    T* to = static_cast<T*>(values.raw());
    int64_t done = 0;  // entries that are where they go
    // In order, all entries between two empty rows stay together.
    const auto move = [&](int64_t end, int64_t at) {
      std::copy(in.index + done * in.rank, in.index + end * in.rank, index + at * in.rank);
      std::copy(from + done, from + end, to + at);
      std::iota(back + done, back + end, at);
      done = end;
    };
    int64_t filled = 0;
    for (int64_t r = 0; r < in.rows; ++r) {
      if (!empty.data<bool>()[r]) continue;
      const int64_t at = next[static_cast<size_t>(r)];
      if (in_order) move(at - filled, done + filled);
      ++filled;
      std::fill_n(index + at * in.rank, in.rank, 0);
      index[at * in.rank] = r;
      to[at] = *static_cast<const T*>(filler.raw());
    }
    if (in_order) move(in.count, done + filled);
    for (int64_t i = done; i < in.count; ++i) {
      const int64_t at = next[static_cast<size_t>(row_of(i))]++;
      std::copy_n(in.index + i * in.rank, in.rank, index + at * in.rank);
      to[at] = from[i];
      back[i] = at;
    }
  });
}

// The most rows that a dense shape may claim: each takes memory.
constexpr int64_t kMostRows = int64_t{1} << 32;

void fill_empty_rows(KernelContext& ctx) {
  const SparseInput in = sparse_input(ctx, 0, 1, 2);
  ctx.require(in.rank > 0, "Dense shape cannot be empty.");
  const int64_t rows = in.shape[0];
  ctx.require(rows > 0 || in.count == 0,
              "Received SparseTensor with dense_shape[0] = 0 but indices.shape[0] = ", in.count);
  fill_rows(ctx, {ctx.input(0).data<int64_t>(), in.rank, in.count, rows}, Shape{in.rank});
}

void fill_ragged_rows(KernelContext& ctx) {
  const Tensor &rows = ctx.input(0), &values = ctx.input(1), &count = ctx.input(2);
  ctx.require(rows.rank() == 1, "value_rowids must be a vector, saw: ", rows.shape());
  ctx.require(values.shape() == rows.shape(), "values must be a vector as long as value_rowids, ",
              rows.shape(), ", saw: ", values.shape());
  ctx.require(count.rank() == 0, "nrows must be a scalar, saw: ", count.shape());
  const auto n = count.item<int64_t>();
  ctx.require(n >= 0, "nrows must not be negative, but is ", n);
  ctx.require(n > 0 || rows.size() == 0, "Received RaggedTensor with nrows = 0 but value_rowids ",
              "with ", rows.size(), " items");
  if (n > kMostRows) ctx.fail(Code::resource_exhausted, "nrows = ", n, " is too large");
  fill_rows(ctx, {rows.data<int64_t>(), 1, rows.size(), n}, Shape{});
}

void fill_ragged_shape(ShapeContext& ctx) {
  ctx.require_rank_exactly(0, 1);
  ctx.require_rank_exactly(1, 1);
  ctx.require_rank_exactly(2, 0);
  ctx.require_rank_exactly(3, 0);
  const auto rows = ctx.int_scalar(2);
  ctx.set_output(0, Shape{-1});
  ctx.set_output(1, Shape{-1});
  ctx.set_output(2, Shape{rows && *rows >= 0 ? *rows : -1});
  ctx.set_output(3, ctx.input(0));
}

void fill_shape(ShapeContext& ctx) {
  ctx.require_rank_exactly(0, 2);
  ctx.require_rank_exactly(1, 1);
  ctx.require_rank_exactly(2, 1);
  ctx.require_rank_exactly(3, 0);
  const Shape& indices = ctx.input(0);
  const Shape dense = ctx.shape_from_value(2);
  ctx.set_output(0, Shape{-1, indices.has_rank() ? indices[1] : -1});
  ctx.set_output(1, Shape{-1});
  ctx.set_output(2, Shape{dense.has_rank() && dense.rank() > 0 ? dense[0] : -1});
  ctx.set_output(3, Shape{indices.has_rank() ? indices[0] : -1});
}

void fill_grad(KernelContext& ctx) {
  const Tensor& map = ctx.input(0);
  const Tensor& gradient = ctx.input(1);
  ctx.require(map.rank() == 1, "reverse_index_map must be a vector, saw: ", map.shape());
  ctx.require(gradient.rank() == 1, "grad_values must be a vector, saw: ", gradient.shape());
  const int64_t n = gradient.dim(0);
  std::vector<bool> visited(static_cast<size_t>(n), false);
  Tensor& values = ctx.output(0, map.shape());
  Tensor& rest = ctx.output(1, Shape{});
  dispatch_arithmetic(gradient.dtype(), "SparseFillEmptyRowsGrad", [&]<typename T>() {
    const T* from = gradient.data<T>();
    for (int64_t i = 0; i < map.dim(0); ++i) {
      const int64_t at = map.data<int64_t>()[i];
      ctx.require(at >= 0 && at < n, "Elements in reverse index must be in [0, ", n, ") but got ",
                  at);
      values.data<T>()[i] = from[at];
      visited[static_cast<size_t>(at)] = true;
    }
    Sum<T> sum(0);
    for (int64_t i = 0; i < n; ++i) {
      if (!visited[static_cast<size_t>(i)]) sum = plus(sum, static_cast<Sum<T>>(from[i]));
    }
    *rest.data<T>() = static_cast<T>(sum);
  });
}

void fill_grad_shape(ShapeContext& ctx) {
  ctx.set_output(0, ctx.input(0));
  ctx.set_output(1, Shape{});
}

// Along the last dimension, over the entries that are present.
void softmax(KernelContext& ctx) {
  const SparseInput in = sparse_input(ctx, 0, 1, 2);
  ctx.require(in.rank >= 2, "Input should have rank >= 2, but got ", in.rank);
  require_in_bounds(ctx, in);
  Tensor& out = ctx.output(0, Shape{in.count});
  dispatch_float(in.values->dtype(), "SparseSoftmax", [&]<typename T>() {
    const T* from = in.values->data<T>();
    T* to = out.data<T>();
    for (int64_t begin = 0; begin < in.count;) {
      int64_t end = begin;
      auto largest = static_cast<Sum<T>>(from[begin]);
      for (; end < in.count && compare_coordinates(in.at(begin), in.at(end), in.rank - 1) == 0;
           ++end) {
        largest = std::max(largest, static_cast<Sum<T>>(from[end]));
      }
      Sum<T> sum(0);
      for (int64_t i = begin; i < end; ++i) {
        sum += std::exp(static_cast<Sum<T>>(from[i]) - largest);
      }
      for (int64_t i = begin; i < end; ++i) {
        to[i] = static_cast<T>(std::exp(static_cast<Sum<T>>(from[i]) - largest) / sum);
      }
      begin = end;
    }
  });
}

void softmax_shape(ShapeContext& ctx) { ctx.set_output(0, ctx.input(1)); }

// Formulas of the gradients: tensorflow/python/ops/sparse_grad.py.
Values fill_empty_rows_gradient(const GradContext& ctx) {
  const Values parts =
      emit_all(ctx.def().name + "Grad", {ctx.output(3), grads::output_gradient(ctx, 1)});
  return {{}, parts[0], {}, parts[1]};
}

Values softmax_gradient(const GradContext& ctx) {
  const Value &indices = ctx.input(0), &shape = ctx.input(2), &y = ctx.output(0);
  const Value& dy = ctx.output_gradient(0);
  const Value sum = emit("SparseReduceSum", {indices, y * dy, shape, grads::int_vector({-1})},
                         {{"keep_dims", true}});
  return {{}, y * emit("SparseDenseCwiseAdd", {indices, dy, shape, -sum}), {}};
}

}  // namespace

void register_sparse_rows(OpRegistry& registry) {
  registry.add({.signature = "SparseFillEmptyRows(indices: int64, values: T, dense_shape: int64, "
                             "default_value: T) -> (output_indices: int64, output_values: T, "
                             "empty_row_indicator: bool, reverse_index_map: int64)",
                .attrs = {type_attr("T")},
                .shape = fill_shape,
                .kernel = fill_empty_rows,
                .gradient = fill_empty_rows_gradient});
  registry.add({.signature = "RaggedFillEmptyRows(value_rowids: int64, values: T, nrows: int64, "
                             "default_value: T) -> (output_value_rowids: int64, output_values: T, "
                             "empty_row_indicator: bool, reverse_index_map: int64)",
                .attrs = {type_attr("T")},
                .shape = fill_ragged_shape,
                .kernel = fill_ragged_rows,
                .gradient = fill_empty_rows_gradient});
  registry.add({.signature = "RaggedFillEmptyRowsGrad(reverse_index_map: int64, grad_values: T) "
                             "-> (d_values: T, d_default_value: T)",
                .attrs = {type_attr("T")},
                .shape = fill_grad_shape,
                .kernel = fill_grad});
  registry.add({.signature = "SparseFillEmptyRowsGrad(reverse_index_map: int64, grad_values: T) "
                             "-> (d_values: T, d_default_value: T)",
                .attrs = {type_attr("T")},
                .shape = fill_grad_shape,
                .kernel = fill_grad});
  registry.add(
      {.signature = "SparseSoftmax(sp_indices: int64, sp_values: T, sp_shape: int64) -> "
                    "(output: T)",
       .attrs = {type_attr(
           "T", type_set<DType::float16, DType::bfloat16, DType::float32, DType::float64>)},
       .shape = softmax_shape,
       .kernel = softmax,
       .gradient = softmax_gradient});
}

}  // namespace rill
