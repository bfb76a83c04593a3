#include <gtest/gtest.h>

#include "ops/test_values.h"
#include "rill/error.hpp"
#include "rill/ops/array.hpp"
#include "rill/ops/math.hpp"

namespace rill {
namespace {

using namespace test;  // NOLINT: numbers

TEST(Masks, AsTensorFlow) {
  const Tensor x = two_rows();
  expect_floats(ops::boolean_mask(x, Tensor::vector({true, false})), Shape{1, 3}, {1, -2, 3});
  expect_floats(ops::boolean_mask(x, ops::greater(x, 0.0f)), Shape{4}, {1, 3, 0.5f, 4});
  const Tensor columns = Tensor::vector({true, false, true});
  expect_floats(ops::boolean_mask(x, columns, 1), Shape{2, 2}, {1, 3, 0.5f, -1});
  expect_floats(ops::boolean_mask(x, columns, -1), Shape{2, 2}, {1, 3, 0.5f, -1});
  EXPECT_THROW(ops::boolean_mask(x, x), InvalidArgumentError);
}

TEST(Masks, OfSequences) {
  const Tensor mask = ops::sequence_mask(ints({1, 3, 0}));
  EXPECT_EQ(mask.shape(), (Shape{3, 3}));
  EXPECT_EQ(ops::cast(mask, DType::int64).to_vector<int64_t>(), (Ints{1, 0, 0, 1, 1, 1, 0, 0, 0}));
  expect_floats(ops::sequence_mask(ints({1, 3}), Value(4), DType::float32), Shape{2, 4},
                {1, 0, 0, 0, 1, 1, 1, 0});
}

TEST(Masks, Grids) {
  const std::vector<int32_t> x{1, 2, 3, 1, 2, 3}, y{4, 4, 4, 5, 5, 5}, down{1, 1, 2, 2, 3, 3};
  const Values xy = ops::meshgrid({ints({1, 2, 3}), ints({4, 5})});
  EXPECT_EQ(xy[0].to_vector<int32_t>(), x);
  EXPECT_EQ(xy[1].to_vector<int32_t>(), y);
  EXPECT_EQ(xy[0].shape(), (Shape{2, 3}));
  const Values ij = ops::meshgrid({ints({1, 2, 3}), ints({4, 5})}, "ij");
  EXPECT_EQ(ij[0].to_vector<int32_t>(), down);
  EXPECT_EQ(ij[1].shape(), (Shape{3, 2}));
  EXPECT_THROW(ops::meshgrid({}, "yx"), InvalidArgumentError);
}

TEST(Masks, FilledTensors) {
  expect_floats(ops::ones(ints({2, 1})), Shape{2, 1}, {1, 1});
  EXPECT_EQ(ops::zeros(ints({0, 2}), DType::int32).shape(), (Shape{0, 2}));
  EXPECT_EQ(ops::reshape(two_rows(), {-1}).shape(), (Shape{6}));
}

}  // namespace
}  // namespace rill
