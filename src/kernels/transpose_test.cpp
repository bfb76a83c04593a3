#include <gtest/gtest.h>

#include <vector>

#include "kernels/dispatch.h"

namespace rill::kernels {
namespace {

template <typename T, typename Transpose>
void check_every_size(Transpose transpose) {
  for (const int64_t rows : {1, 3, 4, 8, 15, 16, 17, 40}) {
    for (const int64_t columns : {1, 2, 4, 7, 16, 33}) {
      const int64_t x_stride = columns + 2;
      const int64_t y_stride = rows + 1;
      std::vector<T> x(static_cast<size_t>(rows * x_stride));
      for (size_t i = 0; i < x.size(); ++i) x[i] = static_cast<T>(i);
      std::vector<T> y(static_cast<size_t>(columns * y_stride), 77);
      transpose(x.data(), x_stride, y.data(), y_stride, rows, columns);
      for (int64_t c = 0; c < columns; ++c) {
        for (int64_t r = 0; r < rows; ++r) {
          ASSERT_EQ(y[static_cast<size_t>(c * y_stride + r)],
                    x[static_cast<size_t>(r * x_stride + c)]);
        }
        ASSERT_EQ(y[static_cast<size_t>(c * y_stride + rows)], 77u);
      }
    }
  }
}

TEST(Transpose, EverySizeOnEveryInstructionSet) {
  for (const SimdTable* table : simd_tables()) {
    check_every_size<uint16_t>(table->transpose_2);
    check_every_size<uint32_t>(table->transpose_4);
  }
}

}  // namespace
}  // namespace rill::kernels
