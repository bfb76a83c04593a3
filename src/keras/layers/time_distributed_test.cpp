// What TimeDistributed of Keras 3 does for each step, and of Keras 2 with several inputs.
#include <gtest/gtest.h>

#include "rill/error.hpp"
#include "rill/keras.hpp"

namespace rill::keras {
namespace {

const std::string kPlain = R"({"class_name": "Dense", "config": {"name": "d", "units": 2)";

LayerPtr of_steps(const std::string& inner, const std::string& more = "") {
  return layer_from_config("TimeDistributed", R"({"name": "t", "layer": )" + inner + more + "}");
}

// The numbers of Keras 3: its seeds go on by one a step.
TEST(TimeDistributed, DrawsForEachStep) {
  const LayerPtr layer =
      of_steps(R"({"class_name": "Dropout", "config": {"name": "d", "rate": 0.5, "seed": 1337}})");
  const std::vector<float> ones(24, 1);
  EXPECT_EQ(layer(Tensor::of<float>(ones, {2, 3, 4}), true).to_vector<float>(),
            (std::vector<float>{2, 0, 2, 2, 2, 0, 0, 2, 0, 0, 2, 2,  //
                                0, 0, 2, 2, 2, 0, 0, 0, 2, 2, 2, 2}));
}

// A mask for the whole batch is another one in each step.
TEST(TimeDistributed, NoiseOfABatchDiffersByStep) {
  const LayerPtr layer = of_steps(R"({"class_name": "Dropout", "config": {"name": "d",
      "rate": 0.5, "seed": 3, "noise_shape": [1, null]}})");
  constexpr int64_t kSteps = 50, kWide = 40;
  const Tensor y =
      layer(Tensor::of<float>(std::vector<float>(2 * kSteps * kWide, 1), {2, kSteps, kWide}), true);
  const auto* p = y.data<float>();
  int64_t kept = 0, as_before = 0;
  for (int64_t i = 0; i < kSteps * kWide; ++i) {
    EXPECT_EQ(p[i], p[kSteps * kWide + i]);
    kept += p[i] != 0 ? 1 : 0;
    as_before += i >= kWide && (p[i] != 0) == (p[i - kWide] != 0) ? 1 : 0;
  }
  EXPECT_NEAR(static_cast<double>(kept) / (kSteps * kWide), 0.5, 0.06);
  EXPECT_NEAR(static_cast<double>(as_before) / ((kSteps - 1) * kWide), 0.5, 0.06);
}

// The layer's call() computes in the dtype of the wrapper; Keras 2 calls the layer as it is.
TEST(TimeDistributed, DtypesOfBoth) {
  const Tensor x = Tensor::of<float>({1, 2, 3, 4}, {1, 2, 2});
  const auto dtype = [&](const std::string& inner, const std::string& outer) {
    return of_steps(kPlain + R"(, "dtype": ")" + inner + R"("}})",
                    R"(, "dtype": ")" + outer + '"')(x)
        .dtype();
  };
  EXPECT_EQ(dtype("mixed_float16", "float32"), DType::float32);
  EXPECT_EQ(dtype("float32", "mixed_float16"), DType::float16);
  EXPECT_EQ(dtype("float16", "float32"), DType::float32);
  EXPECT_EQ(dtype("float16", "float64"), DType::float64);
}

TEST(Bidirectional, GivesItsOwnDtype) {
  const Tensor x = Tensor::of<float>({1, 2, 3, 4}, {1, 2, 2});
  const auto dtype = [&](const std::string& inner, const std::string& outer) {
    return layer_from_config("Bidirectional", R"({"name": "b", "layer": {"class_name": "LSTM",
        "config": {"name": "l", "units": 2, "dtype": ")" +
                                                  inner + R"("}}, "dtype": ")" + outer + R"("})")(x)
        .dtype();
  };
  EXPECT_EQ(dtype("float64", "float32"), DType::float32);
  EXPECT_EQ(dtype("mixed_float16", "float32"), DType::float32);
  EXPECT_EQ(dtype("float32", "mixed_float16"), DType::float16);
}

std::string keras2_steps(const std::string& layer, const std::string& calls) {
  return R"({"class_name": "Functional", "keras_version": "2.15.0", "config": {"name": "m",
    "layers": [
    {"class_name": "InputLayer", "name": "x", "inbound_nodes": [],
     "config": {"name": "x", "batch_input_shape": [null, 3, 2], "dtype": "float32"}},
    {"class_name": "InputLayer", "name": "z", "inbound_nodes": [],
     "config": {"name": "z", "batch_input_shape": [null, 3, 2], "dtype": "float32"}},
    {"class_name": "TimeDistributed", "name": "y", "config": {"name": "y",
     "dtype": "mixed_float16", "layer": )" +
         layer + R"(}, "inbound_nodes": [)" + calls + R"(]}],
    "input_layers": [["x", 0, 0], ["z", 0, 0]], "output_layers": [["y", 0, 0]]}})";
}

