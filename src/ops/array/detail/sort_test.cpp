#include <gtest/gtest.h>

#include "ops/test_values.h"
#include "rill/error.hpp"
#include "rill/ops/array.hpp"
#include "rill/ops/math.hpp"

namespace rill {
namespace {

using namespace test;  // NOLINT: numbers

TEST(Sort, AsTensorFlow) {
  expect_floats(ops::sort(two_rows()), Shape{2, 3}, {-2, 1, 3, -1, 0.5f, 4});
  expect_floats(ops::sort(two_rows(), 0, true), Shape{2, 3}, {1, 4, 3, 0.5f, -2, -1});
  EXPECT_EQ(ops::argsort(ints({3, 1, 2, 1})).to_vector<int32_t>(),
            (std::vector<int32_t>{1, 3, 2, 0}));
}

TEST(Sort, ExtremesOfIntegers) {
  EXPECT_EQ(ops::sort(ints({2, INT32_MIN, 5})).to_vector<int32_t>(),
            (std::vector<int32_t>{INT32_MIN, 2, 5}));
  const Tensor bytes = ops::cast(ints({2, 255, 0}), DType::uint8);
  EXPECT_EQ(ops::sort(bytes).to_vector<uint8_t>(), (std::vector<uint8_t>{0, 2, 255}));
}

TEST(Sort, EmptyAndWrong) {
  EXPECT_EQ(ops::sort(Tensor::zeros(Shape{2, 0})).shape(), (Shape{2, 0}));
  EXPECT_THROW(ops::sort(two_rows(), 2), InvalidArgumentError);
  EXPECT_THROW(ops::sort(Tensor::scalar(1.0f)), InvalidArgumentError);
}

}  // namespace
}  // namespace rill
