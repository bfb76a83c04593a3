#include "kernels/fold.h"

#include <algorithm>
#include <cmath>

#include "kernels/accumulate.h"
#include "tensor/dispatch.h"

namespace rill::kernels {
namespace {

template <ReduceOp op, typename T>
void fold(const Fold& self, const void* x, void* y) {
  using Acc = Accumulator<T>;
  const T* in = static_cast<const T*>(x);
  T* out = static_cast<T*>(y);
  const int64_t n = run_length(self.kept), step = run_stride(self.kept);
  const int64_t inner = run_length(self.reduced), inner_step = run_stride(self.reduced);
  for_each_run(self.kept, [&](int64_t offset) {
    for (int64_t i = 0; i < n; ++i) {
      const T* from = in + offset + i * step;
      Acc acc(op == ReduceOp::prod ? 1 : 0);
      for_each_run(self.reduced, [&](int64_t at) {
        for (int64_t j = 0; j < inner; ++j) {
          const Acc value = static_cast<Acc>(from[at + j * inner_step]);
          if constexpr (op == ReduceOp::prod) {
            acc *= value;
          } else if constexpr (op == ReduceOp::euclidean_norm) {
            if constexpr (is_complex_v<T>) {
              acc += value * std::conj(value);
            } else {
              acc += value * value;
            }
          } else {
            acc += value;
          }
        }
      });
      if constexpr (op == ReduceOp::mean && is_complex_v<T>) {
        acc /= static_cast<typename T::value_type>(self.reduced.count());
      } else if constexpr (op == ReduceOp::euclidean_norm) {
        if constexpr (is_complex_v<T>) {
          acc = std::sqrt(acc);
        } else {
          acc = static_cast<Acc>(std::sqrt(static_cast<double>(static_cast<T>(acc))));
        }
      }
      *out++ = static_cast<T>(acc);
    }
  });
}

template <typename T>
Fold::Fn fold_fn(ReduceOp op) {
  switch (op) {
    case ReduceOp::sum:
      return fold<ReduceOp::sum, T>;
    case ReduceOp::mean:
      return fold<ReduceOp::mean, T>;
    case ReduceOp::prod:
      return fold<ReduceOp::prod, T>;
    case ReduceOp::euclidean_norm:
      return fold<ReduceOp::euclidean_norm, T>;
    default:
      return nullptr;
  }
}

}  // namespace

Fold prepare_fold(ReduceOp op, DType dtype, const Shape& shape, std::span<const int> axes) {
  Fold f;
  int64_t stride = shape.num_elements() == 0 ? 0 : 1;
  for (int d = shape.rank() - 1; d >= 0; --d) {
    StridedDims& dims = std::find(axes.begin(), axes.end(), d) == axes.end() ? f.kept : f.reduced;
    dims.size.insert(dims.size.begin(), shape[d]);
    dims.stride.insert(dims.stride.begin(), stride);
    stride *= shape[d];
  }
  if (dtype == DType::complex64) {
    f.fn = fold_fn<std::complex<float>>(op);
  } else if (dtype == DType::complex128) {
    f.fn = fold_fn<std::complex<double>>(op);
  } else if (is_integer(dtype) && op == ReduceOp::euclidean_norm) {
    dispatch_integer(dtype, "EuclideanNorm",
                     [&]<typename T>() { f.fn = fold<ReduceOp::euclidean_norm, T>; });
  }
  if (!f.fn) fail(Code::unimplemented, "This reduction does not exist for ", dtype_name(dtype));
  return f;
}

}  // namespace rill::kernels
