// The loss is scaled up for mixed_float16 as Keras 3.15 and tf_keras 2.21 do it: steps that
// overflow are skipped and halve the scale, enough good ones double it. Losses, scales and counts
// are theirs (SGD, 16 rows in one batch).
#include <gtest/gtest.h>

#include "codec/json.h"
#include "process.h"
#include "rill/keras.hpp"
#include "rill/keras/mixed_precision.hpp"
#include "wave.h"

namespace rill::keras {
namespace {

class LossScale : public testing::Test {
 protected:
  void SetUp() override { set_mixed_precision(true); }
  void TearDown() override { set_mixed_precision(false); }
};

struct Steps {
  std::vector<double> losses, scales;
  std::vector<int64_t> counts;
};

const Steps kDefault{{5180.021484375, 5180.021484375, 5180.021484375, 5180.021484375, 5180.01171875,
                      5180.00390625, 5179.96875, 5179.95556640625},
                     {16384, 8192, 4096, 4096, 4096, 4096, 4096, 4096},
                     {0, 0, 0, 1, 2, 3, 4, 5}};
const Steps kGrowing{{5180.021484375, 5180.021484375, 5180.021484375, 5180.021484375,
                      5180.021484375, 5180.021484375, 5180.021484375, 5180.01171875, 5179.97265625,
                      5179.97265625, 5179.93408203125, 5179.8369140625},
                     {131072, 65536, 32768, 16384, 8192, 4096, 4096, 8192, 4096, 4096, 8192, 4096},
                     {0, 0, 0, 0, 0, 0, 1, 2, 2, 3, 4, 4}};

Model a_model() {
  Sequential model{
      layers::Dense(3, {.activation = "relu", .input_shape = Shape{4}, .dtype = "mixed_float16"}),
      layers::Dense(2)};
  model.set_weights({test::wave({4, 3}, 0, 0.37), Tensor::zeros({3}), test::wave({3, 2}, 1, 0.37),
                     Tensor::zeros({2})});
  return model;
}

Steps train(const Model& model, size_t steps) {
  const Tensor x = test::wave({16, 4}, 0, 0.37);
  Tensor y = test::wave({16, 2}, 1, 0.37);
  for (int64_t i = 0; i < y.size(); ++i) y.data<float>()[i] *= 100;
  Steps out;
  for (size_t i = 0; i < steps; ++i) {
    model.reset_metrics();
    out.losses.push_back(log_value(model.train_on_batch(x, y), "loss"));
    const Optimizer& optimizer = model.optimizer();
    out.scales.push_back(optimizer.scale_loss(Tensor::scalar(1.0f)).item<double>());
    out.counts.push_back(optimizer.iteration_count());
  }
  return out;
}

void expect_same(const Steps& found, const Steps& wanted) {
  EXPECT_EQ(found.scales, wanted.scales);
  EXPECT_EQ(found.counts, wanted.counts);
  ASSERT_EQ(found.losses.size(), wanted.losses.size());
  for (size_t i = 0; i < wanted.losses.size(); ++i) {
    EXPECT_NEAR(found.losses[i], wanted.losses[i], 0.01) << "step " << i;
  }
}

// tf_keras counts the steps that were skipped.
Steps counting_all(Steps steps) {
  for (size_t i = 0; i < steps.counts.size(); ++i) steps.counts[i] = static_cast<int64_t>(i + 1);
  return steps;
}

TEST_F(LossScale, ComesWithThePolicyAsInKeras) {
  const Model model = a_model();
  model.compile({.optimizer = optimizers::SGD({.learning_rate = 0.0001}), .loss = "mse"});
  EXPECT_EQ(model.optimizer().class_name(), "LossScaleOptimizer");
  expect_same(train(model, kDefault.losses.size()), kDefault);

  const Model unscaled = a_model();
  unscaled.compile({.optimizer = "sgd", .loss = "mse", .auto_scale_loss = false});
  EXPECT_EQ(unscaled.optimizer().class_name(), "SGD");
  const Sequential full{layers::Dense(2, {.input_shape = Shape{4}})};
  full.compile({.optimizer = "sgd", .loss = "mse"});
  EXPECT_EQ(full.optimizer().class_name(), "SGD");
}

TEST_F(LossScale, GrowsAndShrinksAsInKeras) {
  const Model model = a_model();
  const optimizers::SGD inner({.learning_rate = 0.0001, .momentum = 0.9});
  model.compile({.optimizer = optimizers::LossScaleOptimizer(inner, 262144, 2), .loss = "mse"});
  expect_same(train(model, kGrowing.losses.size()), kGrowing);
  EXPECT_EQ(inner->iteration_count(), 4);  // it is the same optimizer, not a copy
}

TEST_F(LossScale, GoesOnFromAFile) {
  const test::ScratchFolder folder;
  const Model model = a_model();
  const optimizers::SGD inner({.learning_rate = 0.0001, .momentum = 0.9});
  model.compile({.optimizer = optimizers::LossScaleOptimizer(inner, 262144, 2), .loss = "mse"});
  const Steps begin = train(model, 7);
  save_model(model, folder / "m.keras");
  const Model loaded = load_model(folder / "m.keras");
  // Iterations, rates, counter and scale, and a momentum for each of the 23 weights.
  EXPECT_NE(loaded.summary_text().find("Optimizer params: 29"), std::string::npos)
      << loaded.summary_text();
  Steps all = train(loaded, kGrowing.losses.size() - 7);
  all.losses.insert(all.losses.begin(), begin.losses.begin(), begin.losses.end());
  all.scales.insert(all.scales.begin(), begin.scales.begin(), begin.scales.end());
  all.counts.insert(all.counts.begin(), begin.counts.begin(), begin.counts.end());
  expect_same(all, kGrowing);
}

TEST_F(LossScale, IsThatOfKeras2ForItsOptimizers) {
  const Model model = a_model();
  model.compile({.optimizer = optimizer_from_json(R"({"class_name": "SGD", "config": {
                     "learning_rate": 0.0001, "is_legacy_optimizer": false}})"),
                 .loss = "mse"});
  EXPECT_EQ(model.optimizer().class_name(), "LossScaleOptimizerV3");
  expect_same(train(model, kDefault.losses.size()), counting_all(kDefault));

