// The k largest elements of each row, in falling order; of equal ones the first comes first.
#pragma once

#include <cstddef>
#include <cstdint>

#include "rill/dtype.hpp"

namespace rill::kernels {

struct TopK {
  using Fn = void (*)(const TopK& self, const void* x, void* values, void* indices, int32_t* order);
  Fn fn = nullptr;
  int64_t rows = 0;
  int64_t columns = 0;  // at most INT32_MAX
  int64_t k = 0;        // at most columns
  bool sorted = true;   // else in the order in which TensorFlow's heap leaves them
  int threads = 1;

  size_t scratch_bytes() const;
  void run(const void* x, void* values, void* indices, void* scratch) const {
    fn(*this, x, values, indices, static_cast<int32_t*>(scratch));
  }
};

// `index`: int16, int32 or int64. Throws UNIMPLEMENTED for a dtype without order.
TopK prepare_top_k(DType dtype, DType index, int64_t rows, int64_t columns, int64_t k, bool sorted,
                   int threads);

}  // namespace rill::kernels
