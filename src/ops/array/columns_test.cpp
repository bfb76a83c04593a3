// Ops that walk along columns do so many columns at once: sizes beyond what is taken at once, and
// what is left over.
#include <gtest/gtest.h>

#include "op/emit.h"

namespace rill {
namespace {

Tensor digits(const Shape& shape) {
  Tensor t(DType::float32, shape);
  for (int64_t i = 0; i < t.size(); ++i) t.data<float>()[i] = static_cast<float>(i * i % 7 - 3);
  return t;
}

TEST(Columns, Cumsum) {
  const Tensor x = digits({2, 9, 300});
  for (const bool exclusive : {false, true}) {
    for (const bool reverse : {false, true}) {
      const Tensor y = emit("Cumsum", {x, Tensor::scalar<int32_t>(1)},
                            {{"exclusive", exclusive}, {"reverse", reverse}});
      for (int64_t o = 0; o < 2; ++o) {
        for (int64_t i = 0; i < 300; ++i) {
          float total = 0;
          for (int64_t step = 0; step < 9; ++step) {
            const int64_t at = (o * 9 + (reverse ? 8 - step : step)) * 300 + i;
            const float next = total + x.data<float>()[at];
            ASSERT_EQ(y.data<float>()[at], exclusive ? total : next) << at;
            total = next;
          }
        }
      }
    }
  }
}

TEST(Columns, Where) {
  const Tensor x = digits({2, 3, 2500});
  const Tensor y = emit("Where", {x});
  std::vector<int64_t> expected;
  for (int64_t i = 0; i < x.size(); ++i) {
    if (x.data<float>()[i] == 0) continue;
    expected.insert(expected.end(), {i / 7500, i / 2500 % 3, i % 2500});
  }
  EXPECT_EQ(y.to_vector<int64_t>(), expected);
}

TEST(Columns, GatherOfSingleElements) {
  const Tensor x = digits({2, 4, 50});
  Tensor picks(DType::int64, Shape{2, 30});
  for (int64_t i = 0; i < 60; ++i) picks.data<int64_t>()[i] = i * i % 50;
  const Tensor y = emit("GatherV2", {x, picks, Tensor::scalar<int32_t>(2)}, {{"batch_dims", 1}});
  ASSERT_EQ(y.shape(), (Shape{2, 4, 30}));
  for (int64_t b = 0; b < 2; ++b) {
    for (int64_t row = 0; row < 4; ++row) {
      for (int64_t i = 0; i < 30; ++i) {
        const int64_t pick = picks.data<int64_t>()[b * 30 + i];
        ASSERT_EQ(y.data<float>()[(b * 4 + row) * 30 + i],
                  x.data<float>()[(b * 4 + row) * 50 + pick]);
      }
    }
  }
}

}  // namespace
}  // namespace rill
