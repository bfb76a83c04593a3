#include <gtest/gtest.h>

#include "ops/test_values.h"
#include "rill/autodiff.hpp"
#include "rill/ops/array.hpp"
#include "rill/ops/math.hpp"
#include "rill/ops/operators.hpp"

namespace rill {
namespace {

using namespace test;  // NOLINT: numbers

TEST(Statistics, AsTensorFlow) {
  const Tensor x = two_rows();
  expect_floats(ops::reduce_variance(x, {1}), Shape{2}, {4.2222223f, 4.3888888f});
  expect_floats(ops::reduce_variance(x, {1}, true), Shape{2, 1}, {4.2222223f, 4.3888888f});
  expect_floats(ops::reduce_std(x), Shape{}, {2.0899894f});
  const Tensor z = ops::complex(Tensor::vector({1.0f, 3.0f}), Tensor::vector({2.0f, -1.0f}));
  expect_floats(ops::reduce_variance(z), Shape{}, {3.25f});
}

TEST(Statistics, LogSumExpOfInfinities) {
  expect_floats(ops::reduce_logsumexp(two_rows(), {1}), Shape{2}, {3.1328452f, 4.0362697f});
  expect_floats(ops::reduce_logsumexp(two_rows() + 1000.0f, {1}, true), Shape{2, 1},
                {1003.1328f, 1004.0363f});
  const Tensor x = Tensor::of({-INFINITY, -INFINITY, INFINITY, 1.0f}, Shape{2, 2});
  expect_floats(ops::reduce_logsumexp(x, {1}), Shape{2}, {-INFINITY, INFINITY});
}

TEST(Statistics, LogSumExpHasTheSlopeOfSoftmax) {
  Tape tape;
  const Tensor x = Tensor::vector({0.0f, 1.0f});
  tape.watch(x);
  const Value g = tape.gradient(ops::reduce_logsumexp(x), x);
  expect_floats(g, Shape{2}, {0.26894143f, 0.7310586f});
}

TEST(Statistics, CountsWhatIsNotZero) {
  const Tensor x = Tensor::of({0.0f, 1.0f, 2.0f, 0.0f}, Shape{2, 2});
  EXPECT_EQ(ops::count_nonzero(x, {0}).to_vector<int64_t>(), (Ints{1, 1}));
  EXPECT_EQ(ops::count_nonzero(Tensor::vector<std::string>({"", "a", "b"})).item<int64_t>(), 2);
  EXPECT_EQ(ops::count_nonzero(Tensor::zeros(Shape{0, 3})).item<int64_t>(), 0);
  EXPECT_EQ(ops::count_nonzero(x, {}, false, DType::int32).dtype(), DType::int32);
}

}  // namespace
}  // namespace rill
