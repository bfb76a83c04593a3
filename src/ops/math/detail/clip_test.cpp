#include <gtest/gtest.h>

#include "ops/test_values.h"
#include "rill/autodiff.hpp"
#include "rill/error.hpp"
#include "rill/ops/array.hpp"
#include "rill/ops/math.hpp"

namespace rill {
namespace {

using namespace test;  // NOLINT: numbers

TEST(Clip, ByNormAsTensorFlow) {
  expect_floats(ops::clip_by_norm(two_rows(), 2.0f), Shape{2, 3},
                {0.35777089f, -0.71554178f, 1.0733126f, 0.1788855f, 1.4310836f, -0.35777089f});
  expect_floats(ops::clip_by_norm(two_rows(), 2.0f, {1}), Shape{2, 3},
                {0.53452247f, -1.0690449f, 1.6035674f, 0.24077171f, 1.9261737f, -0.48154342f});
  expect_floats(ops::clip_by_norm(two_rows(), 100.0f), Shape{2, 3}, two_rows().to_vector<float>());
}

TEST(Clip, ZerosHaveASlope) {
  Tape tape;
  const Tensor x = Tensor::zeros(Shape{2});
  tape.watch(x);
  expect_floats(tape.gradient(ops::clip_by_norm(x, 2.0f), x), Shape{2}, {1, 1});
}

TEST(Clip, ByGlobalNormAsTensorFlow) {
  const auto clipped = ops::clip_by_global_norm({two_rows(), Tensor::vector({2.0f, 2.0f})}, 1.5f);
  expect_floats(clipped.norm, Shape{}, {6.2649822f});
  expect_floats(clipped.tensors[0], Shape{2, 3},
                {0.23942608f, -0.47885215f, 0.71827823f, 0.11971304f, 0.9577043f, -0.23942608f});
  expect_floats(clipped.tensors[1], Shape{2}, {0.47885215f, 0.47885215f});
}

TEST(Clip, ANormThatIsNoneShows) {
  const auto clipped =
      ops::clip_by_global_norm({Tensor::vector({INFINITY}), Tensor::vector({1.0f})}, 1.0f);
  EXPECT_TRUE(std::isnan(clipped.tensors[1].data<float>()[0]));
  EXPECT_THROW(ops::global_norm({}), InvalidArgumentError);
}

}  // namespace
}  // namespace rill
