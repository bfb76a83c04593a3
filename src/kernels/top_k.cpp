#include "kernels/top_k.h"

#include <algorithm>
#include <numeric>

#include "tensor/dispatch.h"

namespace rill::kernels {
namespace {

template <typename T, typename I>
void top_k(const TopK& self, const void* x, void* values, void* indices, int32_t* order) {
  for (int64_t r = 0; r < self.rows; ++r) {
    const T* row = static_cast<const T*>(x) + r * self.columns;
    T* value = static_cast<T*>(values) + r * self.k;
    I* index = static_cast<I*>(indices) + r * self.k;
    if (self.k == 1) {
      int64_t best = 0;
      for (int64_t c = 1; c < self.columns; ++c) {
        if (row[best] < row[c]) best = c;
      }
      *value = row[best];
      *index = static_cast<I>(best);
      continue;
    }
    std::iota(order, order + self.columns, 0);
    const auto before = [row](int32_t a, int32_t b) {
      if (row[b] < row[a]) return true;
      if (row[a] < row[b]) return false;
      return a < b;
    };
    // A heap, so that NaN, which breaks the order, cannot lead out of the row.
    std::partial_sort(order, order + self.k, order + self.columns, before);
    for (int64_t i = 0; i < self.k; ++i) {
      value[i] = row[order[i]];
      index[i] = static_cast<I>(order[i]);
    }
  }
}

}  // namespace

TopK prepare_top_k(DType dtype, DType index, int64_t rows, int64_t columns, int64_t k) {
  TopK t{nullptr, rows, columns, k};
  dispatch_number(dtype, "TopK", [&]<typename T>() {
    t.fn = index == DType::int16   ? top_k<T, int16_t>
           : index == DType::int32 ? top_k<T, int32_t>
                                   : top_k<T, int64_t>;
  });
  return t;
}

}  // namespace rill::kernels
