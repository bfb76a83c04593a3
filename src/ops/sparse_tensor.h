// Sparse tensors as ops get them: coordinates [n, rank], values [n] and the dense shape [rank].
#pragma once

#include <complex>
#include <cstdint>
#include <span>
#include <type_traits>
#include <vector>

#include "op/kernel_context.h"
#include "op/shape_context.h"
#include "tensor/dispatch.h"

namespace rill {

struct SparseInput {
  std::span<const int64_t> coordinates;  // count * rank, row-major
  std::vector<int64_t> converted;        // what they lie in where the input has int32
  const Tensor* values = nullptr;
  std::vector<int64_t> shape;
  int64_t count = 0;
  int rank = 0;

  SparseInput() = default;
  SparseInput(SparseInput&&) = default;
  SparseInput& operator=(SparseInput&&) = default;
  const int64_t* at(int64_t i) const { return coordinates.data() + i * rank; }
  // The coordinates in an int32 or int64 tensor that outlives this.
  void take_coordinates(const Tensor& t);
};

// Inputs i (indices, int32 or int64), i+1 (values) and i+2 (shape); the form is checked, also that
// the shape is one. Throws INVALID_ARGUMENT.
SparseInput sparse_input(const KernelContext& ctx, int indices, int values, int shape);
// The same for ops without values (values < 0) or that count otherwise.
void require_in_bounds(const KernelContext& ctx, const SparseInput& sparse);
// Strictly increasing in row-major order. Throws INVALID_ARGUMENT.
void require_in_order(const KernelContext& ctx, const SparseInput& sparse);
// Offset of coordinate i in the dense tensor. The coordinates have been checked.
inline int64_t dense_offset(const SparseInput& sparse, int64_t i) {
  const int64_t* at = sparse.at(i);
  int64_t offset = 0;
  for (int d = 0; d < sparse.rank; ++d) {
    offset = offset * sparse.shape[static_cast<size_t>(d)] + at[d];
  }
  return offset;
}
// < 0, 0, > 0 in row-major order.
inline int compare_coordinates(const int64_t* a, const int64_t* b, int rank) {
  for (int d = 0; d < rank; ++d) {
    if (a[d] != b[d]) return a[d] < b[d] ? -1 : 1;
  }
  return 0;
}
// The entries in row-major order; equal coordinates stay in their order.
std::vector<int64_t> row_major_order(std::span<const int64_t> coordinates, int rank);

// An int32 or int64 tensor of any shape as a list.
std::vector<int64_t> ints_of(const Tensor& t);

// Writes coordinates [n, rank], the rows of `values` named by `chosen`, and the shape as outputs
// o, o + step and o + 2 * step.
void put_coordinates(KernelContext& ctx, int o, const std::vector<int64_t>& coordinates, int rank);
void put_chosen(KernelContext& ctx, int o, const Tensor& values,
                const std::vector<int64_t>& chosen);
void put_vector(KernelContext& ctx, int o, const std::vector<int64_t>& numbers);

// What sums are kept in: half types in float.
template <typename T>
using Sum = std::conditional_t<std::is_same_v<T, float16> || std::is_same_v<T, bfloat16>, float, T>;

// Integers wrap round, as they do in TensorFlow.
template <typename T>
T plus(T a, T b) {
  if constexpr (std::is_integral_v<T> && !std::is_same_v<T, bool>) {
    using U = std::make_unsigned_t<T>;
    return static_cast<T>(static_cast<U>(a) + static_cast<U>(b));
  } else {
    return static_cast<T>(a + b);
  }
}
template <typename T>
T times(T a, T b) {
  if constexpr (std::is_integral_v<T> && !std::is_same_v<T, bool>) {
    using U = std::conditional_t<sizeof(T) < 4, uint32_t, std::make_unsigned_t<T>>;
    return static_cast<T>(static_cast<U>(a) * static_cast<U>(b));
  } else {
    return static_cast<T>(a * b);
  }
}

// Numbers without bool.
template <typename F>
void dispatch_arithmetic(DType dtype, const char* who, F&& f) {
  if (dtype == DType::complex64) return f.template operator()<std::complex<float>>();
  if (dtype == DType::complex128) return f.template operator()<std::complex<double>>();
  dispatch_number(dtype, who, f);
}

namespace shapes {
// Outputs of an op that gives one sparse tensor of input 0's rank: indices, values, shape.
void sparse_like_input(ShapeContext& ctx);
}  // namespace shapes

}  // namespace rill
