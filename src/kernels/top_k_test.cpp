#include "kernels/top_k.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace rill::kernels {
namespace {

std::vector<float> top(const std::vector<float>& x, int64_t rows, int64_t k, bool sorted,
                       int threads = 1, std::vector<int32_t>* indices = nullptr) {
  const auto columns = static_cast<int64_t>(x.size()) / rows;
  const TopK kernel =
      prepare_top_k(DType::float32, DType::int32, rows, columns, k, sorted, threads);
  std::vector<float> values(static_cast<size_t>(rows * k));
  std::vector<int32_t> at(values.size());
  std::vector<char> scratch(kernel.scratch_bytes());
  kernel.run(x.data(), values.data(), at.data(), scratch.data());
  for (size_t i = 0; i < values.size(); ++i) {
    const float found =
        x[i / static_cast<size_t>(k) * static_cast<size_t>(columns) + static_cast<size_t>(at[i])];
    EXPECT_TRUE(found == values[i] || (std::isnan(found) && std::isnan(values[i]))) << i;
  }
  if (indices) *indices = at;
  return values;
}

using Floats = std::vector<float>;
const Floats kNumbers = {3, 1, 8, 7, 9, 0, 6, 4, 2, 5, 11, 10, 13};

TEST(TopK, FallingOrderOfEqualOnesTheFirst) {
  EXPECT_EQ(top(kNumbers, 1, 5, true), (Floats{13, 11, 10, 9, 8}));
  std::vector<int32_t> at;
  EXPECT_EQ(top({1, 2, 2, 0, 2}, 1, 2, true, 1, &at), (Floats{2, 2}));
  EXPECT_EQ(at, (std::vector<int32_t>{1, 2}));
  EXPECT_EQ(top({4, 4, 4}, 1, 1, true, 1, &at), (Floats{4}));
  EXPECT_EQ(at, (std::vector<int32_t>{0}));
}

// What TensorFlow 2.21 gives.
TEST(TopK, UnsortedAsTensorFlowLeavesIt) {
  EXPECT_EQ(top(kNumbers, 1, 5, false), (Floats{8, 10, 9, 11, 13}));
  EXPECT_EQ(top(kNumbers, 1, 3, false), (Floats{10, 11, 13}));
  EXPECT_EQ(top(Floats(kNumbers.begin(), kNumbers.begin() + 7), 1, 5, false),
            (Floats{3, 6, 9, 8, 7}));
  EXPECT_EQ(top(Floats(kNumbers.begin(), kNumbers.begin() + 5), 1, 5, false),
            (Floats{9, 8, 7, 3, 1}));
}

// Whole rows, and most of them, are sorted another way than by a heap.
TEST(TopK, LongRowsInTheSameOrder) {
  Floats x;
  for (int i = 0; i < 300; ++i) x.push_back(static_cast<float>(i * 37 % 50));
  std::vector<int32_t> few, most, all;
  top(x, 1, 100, true, 1, &few);
  top(x, 1, 200, true, 1, &most);
  top(x, 1, 300, true, 1, &all);
  EXPECT_TRUE(std::equal(few.begin(), few.end(), all.begin()));
  EXPECT_TRUE(std::equal(most.begin(), most.end(), all.begin()));
  for (size_t i = 1; i < all.size(); ++i) {
    const float before = x[static_cast<size_t>(all[i - 1])];
    const float now = x[static_cast<size_t>(all[i])];
    ASSERT_TRUE(before > now || (before == now && all[i - 1] < all[i])) << i;
  }
}

TEST(TopK, OneOfALongRow) {
  constexpr int kColumns = 101;
  for (const int best : {0, 5, 31, 32, 96, 100}) {
    Floats x(kColumns, -1.0f);
    x[static_cast<size_t>(best)] = 2;
    x[kColumns - 1] = 2;  // the first of equals is taken
    std::vector<int32_t> at;
    EXPECT_EQ(top(x, 1, 1, true, 1, &at), (Floats{2}));
    EXPECT_EQ(at[0], best);
    x[40] = std::nanf("");
    x[41] = 7;
    EXPECT_EQ(top(x, 1, 1, true, 1, &at), (Floats{7}));
  }
}

TEST(TopK, RowsOnSeveralThreads) {
  Floats x;
  for (int i = 0; i < 40 * 2000; ++i) x.push_back(std::sin(static_cast<float>(i)));
  EXPECT_EQ(top(x, 40, 7, true, 3), top(x, 40, 7, true, 1));
}

TEST(TopK, NotANumberLeadsNowhere) {
  Floats x(100, NAN);
  x[50] = 1;
  EXPECT_EQ(top(x, 1, 10, true).size(), 10u);
  EXPECT_EQ(top(x, 1, 100, true).size(), 100u);
}

}  // namespace
}  // namespace rill::kernels