TEST(TimeDistributed, OfKeras2GivesWhatTheLayerGives) {
  const Model model =
      model_from_json(keras2_steps(kPlain + R"(, "dtype": "float32"}})", R"([["x", 0, 0, {}]])"));
  EXPECT_EQ(model.outputs()[0].dtype(), DType::float32);
}

TEST(TimeDistributed, OfKeras2TakesSeveralInputs) {
  const Model model = model_from_json(
      keras2_steps(R"({"class_name": "Add", "config": {"name": "a", "dtype": "float32"}})",
                   R"([["x", 0, 0, {}], ["z", 0, 0, {}]])"));
  const Tensor x = Tensor::of<float>({1, 2, 3, 4, 5, 6}, {1, 3, 2});
  EXPECT_EQ(model.predict({x, x})[0].to_vector<float>(), (std::vector<float>{2, 4, 6, 8, 10, 12}));
  const KerasTensor a = Input({3, 2}), b = Input({3, 2});
  const LayerPtr keras3 =
      of_steps(R"({"class_name": "Add", "config": {"name": "a", "dtype": "float32"}})");
  EXPECT_THROW(keras3({a, b}), InvalidArgumentError);
}

// Of Keras 3: the layer itself adds none, layers within it one for each step.
TEST(TimeDistributed, PenaltiesOfActivities) {
  const auto loss = [](const std::string& inner) {
    const KerasTensor x = Input({3, 1});
    const Model model(x, of_steps(inner)(x));
    CompileOptions options;
    options.loss = std::string("mse");
    Model compiled = model;
    compiled.compile(options);
    const Tensor t = Tensor::of<float>({1, 2, 3, 4, 5, 6}, {2, 3, 1});
    return compiled.evaluate({t}, {t}).at(0).second;
  };
  const std::string unit = R"({"class_name": "Dense", "config": {"name": "d", "units": 1,
      "kernel_initializer": "ones", "activity_regularizer": {"class_name": "L2",
      "config": {"l2": 1.0}}}})";
  EXPECT_FLOAT_EQ(loss(unit), 0);
  EXPECT_FLOAT_EQ(
      loss(R"({"class_name": "Sequential", "config": {"name": "s", "layers": [)" + unit + "]}}"),
      91.0F / 2);
}

