#include "kernels/strided.h"

#include "kernels/accumulate.h"
#include "tensor/dispatch.h"

namespace rill::kernels {
namespace {

template <typename T>
void gather(const void* strided, const StridedDims& kept, const StridedDims& summed, void* dense) {
  const T* in = static_cast<const T*>(strided);
  T* out = static_cast<T*>(dense);
  const int64_t n = run_length(kept), step = run_stride(kept);
  const int64_t sum_n = run_length(summed), sum_step = run_stride(summed);
  for_each_run(kept, [&](int64_t offset) {
    for (int64_t i = 0; i < n; ++i) {
      const T* from = in + offset + i * step;
      if (summed.size.empty()) {
        *out++ = *from;
        continue;
      }
      Accumulator<T> sum(0);
      for_each_run(summed, [&](int64_t sum_offset) {
        for (int64_t j = 0; j < sum_n; ++j) {
          sum += static_cast<Accumulator<T>>(from[sum_offset + j * sum_step]);
        }
      });
      *out++ = static_cast<T>(sum);
    }
  });
}

template <typename T>
void scatter(const void* dense, const StridedDims& walk, void* strided) {
  const T* in = static_cast<const T*>(dense);
  T* out = static_cast<T*>(strided);
  const int64_t n = run_length(walk), step = run_stride(walk);
  for_each_run(walk, [&](int64_t offset) {
    for (int64_t i = 0; i < n; ++i) out[offset + i * step] = *in++;
  });
}

}  // namespace

bool StridedDims::is_dense() const {
  int64_t expected = 1;
  for (size_t d = size.size(); d-- > 0;) {
    if (size[d] == 0) return true;
    if (size[d] != 1 && stride[d] != expected) return false;
    expected *= size[d];
  }
  return true;
}

GatherFn gather_fn(DType dtype) {
  GatherFn fn = nullptr;
  dispatch_any_number(dtype, "Einsum", [&]<typename T>() {
    if constexpr (!std::is_same_v<T, bool>) fn = gather<T>;
  });
  if (!fn) unsupported_dtype("Einsum", dtype);
  return fn;
}

ScatterFn scatter_fn(DType dtype) {
  ScatterFn fn = nullptr;
  dispatch_any_number(dtype, "Einsum", [&]<typename T>() { fn = scatter<T>; });
  return fn;
}

}  // namespace rill::kernels
