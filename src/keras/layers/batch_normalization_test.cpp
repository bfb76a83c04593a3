// Batch renormalization; the numbers are those of Keras 3 and tf_keras alike.
#include <gtest/gtest.h>

#include "rill/error.hpp"
#include "rill/keras.hpp"

namespace rill::keras {
namespace {

void expect_numbers(const Tensor& found, const std::vector<float>& wanted) {
  const std::vector<float> numbers = found.to_vector<float>();
  ASSERT_EQ(numbers.size(), wanted.size());
  for (size_t i = 0; i < wanted.size(); ++i) EXPECT_NEAR(numbers[i], wanted[i], 1e-5) << i;
}

Model renormed(const std::string& clipping) {
  const LayerPtr layer = layer_from_config("BatchNormalization", R"({"name": "b", "momentum": 0.5,
    "epsilon": 0.25, "renorm": true, "renorm_momentum": 0.75, "renorm_clipping": )" +
                                                                     clipping +
                                                                     R"(,
    "moving_variance_initializer": {"class_name": "Constant", "config": {"value": 4.0}}})");
  const KerasTensor x = Input({2});
  Model model(x, layer(x));
  std::vector<Tensor> weights = model.get_weights();
  weights[0] = Tensor::vector<float>({2, 3});
  weights[1] = Tensor::vector<float>({0.5F, -1});
  model.set_weights(weights);
  return model;
}

const Tensor& batch() {
  static const Tensor& x = *new Tensor(Tensor::of<float>({1, 2, 3, 6, 5, 1}, {3, 2}));
  return x;
}

TEST(BatchRenormalization, FollowsTheStatisticsSoFar) {
  const Model model = renormed("null");
  expect_numbers(model(batch(), true), {1.5F, 2, 3.5F, 8, 5.5F, 0.5F});
  const std::vector<Tensor> weights = model.get_weights();
  ASSERT_EQ(weights.size(), 7U);
  expect_numbers(weights[2], {1.5F, 1.5F});
  expect_numbers(weights[3], {3.186992F, 4.196522F});
  expect_numbers(weights[4], {1.853913F, 2.108678F});
  expect_numbers(weights[5], {0.75F, 0.75F});
  expect_numbers(weights[6], {1.926956F, 2.054339F});
  expect_numbers(model(batch(), true),
                 {0.759476F, 0.825405F, 2.835289F, 6.666699F, 4.911101F, -0.634919F});
  expect_numbers(model(batch()),
                 {-0.903809F, -1.346738F, 1.342286F, 4.201069F, 3.588380F, -2.733690F});
}

TEST(BatchRenormalization, KeepsToItsLimits) {
  const Model model = renormed(R"({"rmax": 1.5, "rmin": 0.5, "dmax": 1.0})");
  expect_numbers(model(batch(), true), {0.5F, 0.5F, 2.5F, 6.5F, 4.5F, -1});
  expect_numbers(model(batch(), true),
                 {0.424187F, 0.539676F, 2.5F, 6.380971F, 4.575812F, -0.920647F});
  EXPECT_THROW(renormed(R"({"rmix": 1.5})"), InvalidArgumentError);
}

TEST(BatchRenormalization, ComesBackFromAFile) {
  const Model model = renormed(R"({"dmax": 1.0})");
  const std::string json = model.to_json();
  EXPECT_NE(json.find(R"("renorm_clipping": {"dmax": 1.0})"), std::string::npos) << json;
  EXPECT_EQ(model_from_json(json).weights().size(), 7U);
}

}  // namespace
}  // namespace rill::keras