// Keras 2 lists what a wrapper trains before what it does not; Keras 3 goes layer by layer.
TEST(TimeDistributed, OrderOfWeights) {
  const auto shapes = [](const Model& model) {
    std::vector<Shape> out;
    for (const Value& w : model.weights()) out.push_back(w.shape());
    return out;
  };
  const std::string inner = R"({"class_name": "Sequential", "config": {"name": "s", "layers": [
      {"class_name": "BatchNormalization", "config": {"name": "b"}},
      {"class_name": "Dense", "config": {"name": "d", "units": 2}}]}})";
  const Model two = model_from_json(
      R"({"class_name": "Sequential", "keras_version": "2.15.0", "config": {"name": "m",
      "layers": [{"class_name": "TimeDistributed", "config": {"name": "t",
      "batch_input_shape": [null, 4, 3], "layer": )" +
      inner + "}}]}}");
  const KerasTensor x = Input({4, 3});
  const Model three(x, of_steps(inner)(x));
  const Shape wide{3}, kernel{3, 2}, bias{2};
  EXPECT_EQ(shapes(two), (std::vector<Shape>{wide, wide, kernel, bias, wide, wide}));
  EXPECT_EQ(shapes(three), (std::vector<Shape>{wide, wide, wide, wide, kernel, bias}));
}

// The numbers of tf_keras 2.21 and Keras 3.15, both with a batch of [[1, 2, 3], [4, 5, last]].
const std::string kFollowing =
    R"({"class_name": "BatchNormalization", "config": {"name": "b", "momentum": 0.5}})";

std::string one_step_model(const std::string& inner) {
  return R"({"class_name": "Sequential", "config": {"name": "s", "layers": [)" + inner + "]}}";
}

Model following(const std::string& version, const std::string& layer, const std::string& shape) {
  return model_from_json(R"({"class_name": "Sequential", "keras_version": ")" + version +
                         R"(", "config": {"name": "m", "layers": [
      {"class_name": "InputLayer", "config": {"name": "x", "dtype": "float32", "batch_)" +
                         (version[0] == '2' ? "input_" : "") + R"(shape": )" + shape + R"(}},
      {"class_name": "Masking", "config": {"name": "k", "mask_value": 0.0}},
      {"class_name": "TimeDistributed", "config": {"name": "t", "layer": )" +
                         layer + "}}]}}");
}

void expect_followed(const Model& model, const Shape& shape, float last, double mean,
                     double variance) {
  const Tensor x = Tensor::of<float>({1, 2, 3, 4, 5, last}, shape);
  model.compile({.optimizer = optimizers::SGD({.learning_rate = 0.0}), .loss = "mse"});
  model.fit(x, x, {.epochs = 1, .verbose = 0});
  const auto weights = model.get_weights();
  ASSERT_EQ(weights.size(), 4U);
  EXPECT_NEAR(weights[2].item<double>(), mean, 1e-6);
  EXPECT_NEAR(weights[3].item<double>(), variance, 1e-6);
}

// A model runs once more when tf_keras asks it for its mask.
TEST(TimeDistributed, OfKeras2RunsModelsTwice) {
  const std::string steps = "[null, 3, 1]", parts = "[null, 3, 1, 1]";
  const auto around = [](const std::string& inner) {
    return R"({"class_name": "TimeDistributed", "config": {"name": "u", "layer": )" + inner + "}}";
  };
  const std::string whole = one_step_model(kFollowing);
  expect_followed(following("2.15.0", kFollowing, steps), {2, 3, 1}, 6, 1.75, 1.9583333);
  expect_followed(following("2.15.0", whole, steps), {2, 3, 1}, 6, 2.625, 2.4375);
  expect_followed(following("2.15.0", around(whole), parts), {2, 3, 1, 1}, 6, 3.0625, 2.6770833);
  const Model model = following("2.15.0", one_step_model(R"({"class_name": "Dense", "config":
      {"name": "d", "units": 1, "kernel_initializer": "ones", "activity_regularizer":
      {"class_name": "L2", "config": {"l2": 1.0}}}})"),
                                steps);
  model.compile({.loss = "mse"});
  const Tensor x = Tensor::of<float>({1, 2, 3, 4, 5, 6}, {2, 3, 1});
  const Logs logs = model.evaluate(x, Tensor::zeros({2, 3, 1}), {.verbose = 0});
  EXPECT_FLOAT_EQ(static_cast<float>(log_value(logs, "loss")), 45.5F);
}

// What whole steps are masked by reaches the layer.
TEST(TimeDistributed, PassesMasksOfSteps) {
  const std::string steps = "[null, 3, 1]", whole = one_step_model(kFollowing);
  expect_followed(following("2.15.0", kFollowing, steps), {2, 3, 1}, 0, 1.5, 1.5);
  expect_followed(following("2.15.0", whole, steps), {2, 3, 1}, 0, 2.25, 1.75);
  expect_followed(following("3.5.0", kFollowing, steps), {2, 3, 1}, 0, 2.6875, 0.96875);
  expect_followed(following("3.5.0", whole, "[2, 3, 1]"), {2, 3, 1}, 0, 2.6875, 0.96875);
}

// Step by step, and once more before all of them.
TEST(TimeDistributed, OfKeras2CarriesStatesFromStepToStep) {
  const std::string sum = R"({"class_name": "SimpleRNN", "config": {"name": "r", "units": 1,
      "activation": "linear", "kernel_initializer": "ones", "recurrent_initializer": "ones",
      "stateful": true}})";
  const Model two = model_from_json(R"({"class_name": "Sequential", "keras_version": "2.15.0",
      "config": {"name": "m", "layers": [{"class_name": "TimeDistributed", "config": {"name": "t",
      "batch_input_shape": [1, 3, 2, 1], "layer": )" +
                                    sum + "}}]}}");
  const Tensor x = Tensor::of<float>({1, 2, 3, 4, 5, 6}, {1, 3, 2, 1});
  EXPECT_EQ(two.predict(x).to_vector<float>(), (std::vector<float>{6, 13, 24}));
  EXPECT_EQ(two.predict(x).to_vector<float>(), (std::vector<float>{30, 37, 48}));
  const KerasTensor in = Input(Shape{3, 2, 1}, {.batch_size = 1});
  const Model three(in, of_steps(sum)(in));
  EXPECT_EQ(three.predict(x).to_vector<float>(), (std::vector<float>{3, 10, 21}));
  EXPECT_EQ(three.predict(x).to_vector<float>(), (std::vector<float>{24, 31, 42}));
}

}  // namespace
}  // namespace rill::keras
