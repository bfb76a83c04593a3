#include "kernels/dense_table.h"

#include <cstring>

#include "kernels/dispatch.h"

namespace rill::kernels {

#if defined(__x86_64__)
namespace x86_64 {
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

namespace {

// The same instruction set as the elementwise kernels.
const DenseTable* choose() {
#if defined(__x86_64__)
  const char* isa = simd().name;
  if (std::strcmp(isa, "v4") == 0) return &v4::dense_kernels();
  if (std::strcmp(isa, "v3") == 0) return &v3::dense_kernels();
  return &x86_64::dense_kernels();
#else
  return &base::dense_kernels();
#endif
}

}  // namespace

const DenseTable& dense_table() noexcept {
  static const DenseTable* const table = choose();
  return *table;
}

}  // namespace rill::kernels
