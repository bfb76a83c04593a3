// Softmax, bias, cross entropy, batch norm, top-k.
#include "rill/ops/nn.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "op/emit.h"
#include "rill/error.hpp"
#include "rill/ops/math.hpp"

namespace rill {
namespace {

TEST(Softmax, AlongAnyAxis) {
  const Tensor x = Tensor::of({0.0f, 0.0f, std::log(3.0f), 0.0f}, Shape{2, 2});
  const std::vector<float> rows = ops::softmax(x).to_vector<float>();
  EXPECT_NEAR(rows[2], 0.75f, 1e-6f);
  const std::vector<float> columns = ops::softmax(x, 0).to_vector<float>();
  EXPECT_NEAR(columns[0], 0.25f, 1e-6f);
  EXPECT_NEAR(columns[1], 0.5f, 1e-6f);
  EXPECT_NEAR(ops::log_softmax(x).to_vector<float>()[3], std::log(0.25f), 1e-6f);
  EXPECT_EQ(ops::softmax(Tensor::zeros(Shape{0, 3})).shape(), (Shape{0, 3}));
  EXPECT_THROW(ops::softmax(Tensor::zeros(Shape{})), Error);
}

TEST(MaxPool, PassesOverWhatIsNotANumber) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const std::vector<int64_t> two{1, 2, 2, 1};
  const AttrMap attrs{{"ksize", two}, {"strides", two}, {"padding", "VALID"}};
  const Tensor x = Tensor::of({nan, 1.0f, nan, nan, 2.0f, nan, nan, nan}, Shape{1, 2, 4, 1});
  EXPECT_EQ(emit("MaxPool", {x}, attrs).to_vector<float>(),
            (std::vector<float>{2, -std::numeric_limits<float>::max()}));
  for (const auto& [half, lowest] :
       {std::pair{DType::float16, -65504.0f}, std::pair{DType::bfloat16, -3.3895314e38f}}) {
    const Value y = emit("MaxPool", {ops::cast(x, half)}, attrs);
    EXPECT_EQ(y.dtype(), half);
    EXPECT_EQ(ops::cast(y, DType::float32).to_vector<float>(), (std::vector<float>{2, lowest}));
  }
}

TEST(Dilation2D, IntegersKeepTheirSign) {
  const Tensor x = Tensor::of<int32_t>({-5, 3, -1, -9}, Shape{1, 2, 2, 1});
  const std::vector<int64_t> ones{1, 1, 1, 1};
  const Tensor filter = Tensor::zeros(DType::int32, Shape{2, 2, 1});
  const AttrMap attrs{{"strides", ones}, {"rates", ones}, {"padding", "SAME"}};
  EXPECT_EQ(emit("Dilation2D", {x, filter}, attrs).to_vector<int32_t>(),
            (std::vector<int32_t>{3, 3, -1, -9}));
}

TEST(BiasAdd, ChannelsFirstAndLast) {
  const Tensor x = Tensor::zeros(Shape{1, 2, 1, 2});
  const Tensor bias = Tensor::vector({1.0f, 2.0f});
  EXPECT_EQ(ops::bias_add(x, bias).to_vector<float>(), (std::vector<float>{1, 2, 1, 2}));
  EXPECT_EQ(ops::bias_add(x, bias, "NCHW").to_vector<float>(), (std::vector<float>{1, 1, 2, 2}));
  EXPECT_THROW(ops::bias_add(x, Tensor::zeros(Shape{3})), Error);
}

TEST(CrossEntropy, SparseIsDenseOfOneHot) {
  const Tensor logits = Tensor::of({1.0f, 2.0f, 0.5f, -1.0f, 0.0f, 3.0f}, Shape{2, 3});
  const Tensor one_hot = Tensor::of({0.0f, 1.0f, 0.0f, 1.0f, 0.0f, 0.0f}, Shape{2, 3});
  const Tensor classes = Tensor::vector({int64_t{1}, int64_t{0}});
  const auto dense = ops::softmax_cross_entropy_with_logits(one_hot, logits).to_vector<float>();
  const auto sparse =
      ops::sparse_softmax_cross_entropy_with_logits(classes, logits).to_vector<float>();
  for (size_t i = 0; i < 2; ++i) EXPECT_NEAR(dense[i], sparse[i], 1e-6f);
  EXPECT_THROW(ops::sparse_softmax_cross_entropy_with_logits(
                   Tensor::vector({int64_t{3}, int64_t{0}}), logits),
               Error);
}

TEST(FusedBatchNorm, TrainingAndInference) {
  const Tensor x = Tensor::of({1.0f, 10.0f, 3.0f, 30.0f}, Shape{1, 2, 1, 2});
  const Tensor one = Tensor::vector({1.0f, 1.0f}), zero = Tensor::vector({0.0f, 0.0f});
  const auto trained = ops::fused_batch_norm(x, one, zero, zero, one, 0.0f);
  EXPECT_EQ(trained.mean.to_vector<float>(), (std::vector<float>{2, 20}));
  EXPECT_EQ(trained.variance.to_vector<float>(), (std::vector<float>{2, 200}));  // unbiased
  EXPECT_EQ(trained.y.to_vector<float>(), (std::vector<float>{-1, -1, 1, 1}));
  for (const char* format : {"NHWC", "NDHWC"}) {  // the length of the format does not matter
    const auto fixed = ops::fused_batch_norm(x, one, one, zero, one, 0.0f, format, false);
    EXPECT_EQ(fixed.y.to_vector<float>(), (std::vector<float>{2, 11, 4, 31}));
  }
}

TEST(TopK, FirstOfEqualsFirst) {
  const Tensor x = Tensor::of({3, 1, 3, 2}, Shape{4});
  const ops::TopK top = ops::top_k(x, Value(3));
  EXPECT_EQ(top.values.to_vector<int>(), (std::vector<int>{3, 3, 2}));
  EXPECT_EQ(top.indices.to_vector<int>(), (std::vector<int>{0, 2, 3}));
  EXPECT_EQ(ops::top_k(x, Value(0)).values.size(), 0);
  EXPECT_THROW(ops::top_k(x, Value(5)), Error);
}

TEST(Activation, LeakyReluReadsItsSlope) {
  const Tensor x = Tensor::vector({-10.0f, 5.0f});
  EXPECT_EQ(ops::leaky_relu(x, 0.5f).to_vector<float>(), (std::vector<float>{-5, 5}));
  EXPECT_EQ(ops::relu6(Tensor::vector({-1, 7})).to_vector<int>(), (std::vector<int>{0, 6}));
  const Tensor dy = Tensor::vector({1.0f, 1.0f});
  EXPECT_EQ(emit("ReluGrad", {dy, x}).to_vector<float>(), (std::vector<float>{0, 1}));
  EXPECT_THROW(emit("ReluGrad", {dy, Tensor::zeros(Shape{3})}), Error);
}

}  // namespace
}  // namespace rill
