// Policies of lower precision: what layers give is rounded; they compute in it where that is asked
// for.
#include "rill/keras/mixed_precision.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "op/emit.h"
#include "rill/keras.hpp"
#include "rill/ops/math.hpp"
#include "wave.h"

namespace rill::keras {
namespace {

using namespace layers;  // NOLINT: a model reads better

class MixedPrecision : public testing::Test {
 protected:
  void TearDown() override { set_mixed_precision(false); }
};

Model mixed_model(const char* mixed = "mixed_bfloat16") {
  utils::set_random_seed(3);
  return Sequential{
      Conv2D(4, 3, {.activation = "relu", .input_shape = Shape{6, 6, 2}, .dtype = mixed}),
      BatchNormalization({.dtype = mixed}),
      MaxPooling2D(2, {.dtype = mixed}),
      Flatten({.dtype = mixed}),
      Dense(8, {.activation = "relu", .dtype = mixed}),
      Dense(2, {.dtype = mixed})};
}

TEST_F(MixedPrecision, ComputesInBfloat16AndLearnsInFloat32) {
  set_mixed_precision(true);
  const Model model = mixed_model();
  model.compile({.optimizer = optimizers::Adam({.learning_rate = 0.02}), .loss = "mse"});
  FitOptions o;
  o.epochs = 30;
  o.batch_size = 16;
  o.verbose = 0;
  const Tensor x = test::wave({64, 6, 6, 2}, 0, 0.37);
  const History h = model.fit(x, test::wave({64, 2}, 1, 0.37), o);
  EXPECT_LT(h["loss"].back(), h["loss"][0] / 2);
  for (const Value& w : model.weights()) EXPECT_EQ(w.dtype(), DType::float32);
  EXPECT_EQ(model.predict(x.rows(0, 2)).dtype(), DType::bfloat16);
}

void expect_close_but_other(const Tensor& full, const Tensor& low) {
  const auto a = full.to_vector<double>(), b = low.to_vector<double>();
  ASSERT_EQ(a.size(), b.size());
  double difference = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    EXPECT_NEAR(a[i], b[i], 0.05 * (1 + std::abs(a[i])));
    difference += std::abs(a[i] - b[i]);
  }
  EXPECT_GT(difference, 0);
}

TEST_F(MixedPrecision, IsCloseToFullPrecision) {
  const Tensor x = test::wave({8, 6, 6, 2}, 0, 0.37);
  const Tensor full = mixed_model("float32").predict(x);
  EXPECT_EQ(full.dtype(), DType::float32);
  const Tensor rounded = mixed_model().predict(x);
  ASSERT_EQ(rounded.dtype(), DType::bfloat16);
  expect_close_but_other(full, rounded);
  set_mixed_precision(true);
  const Tensor low = mixed_model().predict(x);
  ASSERT_EQ(low.dtype(), DType::bfloat16);
  expect_close_but_other(full, low);
}

// Whoever asks for nothing gets the dtypes of Keras, sums in float32, and values that have been
// rounded between the layers.
TEST_F(MixedPrecision, RoundsWhereKerasRounds) {
  const Sequential model{Dense(1, {.use_bias = false,
                                   .kernel_initializer = "ones",
                                   .input_shape = Shape{2},
                                   .dtype = "mixed_float16"}),
                         layers::Activation("linear", {.dtype = "float32"})};
  // 2049 is no float16; 2048 + 1 would be lost in a sum of float16, 2048 + 4 is not.
  const Tensor x = Tensor::of<float>({2049, 0, 2048, 4, 70000, 0}, Shape{3, 2});
  const auto y = model.predict(x).to_vector<float>();
  EXPECT_EQ(y[0], 2048);
  EXPECT_EQ(y[1], 2052);
  EXPECT_TRUE(std::isinf(y[2]));
}

TEST_F(MixedPrecision, LayersThatNeedMoreStayInFloat32Inside) {
  set_mixed_precision(true);
  const char* mixed = "mixed_bfloat16";
  const Sequential model{LSTM(3, {.input_shape = Shape{5, 2}, .dtype = mixed}),
                         LayerNormalization({.dtype = mixed}), Dense(2, {.dtype = mixed})};
  model.compile({.optimizer = "sgd", .loss = "mse"});
  FitOptions o;
  o.epochs = 2;
  o.verbose = 0;
  const History h = model.fit(test::wave({16, 5, 2}, 0, 0.37), test::wave({16, 2}, 1, 0.37), o);
  EXPECT_TRUE(std::isfinite(h["loss"].back()));
  EXPECT_EQ(model.predict(test::wave({2, 5, 2}, 0, 0.37)).dtype(), DType::bfloat16);
}

// As TensorFlow does, which keeps the steps of other sums in float16.
TEST_F(MixedPrecision, GradientsOfBiasesAreSummedInFloat32) {
  const Tensor dy =
      ops::cast(Tensor::of<float>({40000, 40000, -40000}, Shape{3, 1}), DType::float16);
  EXPECT_EQ(ops::cast(emit("BiasAddGrad", {dy}), DType::float32).item<float>(), 40000.0f);
  EXPECT_TRUE(std::isinf(ops::cast(ops::reduce_sum(dy), DType::float32).item<float>()));
}

}  // namespace
}  // namespace rill::keras
