#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "op/emit.h"
#include "rill/error.hpp"
#include "rill/ops/math.hpp"

namespace rill {
namespace {

TEST(Reduce, AxesAndKeptDims) {
  const Tensor x = Tensor::of({1.0f, 2.0f, 3.0f, 4.0f, 5.0f, 6.0f}, Shape{2, 3});
  EXPECT_EQ(ops::reduce_sum(x).item<float>(), 21);
  EXPECT_EQ(ops::reduce_sum(x, {0}).to_vector<float>(), (std::vector<float>{5, 7, 9}));
  EXPECT_EQ(ops::reduce_mean(x, -1, true).shape(), (Shape{2, 1}));
  EXPECT_EQ(ops::reduce_max(x, {0, 1}).item<float>(), 6);
  EXPECT_EQ(ops::reduce_prod(x, std::vector<int64_t>{}).shape(), x.shape());
  EXPECT_THROW(ops::reduce_sum(x, 2), Error);
  EXPECT_THROW(ops::reduce_sum(x, {1, -1}), Error);
}

// TensorFlow takes axes of any shape, and squares single numbers as such.
TEST(Reduce, AxesInAMatrixAndNormsThatOverflow) {
  const Tensor x = Tensor::of({1.0f, 2.0f, 3.0f, 4.0f, 5.0f, 6.0f}, Shape{2, 3});
  const Tensor axes = Tensor::of<int32_t>({1, 0}, Shape{1, 2});
  EXPECT_EQ(emit("Sum", {x, axes}, {{"keep_dims", true}}).shape(), (Shape{1, 1}));
  EXPECT_EQ(emit("Sum", {x, axes}).item<float>(), 21);
  EXPECT_EQ(ops::reduce_euclidean_norm(Tensor::vector({3e38f})).item<float>(), INFINITY);
  EXPECT_EQ(ops::reduce_euclidean_norm(Tensor::vector({3e38})).item<double>(), 3e38);
}

TEST(Reduce, NothingGivesTheIdentity) {
  const Tensor none = Tensor::zeros(Shape{0, 2});
  EXPECT_EQ(ops::reduce_sum(none, 0).to_vector<float>(), (std::vector<float>{0, 0}));
  EXPECT_EQ(ops::reduce_prod(none).item<float>(), 1);
  EXPECT_TRUE(std::isnan(ops::reduce_mean(none).item<float>()));
  EXPECT_EQ(ops::reduce_max(none).item<float>(), -INFINITY);
  EXPECT_TRUE(ops::reduce_all(Tensor::zeros(DType::bool_, Shape{0})).item<int>());
}

TEST(Reduce, Integers) {
  const Tensor x = Tensor::vector({int32_t{-3}, int32_t{-4}});
  EXPECT_EQ(ops::reduce_mean(x).item<int32_t>(), -3);
  EXPECT_EQ(ops::reduce_euclidean_norm(x).item<int32_t>(), 5);
}

TEST(Segments, NotANumberCountsOnlyWhenItComesLast) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const Tensor x = Tensor::vector({3.0f, nan, 1.0f, 2.0f, nan});
  const Tensor ids = Tensor::vector<int32_t>({0, 0, 0, 2, 2});
  const auto largest = ops::segment_max(x, ids).to_vector<float>();
  EXPECT_EQ(largest[0], 1);  // the comparison with NaN begins anew
  EXPECT_EQ(largest[1], 0);
  EXPECT_TRUE(std::isnan(largest[2]));
}

TEST(Segments, SumsOfIntegersAndMeans) {
  const Tensor x = Tensor::vector<int32_t>({5, 6, 8}), ids = Tensor::vector<int32_t>({0, 2, 2});
  EXPECT_EQ(ops::segment_sum(x, ids).to_vector<int32_t>(), (std::vector<int32_t>{5, 0, 14}));
  EXPECT_EQ(ops::segment_mean(x, ids).to_vector<int32_t>(), (std::vector<int32_t>{5, 0, 7}));
  EXPECT_EQ(
      ops::segment_sum(Tensor::zeros(Shape{0, 2}), Tensor::zeros(DType::int32, Shape{0})).shape(),
      (Shape{0, 2}));
  EXPECT_THROW(ops::segment_sum(x, Tensor::vector<int32_t>({0, 2, 1})), InvalidArgumentError);
}

TEST(ArgReduce, FirstWins) {
  const Tensor x = Tensor::of({1.0f, 5.0f, 5.0f, 7.0f, 0.0f, 0.0f}, Shape{2, 3});
  EXPECT_EQ(ops::argmax(x, 1).to_vector<int64_t>(), (std::vector<int64_t>{1, 0}));
  EXPECT_EQ(ops::argmin(x, -1, DType::int32).to_vector<int32_t>(), (std::vector<int32_t>{0, 1}));
  EXPECT_THROW(ops::argmax(Tensor::zeros(Shape{0, 2}), 0), Error);
}

TEST(Segment, SortedAndUnsorted) {
  const Tensor x = Tensor::of({1.0f, 2.0f, 3.0f, 4.0f}, Shape{4});
  const Tensor sorted = Tensor::vector({0, 0, 2, 2});
  EXPECT_EQ(ops::segment_sum(x, sorted).to_vector<float>(), (std::vector<float>{3, 0, 7}));
  EXPECT_EQ(ops::segment_mean(x, sorted).to_vector<float>(), (std::vector<float>{1.5f, 0, 3.5f}));
  EXPECT_EQ(ops::segment_prod(x, sorted).to_vector<float>(), (std::vector<float>{2, 1, 12}));
  EXPECT_THROW(ops::segment_sum(x, Tensor::vector({1, 0, 2, 2})), Error);
  const Tensor ids = Tensor::vector({1, -1, 0, 1});
  EXPECT_EQ(ops::unsorted_segment_sum(x, ids, Value(2)).to_vector<float>(),
            (std::vector<float>{3, 5}));
  EXPECT_THROW(ops::unsorted_segment_sum(x, ids, Value(1)), Error);
}

}  // namespace
}  // namespace rill
