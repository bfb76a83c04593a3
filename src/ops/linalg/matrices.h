// Ops on the matrices of [..., m, n] tensors, one after the other, in double precision.
#pragma once

#include <complex>
#include <type_traits>
#include <vector>

#include "base/thread_pool.h"
#include "kernels/matrix_element.h"
#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"
#include "tensor/dispatch.h"

namespace rill::linalg {

inline constexpr DType kMatrixTypes[] = {DType::float64, DType::float32, DType::float16,
                                         DType::complex64, DType::complex128};

// The dimensions before the last two; unknown when the rank is.
inline Shape batch_of(const Shape& shape) { return sub_shape(shape, 0, shape.rank() - 2); }
inline Shape with_matrix(Shape batch, int64_t rows, int64_t columns) {
  batch.push_back(rows);
  batch.push_back(columns);
  return batch;
}
inline int64_t rows_of(const Shape& shape) { return shape[shape.rank() - 2]; }
inline int64_t columns_of(const Shape& shape) { return shape.back(); }
inline void require_square(const ShapeContext& ctx, int i) {
  ctx.require_rank(i, 2);
  const Shape& s = ctx.input(i);
  if (!s.has_rank()) return;
  const int64_t m = rows_of(s), n = columns_of(s);
  ctx.require(m < 0 || n < 0 || m == n, "Input matrices must be squares, got ", m, " != ", n);
}

// Calls f.operator()<T, W>(): T the type of the elements, W the one to compute in.
template <typename F>
void dispatch_matrix(DType dtype, const char* who, F&& f) {
  switch (dtype) {
    case DType::float32:
      return f.template operator()<float, double>();
    case DType::float64:
      return f.template operator()<double, double>();
    case DType::float16:
      return f.template operator()<float16, double>();
    case DType::bfloat16:
      return f.template operator()<bfloat16, double>();
    case DType::complex64:
      return f.template operator()<std::complex<float>, std::complex<double>>();
    case DType::complex128:
      return f.template operator()<std::complex<double>, std::complex<double>>();
    default:
      unsupported_dtype(who, dtype);
  }
}

using kernels::conj_of;

template <typename W, typename T>
W widen(const T& x) {
  if constexpr (sizeof(W) == 2 * sizeof(double)) {
    return {static_cast<double>(x.real()), static_cast<double>(x.imag())};
  } else {
    return static_cast<W>(x);
  }
}
template <typename T, typename W>
T narrow(const W& x) {
  if constexpr (sizeof(W) == 2 * sizeof(double)) {
    using R = typename T::value_type;
    return {static_cast<R>(x.real()), static_cast<R>(x.imag())};
  } else {
    return static_cast<T>(x);
  }
}

// Matrix i of a tensor whose matrices have `size` elements.
template <typename W, typename T>
std::vector<W> load(const void* data, int64_t i, int64_t size) {
  const T* from = static_cast<const T*>(data) + i * size;
  if constexpr (std::is_convertible_v<T, W>) return std::vector<W>(from, from + size);
  std::vector<W> result(static_cast<size_t>(size));
  for (int64_t k = 0; k < size; ++k) result[static_cast<size_t>(k)] = widen<W>(from[k]);
  return result;
}
template <typename T, typename W>
void store(void* data, int64_t i, const W* from, int64_t size) {
  T* to = static_cast<T*>(data) + i * size;
  for (int64_t k = 0; k < size; ++k) to[k] = narrow<T>(from[k]);
}

// Runs op(args, i) for every matrix of a batch; Op is a template over T and W with the members
// that the constructor gets.
template <typename Op>
struct EachMatrix {
  Op op;
  int64_t batch;
  void operator()(const RunArgs& args) const {
    parallel_for(batch, 1, [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; ++i) op(args, i);
    });
  }
};
template <typename Op>
Prepared each_matrix(Op op, const Shape& batch) {
  return prepared(EachMatrix<Op>{std::move(op), product(batch, 0, batch.rank())});
}

}  // namespace rill::linalg
