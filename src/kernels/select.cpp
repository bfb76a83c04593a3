#include <algorithm>

#include "base/fail.h"
#include "base/thread_pool.h"
#include "kernels/elementwise.h"

namespace rill::kernels {
namespace {

struct Sixteen {
  uint64_t half[2];
};

// By bits, without a jump: conditions are seldom foreseen.
template <typename T>
T chosen(bool c, T x, T z) {
  const T mask = static_cast<T>(T{0} - static_cast<T>(c));
  return static_cast<T>(z ^ ((x ^ z) & mask));
}
Sixteen chosen(bool c, Sixteen x, Sixteen z) { return c ? x : z; }

// Steps that are known when this is compiled: the loop becomes one over vectors.
template <int64_t a_step, int64_t b_step, typename T>
void select_row(const bool* c, const T* a, const T* b, T* y, int64_t n) {
  for (int64_t i = 0; i < n; ++i) {
    y[i] = chosen(c[i], a[i * a_step], b[i * b_step]);
  }
}

template <typename T>
void select_range(const Select& self, const bool* condition, const void* from_a, const void* from_b,
                  void* to, int64_t begin, int64_t end) {
  const T* a = static_cast<const T*>(from_a);
  const T* b = static_cast<const T*>(from_b);
  T* y = static_cast<T*>(to);
  const int64_t sc = self.shape.stride[0][0];
  const int64_t sa = self.shape.stride[1][0];
  const int64_t sb = self.shape.stride[2][0];
  self.shape.for_each_row(begin, end, [&](int64_t at, int64_t n, const int64_t* offset) {
    const bool* c = condition + offset[0];
    const T* row_a = a + offset[1];
    const T* row_b = b + offset[2];
    T* out = y + at;
    if (sc == 0) {
      const T* chosen = *c ? row_a : row_b;
      const int64_t step = *c ? sa : sb;
      for (int64_t i = 0; i < n; ++i) out[i] = chosen[i * step];
    } else if (sa == 1 && sb == 1) {
      select_row<1, 1>(c, row_a, row_b, out, n);
    } else if (sa == 1 && sb == 0) {
      select_row<1, 0>(c, row_a, row_b, out, n);
    } else if (sa == 0 && sb == 1) {
      select_row<0, 1>(c, row_a, row_b, out, n);
    } else {
      for (int64_t i = 0; i < n; ++i) {
        const T x = row_a[i * sa];
        const T z = row_b[i * sb];
        out[i] = c[i] ? x : z;
      }
    }
  });
}

}  // namespace

Select prepare_select(const Shape& condition, const Shape& a, const Shape& b, size_t element_size) {
  Select result;
  if (element_size != 1 && element_size != 2 && element_size != 4 && element_size != 8 &&
      element_size != 16) {
    fail(Code::unimplemented, "Select does not support elements of ", element_size, " bytes");
  }
  const Shape* const operands[] = {&condition, &a, &b};
  result.shape = merge_broadcast(broadcast_shape(condition, broadcast_shape(a, b)), operands);
  result.grain = 16384;
  result.element = static_cast<int>(element_size);
  return result;
}

void Select::run(const bool* condition, const void* a, const void* b, void* y) const noexcept {
  parallel_for(shape.count, grain, [&](int64_t begin, int64_t end) {
    switch (element) {
      case 1:
        return select_range<uint8_t>(*this, condition, a, b, y, begin, end);
      case 2:
        return select_range<uint16_t>(*this, condition, a, b, y, begin, end);
      case 4:
        return select_range<uint32_t>(*this, condition, a, b, y, begin, end);
      case 8:
        return select_range<uint64_t>(*this, condition, a, b, y, begin, end);
      default:
        return select_range<Sixteen>(*this, condition, a, b, y, begin, end);
    }
  });
}

}  // namespace rill::kernels
