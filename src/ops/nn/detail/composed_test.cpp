#include <gtest/gtest.h>

#include "ops/test_values.h"
#include "rill/error.hpp"
#include "rill/ops/array.hpp"
#include "rill/ops/math.hpp"
#include "rill/ops/nn.hpp"

namespace rill {
namespace {

using namespace test;  // NOLINT: numbers

TEST(Nn, ActivationsAsTensorFlow) {
  expect_floats(ops::gelu(two_rows()), Shape{2, 3},
                {0.84134471f, -0.045500264f, 2.9959502f, 0.34573123f, 3.9998734f, -0.15865526f});
  expect_floats(ops::gelu(two_rows(), true), Shape{2, 3},
                {0.84119201f, -0.045402229f, 2.9963627f, 0.345714f, 3.9999299f, -0.15880799f});
  expect_floats(ops::silu(two_rows(), 2.0), Shape{2, 3},
                {0.8807971f, -0.03597242f, 2.9925821f, 0.3655293f, 3.9986587f, -0.11920292f});
}

TEST(Nn, SigmoidCrossEntropyAsTensorFlow) {
  const Tensor labels = Tensor::of({1.0f, 0.0f, 1.0f, 0.0f, 1.0f, 0.5f}, Shape{2, 3});
  expect_floats(ops::sigmoid_cross_entropy_with_logits(labels, two_rows()), Shape{2, 3},
                {0.31326169f, 0.126928f, 0.048587352f, 0.97407699f, 0.018149929f, 0.81326169f});
}

TEST(Nn, MomentsAndNormsAsTensorFlow) {
  const auto [mean, variance] = ops::moments(two_rows(), {0});
  expect_floats(mean, Shape{3}, {0.75f, 1, 1});
  expect_floats(variance, Shape{3}, {0.0625f, 9, 4});
  EXPECT_EQ(ops::moments(ops::cast(two_rows(), DType::float16), {0}, true).mean.dtype(),
            DType::float16);
  expect_floats(ops::l2_normalize(two_rows(), {1}), Shape{2, 3},
                {0.26726124f, -0.53452247f, 0.80178368f, 0.12038586f, 0.96308684f, -0.24077171f});
}

TEST(Nn, DropoutDrawsAsTensorFlow) {
  // A seed of its own: eager calls with one seed go on with its generator.
  expect_floats(ops::dropout(ops::ones(ints({6})), 0.5, 11), Shape{6}, {0, 0, 2, 2, 0, 0});
  expect_floats(ops::dropout(two_rows(), 0), Shape{2, 3}, two_rows().to_vector<float>());
  EXPECT_THROW(ops::dropout(two_rows(), 1), InvalidArgumentError);
}

}  // namespace
}  // namespace rill
