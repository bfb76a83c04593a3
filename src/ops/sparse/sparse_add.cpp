// Two sparse tensors of one shape, both in row-major order, element by element: sums and extremes.
#include <algorithm>

#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"
#include "ops/gradient_tools.h"
#include "ops/sparse_tensor.h"
#include "ops/type_sets.h"

namespace rill {
namespace {

void require_same_shape(const KernelContext& ctx, const SparseInput& a, const SparseInput& b) {
  ctx.require(a.rank == b.rank, "Operands do not have the same ranks; got: ", a.rank, " and ",
              b.rank);
  ctx.require(a.shape == b.shape, "Operands' shapes do not match: got ", a.shape, " and ", b.shape);
  require_in_bounds(ctx, a);
  require_in_bounds(ctx, b);
}

// visit(i, j) for each coordinate of either, in order: -1 where one lacks it.
template <typename Visit>
void merge(const SparseInput& a, const SparseInput& b, Visit visit) {
  int64_t i = 0, j = 0;
  while (i < a.count || j < b.count) {
    int order = 0;
    if (i == a.count) {
      order = 1;
    } else if (j == b.count) {
      order = -1;
    } else {
      order = compare_coordinates(a.at(i), b.at(j), a.rank);
    }
    visit(order <= 0 ? i : -1, order >= 0 ? j : -1);
    i += order <= 0;
    j += order >= 0;
  }
}

template <typename T>
bool reaches(T value, const Tensor& threshold) {
  if constexpr (std::is_integral_v<T>) {
    const auto least = threshold.item<int64_t>();
    if constexpr (std::is_unsigned_v<T>) {
      return least <= 0 || static_cast<uint64_t>(least) <= value;
    } else {
      return least <= (value < 0 ? -static_cast<int64_t>(value) : static_cast<int64_t>(value));
    }
  } else if constexpr (std::is_same_v<T, Sum<T>>) {
    return threshold.item<double>() <= static_cast<double>(std::abs(value));
  } else {
    return threshold.item<double>() <= std::abs(static_cast<double>(static_cast<float>(value)));
  }
}

void add(KernelContext& ctx) {
  const SparseInput a = sparse_input(ctx, 0, 1, 2), b = sparse_input(ctx, 3, 4, 5);
  const Tensor& threshold = ctx.input(6);
  ctx.require(threshold.rank() == 0, "The magnitude threshold must be a scalar: got shape ",
              threshold.shape());
  require_same_shape(ctx, a, b);
  std::vector<int64_t> coordinates;
  dispatch_arithmetic(ctx.input(1).dtype(), "SparseAdd", [&]<typename T>() {
    std::vector<T> sums;
    const T* x = a.values->data<T>();
    const T* y = b.values->data<T>();
    merge(a, b, [&](int64_t i, int64_t j) {
      const T sum =
          i < 0 ? y[j]
          : j < 0
              ? x[i]
              : static_cast<T>(plus<Sum<T>>(static_cast<Sum<T>>(x[i]), static_cast<Sum<T>>(y[j])));
      // As TensorFlow: what stands alone stays, however small.
      if (i >= 0 && j >= 0 && !reaches(sum, threshold)) return;
      const int64_t* at = i >= 0 ? a.at(i) : b.at(j);
      coordinates.insert(coordinates.end(), at, at + a.rank);
      sums.push_back(sum);
    });
    ctx.set_output(1, Tensor::vector(sums));
  });
  put_coordinates(ctx, 0, coordinates, a.rank);
  put_vector(ctx, 2, a.shape);
}

template <bool maximum>
void extreme(KernelContext& ctx) {
  const SparseInput a = sparse_input(ctx, 0, 1, 2), b = sparse_input(ctx, 3, 4, 5);
  require_same_shape(ctx, a, b);
  std::vector<int64_t> coordinates;
  dispatch_arithmetic(ctx.input(1).dtype(), "SparseSparseMaximum", [&]<typename T>() {
    if constexpr (std::is_same_v<T, std::complex<float>> ||
                  std::is_same_v<T, std::complex<double>>) {
      unsupported_dtype("SparseSparseMaximum", ctx.input(1).dtype());
    } else {
      std::vector<T> found;
      const T* x = a.values->data<T>();
      const T* y = b.values->data<T>();
      merge(a, b, [&](int64_t i, int64_t j) {
        const auto left = i < 0 ? Sum<T>(0) : static_cast<Sum<T>>(x[i]);
        const auto right = j < 0 ? Sum<T>(0) : static_cast<Sum<T>>(y[j]);
        const int64_t* at = i >= 0 ? a.at(i) : b.at(j);
        coordinates.insert(coordinates.end(), at, at + a.rank);
        found.push_back(static_cast<T>(maximum ? std::max(left, right) : std::min(left, right)));
      });
      ctx.set_output(1, Tensor::vector(found));
    }
  });
  put_coordinates(ctx, 0, coordinates, a.rank);
}

// The gradient reaches the elements that are in the sum; the others had been cut off.
void add_grad(KernelContext& ctx) {
  const Tensor& gradient = ctx.input(0);
  const Tensor& sum = ctx.input(3);
  for (int i = 1; i <= 3; ++i) {
    ctx.require(ctx.input(i).rank() == 2, "Input indices should be matrices, but input ", i,
                " has shape ", ctx.input(i).shape());
  }
  ctx.require(gradient.rank() == 1 && gradient.dim(0) == sum.dim(0),
              "# elements in "
              "backprop_val_grad and # rows in sum_indices do not match: ",
              gradient.shape(), " vs. ", sum.shape());
  const int rank = static_cast<int>(sum.dim(1));
  const int64_t* total = sum.data<int64_t>();
  for (int side = 0; side < 2; ++side) {
    const Tensor& indices = ctx.input(1 + side);
    ctx.require(indices.dim(1) == rank, "the indices have ", indices.dim(1), " columns, not ",
                rank);
    Tensor& out = ctx.output(side, Shape{indices.dim(0)});
    dispatch_arithmetic(gradient.dtype(), "SparseAddGrad", [&]<typename T>() {
      T* to = out.data<T>();
      int64_t k = 0;
      for (int64_t i = 0; i < indices.dim(0); ++i) {
        const int64_t* at = indices.data<int64_t>() + i * rank;
        while (k < sum.dim(0) && compare_coordinates(total + k * rank, at, rank) < 0) ++k;
        const bool found = k < sum.dim(0) && compare_coordinates(total + k * rank, at, rank) == 0;
        to[i] = found ? gradient.data<T>()[k] : T(0);
      }
    });
  }
}

void extreme_shape(ShapeContext& ctx) {
  const int64_t rank = ctx.input(0).rank() == 2 ? ctx.input(0)[1] : -1;
  ctx.set_output(0, Shape{-1, rank});
  ctx.set_output(1, Shape{-1});
}

void grad_shape(ShapeContext& ctx) {
  for (int side = 0; side < 2; ++side) {
    const Shape& indices = ctx.input(1 + side);
    ctx.set_output(side, Shape{indices.rank() == 2 ? indices[0] : -1});
  }
}

// Formulas of the gradients: tensorflow/python/ops/sparse_grad.py.
Values add_gradient(const GradContext& ctx) {
  const Values parts = emit_all(
      "SparseAddGrad", {grads::output_gradient(ctx, 1), ctx.input(0), ctx.input(3), ctx.output(0)});
  return {{}, parts[0], {}, {}, parts[1], {}, {}};
}

Values refuse_gradient(const GradContext& ctx) {
  fail(Code::unimplemented, "the gradient of ", ctx.def().name,
       " is not defined (nor is it in TensorFlow)");
}

}  // namespace

void register_sparse_add(OpRegistry& registry) {
  registry.add({.signature = "SparseAdd(a_indices: int64, a_values: T, a_shape: int64, b_indices: "
                             "int64, b_values: T, b_shape: int64, thresh: Treal) -> (sum_indices: "
                             "int64, sum_values: T, sum_shape: int64)",
                .attrs = {type_attr("T", kNumericTypes), type_attr("Treal", kRealTypes)},
                .shape = shapes::sparse_like_input,
                .kernel = add,
                .gradient = add_gradient});
  registry.add({.signature = "SparseAddGrad(backprop_val_grad: T, a_indices: int64, b_indices: "
                             "int64, sum_indices: int64) -> (a_val_grad: T, b_val_grad: T)",
                .attrs = {type_attr("T", kNumericTypes)},
                .shape = grad_shape,
                .kernel = add_grad,
                .not_differentiable = true});
  registry.add({.signature = "SparseSparseMaximum(a_indices: int64, a_values: T, a_shape: int64, "
                             "b_indices: int64, b_values: T, b_shape: int64) -> (output_indices: "
                             "int64, output_values: T)",
                .attrs = {type_attr("T", kRealTypes)},
                .shape = extreme_shape,
                .kernel = extreme<true>,
                .gradient = refuse_gradient});
  registry.add({.signature = "SparseSparseMinimum(a_indices: int64, a_values: T, a_shape: int64, "
                             "b_indices: int64, b_values: T, b_shape: int64) -> (output_indices: "
                             "int64, output_values: T)",
                .attrs = {type_attr("T", kNumericTypes)},
                .shape = extreme_shape,
                .kernel = extreme<false>,
                .gradient = refuse_gradient});
}

}  // namespace rill
