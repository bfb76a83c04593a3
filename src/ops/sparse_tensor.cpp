#include "ops/sparse_tensor.h"

#include <algorithm>
#include <numeric>

#include "ops/args.h"

namespace rill {

std::vector<int64_t> ints_of(const Tensor& t) { return t.to_vector<int64_t>(); }

void SparseInput::take_coordinates(const Tensor& t) {
  if (t.dtype() == DType::int64) {
    coordinates = {t.data<int64_t>(), static_cast<size_t>(t.size())};
    return;
  }
  converted = ints_of(t);
  coordinates = converted;
}

SparseInput sparse_input(const KernelContext& ctx, int indices, int values, int shape) {
  SparseInput sparse;
  const Tensor& coordinates = ctx.input(indices);
  ctx.require(coordinates.rank() == 2, "Expected input_indices to be a matrix, got shape ",
              coordinates.shape());
  ctx.require(ctx.input(shape).rank() == 1, "Expected input_shape to be a vector, got shape ",
              ctx.input(shape).shape());
  sparse.shape = ints_of(ctx.input(shape));
  require_valid_shape(ctx, sparse.shape);
  sparse.count = coordinates.dim(0);
  sparse.rank = static_cast<int>(coordinates.dim(1));
  ctx.require(coordinates.dim(1) == static_cast<int64_t>(sparse.shape.size()), "the indices have ",
              coordinates.dim(1), " columns but the shape has ", sparse.shape.size(),
              " dimensions");
  if (values >= 0) {
    sparse.values = &ctx.input(values);
    ctx.require(sparse.values->rank() == 1 && sparse.values->dim(0) == sparse.count,
                "Number of elements in input_indices and input_values do not match: indices ",
                coordinates.shape(), ", values ", sparse.values->shape());
  }
  sparse.take_coordinates(coordinates);
  return sparse;
}

void require_in_bounds(const KernelContext& ctx, const SparseInput& sparse) {
  bool inside = true;
  for (int d = 0; d < sparse.rank; ++d) {
    const auto limit = static_cast<uint64_t>(sparse.shape[static_cast<size_t>(d)]);
    for (int64_t i = d; i < sparse.count * sparse.rank; i += sparse.rank) {
      inside &= static_cast<uint64_t>(sparse.coordinates.data()[i]) < limit;
    }
  }
  if (inside) return;
  for (int64_t i = 0; i < sparse.count; ++i) {
    const int64_t* at = sparse.at(i);
    for (int d = 0; d < sparse.rank; ++d) {
      const int64_t limit = sparse.shape[static_cast<size_t>(d)];
      ctx.require(at[d] >= 0 && at[d] < limit, "indices[", i, ",", d, "] = ", at[d],
                  " is out of bounds: need 0 <= index < ", limit);
    }
  }
}

void require_in_order(const KernelContext& ctx, const SparseInput& sparse) {
  for (int64_t i = 1; i < sparse.count; ++i) {
    const int order = compare_coordinates(sparse.at(i - 1), sparse.at(i), sparse.rank);
    ctx.require(order != 0, "indices[", i, "] is repeated");
    ctx.require(order < 0, "indices[", i,
                "] is out of order. Many sparse ops require sorted indices. Use "
                "`tf.sparse.reorder` to create a correctly ordered copy.");
  }
}

std::vector<int64_t> row_major_order(std::span<const int64_t> coordinates, int rank) {
  const size_t n = rank > 0 ? coordinates.size() / static_cast<size_t>(rank) : 0;
  std::vector<int64_t> order(n);
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](int64_t a, int64_t b) {
    return compare_coordinates(coordinates.data() + a * rank, coordinates.data() + b * rank, rank) <
           0;
  });
  return order;
}

void put_coordinates(KernelContext& ctx, int o, const std::vector<int64_t>& coordinates, int rank) {
  const int64_t n = rank > 0 ? static_cast<int64_t>(coordinates.size()) / rank : 0;
  Tensor& out = ctx.output(o, Shape{n, rank});
  std::copy(coordinates.begin(), coordinates.end(), out.data<int64_t>());
}

void put_chosen(KernelContext& ctx, int o, const Tensor& values,
                const std::vector<int64_t>& chosen) {
  Tensor& out = ctx.output(o, Shape{static_cast<int64_t>(chosen.size())});
  dispatch_by_size(values.dtype(), "sparse values", [&]<typename T>() {
    const T* from = static_cast<const T*>(values.raw());
    T* to = static_cast<T*>(out.raw());
    for (const int64_t i : chosen) *to++ = from[i];
  });
}

void put_vector(KernelContext& ctx, int o, const std::vector<int64_t>& numbers) {
  Tensor& out = ctx.output(o, Shape{static_cast<int64_t>(numbers.size())});
  std::copy(numbers.begin(), numbers.end(), out.data<int64_t>());
}

void shapes::sparse_like_input(ShapeContext& ctx) {
  const Shape& indices = ctx.input(0);
  const int64_t rank = indices.rank() == 2 ? indices[1] : -1;
  ctx.set_output(0, Shape{-1, rank});
  ctx.set_output(1, Shape{-1});
  ctx.set_output(2, Shape{rank});
}

}  // namespace rill
