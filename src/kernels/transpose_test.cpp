#include <gtest/gtest.h>

#include <vector>

#include "kernels/dispatch.h"

namespace rill::kernels {
namespace {

TEST(Transpose, EverySizeOnEveryInstructionSet) {
  for (const SimdTable* table : simd_tables()) {
    for (const int64_t rows : {1, 3, 4, 15, 16, 17, 40}) {
      for (const int64_t columns : {1, 2, 4, 7, 16, 33}) {
        const int64_t x_stride = columns + 2;
        const int64_t y_stride = rows + 1;
        std::vector<uint32_t> x(static_cast<size_t>(rows * x_stride));
        for (size_t i = 0; i < x.size(); ++i) x[i] = static_cast<uint32_t>(i);
        std::vector<uint32_t> y(static_cast<size_t>(columns * y_stride), 77);
        table->transpose_4(x.data(), x_stride, y.data(), y_stride, rows, columns);
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
}

}  // namespace
}  // namespace rill::kernels
