#include "kernels/dense_table.h"

namespace rill::kernels {

#if defined(__x86_64__)
namespace x86_64 {
const DenseTable& dense_kernels();
}
namespace v2 {
const DenseTable& dense_kernels();
}
namespace v3 {
const DenseTable& dense_kernels();
}
namespace v4 {
const DenseTable& dense_kernels();
}
#else
namespace base {
const DenseTable& dense_kernels();
}
#endif

const DenseTable& dense_table() noexcept {
#if defined(__x86_64__)
  static const DenseTable& table = [&]() -> const DenseTable& {
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
        __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
        __builtin_cpu_supports("avx512cd")) {
      return v4::dense_kernels();
    }
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
        __builtin_cpu_supports("bmi2")) {
      return v3::dense_kernels();
    }
    if (__builtin_cpu_supports("sse4.2") && __builtin_cpu_supports("popcnt")) {
      return v2::dense_kernels();
    }
    return x86_64::dense_kernels();
  }();
  return table;
#else
  return base::dense_kernels();
#endif
}

}  // namespace rill::kernels
