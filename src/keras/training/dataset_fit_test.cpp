// fit(), evaluate() and predict() on data sets do what they do on arrays.
#include <gtest/gtest.h>

#include <cmath>

#include "rill/dataset.hpp"
#include "rill/error.hpp"
#include "rill/keras.hpp"
#include "wave.h"

namespace rill::keras {
namespace {

Model network() {
  using layers::Dense;
  const Sequential model{Dense(5, {.activation = "tanh", .input_shape = Shape{4}}), Dense(2)};
  std::vector<Tensor> values;
  for (const Value& v : model.weights()) values.push_back(test::wave(v.shape(), 0.5));
  model.set_weights(values);
  model.compile({.optimizer = optimizers::SGD({.learning_rate = 0.1}), .loss = "mse"});
  return model;
}

const Tensor& x() {
  static const Tensor& t = *new Tensor(test::wave({23, 4}, 0));
  return t;
}
const Tensor& y() {
  static const Tensor& t = *new Tensor(test::wave({23, 2}, 1));
  return t;
}

FitOptions options() {
  FitOptions o;
  o.batch_size = 5;
  o.epochs = 3;
  o.shuffle = false;
  o.verbose = 0;
  return o;
}

TEST(DatasetFit, EqualsArrays) {
  const Model a = network(), b = network();
  FitOptions o = options();
  o.validation_data = Examples{x(), y(), {}};
  const History wanted = a.fit(x(), y(), o);
  o.validation_data.reset();
  const Dataset batches = Dataset::from_tensor_slices({x(), y()}).batch(5).prefetch(2);
  o.validation_dataset = batches;
  const History got = b.fit(batches, o);
  EXPECT_EQ(got["loss"], wanted["loss"]);
  EXPECT_EQ(got["val_loss"], wanted["val_loss"]);
  EvaluateOptions quiet;
  quiet.verbose = 0;
  quiet.batch_size = 5;
  EXPECT_EQ(b.evaluate(batches, quiet)[0].second, a.evaluate(x(), y(), quiet)[0].second);
  const Tensor predicted = b.predict(batches).at(0);
  EXPECT_EQ(predicted.to_vector<float>(), a.predict(x()).to_vector<float>());
}

TEST(DatasetFit, WeightsOfSamplesAreTheLastComponent) {
  const Model a = network(), b = network();
  FitOptions o = options();
  Tensor weights = test::wave({23}, 2);
  for (float& w : weights.flat<float>()) w = std::abs(w);
  o.sample_weight = weights;
  const History wanted = a.fit(x(), y(), o);
  const History got = b.fit(Dataset::from_tensor_slices({x(), y(), weights}).batch(5), options());
  EXPECT_EQ(got["loss"], wanted["loss"]);
}

TEST(DatasetFit, StepsGoOnThroughEndlessData) {
  const Model a = network();
  FitOptions o = options();
  const Dataset endless = Dataset::from_tensor_slices({x(), y()}).batch(5).repeat();
  EXPECT_THROW(a.fit(endless, o), InvalidArgumentError);
  o.steps_per_epoch = 7;
  const History h = a.fit(endless, o);
  EXPECT_EQ(h["loss"].size(), 3u);
  EXPECT_EQ(a.optimizer().iteration_count(), 21);
}

// Epochs end at the last batch, one before it and behind it: all are there, as in Keras.
TEST(DatasetFit, StepsBeginAnewWhereTheDataEnds) {
  const Dataset batches = Dataset::from_tensor_slices({x(), y()}).batch(6);  // 4 of them
  for (const auto& [steps, updates] :
       {std::pair<int64_t, int64_t>{4, 12}, {2, 6}, {3, 7}, {9, 12}}) {
    const Model a = network();
    FitOptions o = options();
    o.steps_per_epoch = steps;
    EXPECT_EQ(a.fit(batches, o)["loss"].size(), 3u) << steps;
    EXPECT_EQ(a.optimizer().iteration_count(), updates) << steps;
  }
}

TEST(DatasetFit, RefusesWhatDoesNotFit) {
  const Model a = network();
  FitOptions o = options();
  EXPECT_THROW(a.fit(Dataset::from_tensor_slices({x(), y()}).batch(5).take(0), o),
               InvalidArgumentError);
  EXPECT_THROW(a.fit(Dataset::from_tensor_slices({x(), y(), y(), y(), y()}).batch(5), o),
               InvalidArgumentError);
  o.validation_split = 0.5;
  EXPECT_THROW(a.fit(Dataset::from_tensor_slices({x(), y()}).batch(5), o), InvalidArgumentError);
  EXPECT_THROW(a.predict(Dataset::from_tensor_slices(x()).batch(5).repeat()), InvalidArgumentError);
}

// Keras 3 writes "training": false into each call of a functional model; fit() says what it is.
TEST(FunctionalFit, DropsWhatKeras3CallsWithoutTraining) {
  using layers::Dense;
  const KerasTensor input = Input(Shape{4});
  const Model built({input}, {Dense(2)(layers::Dropout(0.5)(input))});
  std::string config = built.to_json();
  const std::string plain = "\"kwargs\": {}";
  const std::string called = "\"kwargs\": {\"training\": false}";
  size_t count = 0;
  for (size_t at = config.find(plain); at != std::string::npos; at = config.find(plain, at + 1)) {
    config.replace(at, plain.size(), called);
    ++count;
  }
  ASSERT_GE(count, 1u) << config;
  const Model model = model_from_json(config);
  model.set_weights(built.get_weights());
  model.compile({.optimizer = optimizers::SGD({.learning_rate = 0.0}), .loss = "mse"});
  FitOptions once = options();
  once.epochs = 1;
  const double dropped = model.fit(x(), y(), once)["loss"][0];
  EvaluateOptions quiet;
  quiet.verbose = 0;
  EXPECT_GT(std::abs(dropped - model.evaluate(x(), y(), quiet)[0].second), 1e-3);
}

}  // namespace
}  // namespace rill::keras
