// Clipping and updates where shapes or numbers are lost, as Keras has them.
#include <gtest/gtest.h>

#include <cmath>

#include "rill/keras.hpp"

namespace rill::keras {
namespace {

// How far each weight moves in one step of SGD with a rate of 1.
std::vector<double> moves(const std::string& clipping) {
  const KerasTensor in = Input(Shape{5, 3});
  const KerasTensor normal = layers::LayerNormalization()(in);
  const Model model(in, layers::Dense(1)(layers::GlobalMaxPooling1D()(normal)));
  model.compile(
      {.optimizer = optimizer_from_json(
           R"({"class_name": "SGD", "config": {"learning_rate": 1.0, )" + clipping + "}}"),
       .loss = "mse"});
  std::vector<float> numbers(60);
  for (size_t i = 0; i < numbers.size(); ++i) numbers[i] = std::sin(static_cast<float>(i));
  const std::vector<Tensor> before = model.get_weights();
  const Tensor y = Tensor::of<float>({9, 8, 7, 6}, {4, 1});
  model.train_on_batch(Examples{{Tensor::of<float>(numbers, {4, 5, 3})}, {y}, {}});
  const std::vector<Tensor> after = model.get_weights();
  std::vector<double> out;
  for (size_t i = 0; i < after.size(); ++i) {
    double sum = 0;
    for (int64_t j = 0; j < after[i].size(); ++j) {
      const double gap = after[i].data<float>()[j] - before[i].data<float>()[j];
      sum += gap * gap;
    }
    out.push_back(std::sqrt(sum));
  }
  return out;
}

// The maximum over the steps leaves the normalisation's gradients without a known shape.
TEST(Clipping, GoesByWholeGradients) {
  for (const double move : moves(R"("clipnorm": 0.01)")) EXPECT_NEAR(move, 0.01, 1e-5);
  double sum = 0;
  for (const double move : moves(R"("global_clipnorm": 0.01)")) sum += move * move;
  EXPECT_NEAR(std::sqrt(sum), 0.01, 1e-5);
}

// With a rate of 0: tf.raw_ops.ResourceApplyFtrl gives NaN where there is a gradient, 0 elsewhere.
TEST(Clipping, LegacyFtrlKeepsWhatIsAboveItsThreshold) {
  const Sequential model{
      layers::Dense(1, {.use_bias = false, .kernel_initializer = "ones", .input_shape = Shape{2}})};
  model.compile(
      {.optimizer = optimizer_from_json(
           R"({"class_name": "Ftrl", "config": {"learning_rate": 0.0, "is_legacy_optimizer": true}})"),
       .loss = "mse"});
  model.train_on_batch(
      Examples{{Tensor::of<float>({1, 0}, {1, 2})}, {Tensor::of<float>({3}, {1, 1})}, {}});
  const Tensor weight = model.get_weights()[0];
  EXPECT_TRUE(std::isnan(weight.data<float>()[0]));
  EXPECT_EQ(weight.data<float>()[1], 0);
}

}  // namespace
}  // namespace rill::keras
