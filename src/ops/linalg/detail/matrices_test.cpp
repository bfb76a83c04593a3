#include <gtest/gtest.h>

#include "ops/test_values.h"
#include "rill/error.hpp"
#include "rill/ops/array.hpp"
#include "rill/ops/linalg.hpp"

namespace rill {
namespace {

using namespace test;  // NOLINT: numbers

TEST(Matrices, AsTensorFlow) {
  expect_floats(ops::eye(2, 3), Shape{2, 3}, {1, 0, 0, 0, 1, 0});
  EXPECT_EQ(ops::eye(0).shape(), (Shape{0, 0}));
  EXPECT_EQ(ops::eye(2, -1, DType::int32).to_vector<int32_t>(), (std::vector<int32_t>{1, 0, 0, 1}));
  EXPECT_THROW(ops::eye(-1), InvalidArgumentError);
  expect_floats(ops::trace(two_rows()), Shape{}, {5});
  expect_floats(ops::norm(two_rows(), {1}), Shape{2}, {3.7416575f, 4.1533117f});
  expect_floats(ops::matrix_transpose(two_rows()), Shape{3, 2}, {1, 0.5f, -2, 4, 3, -1});
}

TEST(Matrices, Tensordot) {
  const Tensor b = Tensor::of({1.0f, 2.0f, 3.0f, 4.0f, 5.0f, 6.0f}, Shape{3, 2});
  expect_floats(ops::tensordot(two_rows(), b), Shape{2, 2}, {10, 12, 7.5f, 11});
  expect_floats(ops::tensordot(two_rows(), iota(Shape{2, 3, 2}), {0, 1}, {0, 1}), Shape{2},
                {33, 38.5f});
  EXPECT_EQ(ops::tensordot(two_rows(), b, 0).shape(), (Shape{2, 3, 3, 2}));
  EXPECT_THROW(ops::tensordot(two_rows(), b, {2}, {0}), InvalidArgumentError);
  EXPECT_THROW(ops::tensordot(two_rows(), b, {0, 1}, {0}), InvalidArgumentError);
  EXPECT_THROW(ops::tensordot(two_rows(), b, 3), InvalidArgumentError);
}

}  // namespace
}  // namespace rill