  const Model growing = a_model();
  growing.compile({.optimizer = optimizer_from_json(R"({
      "class_name": "LossScaleOptimizerV3", "config": {"dynamic": true, "initial_scale": 262144.0,
      "dynamic_growth_steps": 2, "inner_optimizer": {"class_name": "SGD", "config": {
      "learning_rate": 0.0001, "momentum": 0.9, "is_legacy_optimizer": false}}}})"),
                   .loss = "mse"});
  expect_same(train(growing, kGrowing.losses.size()), counting_all(kGrowing));
  // What it saves are the inner optimizer's variables.
  EXPECT_EQ(growing.optimizer().variables().size(), 5u);
}

TEST_F(LossScale, OfKeras2MayStayAsItIs) {
  const std::string text = R"({"class_name": "LossScaleOptimizerV3", "config": {"dynamic": false,
      "initial_scale": 64.0, "dynamic_growth_steps": null, "inner_optimizer": {"class_name": "SGD",
      "config": {"learning_rate": 0.0001, "is_legacy_optimizer": false}}}})";
  const OptimizerPtr optimizer = optimizer_from_json(text);
  const Json written = Json::parse(optimizer->to_json());
  EXPECT_FALSE(written.at("config").at("dynamic").as_bool());
  EXPECT_FALSE(written.at("config").contains("name"));  // tf_keras would refuse it
  const Model model = a_model();
  model.compile({.optimizer = optimizer, .loss = "mse"});
  EXPECT_EQ(train(model, 3).scales, (std::vector<double>{64, 64, 64}));
}

}  // namespace
}  // namespace rill::keras
