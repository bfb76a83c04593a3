#include <gtest/gtest.h>

#include "ops/test_values.h"
#include "rill/error.hpp"
#include "rill/ops/random.hpp"

namespace rill {
namespace {

using namespace test;  // NOLINT: numbers

TEST(Draws, AsTensorFlowForASeed) {
  const Value three = ints({3});
  expect_floats(ops::random_uniform(three, 1.0, 3.0, DType::float32, 7), Shape{3},
                {1.9678819f, 2.0124061f, 1.5102875f});
  expect_floats(ops::random_normal(three, 1.0, 2.0, DType::float32, 7), Shape{3},
                {0.90610862f, -1.4078047f, 3.3336704f});
  expect_floats(ops::truncated_normal(three, 0.0, 1.0, DType::float32, 7), Shape{3},
                {-0.046945684f, -1.2039024f, 1.1668352f});
  EXPECT_EQ(ops::random_uniform(ints({4}), 0, 10, DType::int32, 7).to_vector<int32_t>(),
            (std::vector<int32_t>{7, 7, 5, 4}));
  EXPECT_EQ(ops::random_shuffle(iota(Shape{6}), 7).to_vector<float>(), (Floats{3, 0, 1, 4, 2, 5}));
}

TEST(Draws, EmptyAndWrong) {
  EXPECT_EQ(ops::random_normal(ints({0, 2})).shape(), (Shape{0, 2}));
  EXPECT_THROW(ops::random_normal(ints({-1})), InvalidArgumentError);
  EXPECT_THROW(ops::random_uniform(ints({2}), 3, 3, DType::int32), InvalidArgumentError);
}

}  // namespace
}  // namespace rill
