// Settings that few models use; the numbers are Keras'.
#include <gtest/gtest.h>

#include "rill/error.hpp"
#include "rill/keras.hpp"

namespace rill::keras {
namespace {

Model keras2_model(const std::string& shape, const std::string& layer, const std::string& outputs) {
  return model_from_json(R"({"class_name": "Functional", "keras_version": "2.15.0", "config": {
    "name": "m", "input_layers": [["x", 0, 0]], "output_layers": [)" +
                         outputs + R"(], "layers": [
    {"class_name": "InputLayer", "name": "x", "inbound_nodes": [], "config": {"name": "x",
     "batch_input_shape": )" +
                         shape + R"(, "dtype": "float32"}}, )" + layer + "]}}");
}

// Each pair along the axes has a mean of its own; the weights have the rank of the input.
TEST(BatchNormalization, AlongSeveralAxes) {
  const Model model = keras2_model("[null, 2, 2]", R"({"class_name": "BatchNormalization",
    "name": "y", "inbound_nodes": [[["x", 0, 0, {}]]], "config": {"name": "y", "axis": [1, 2],
    "epsilon": 0.0, "momentum": 0.0}})",
                                   R"(["y", 0, 0])");
  ASSERT_EQ(model.weights().size(), 4U);
  EXPECT_EQ(model.weights()[0].shape(), (Shape{1, 2, 2}));
  const Tensor x = Tensor::of<float>({1, 2, 3, 4, 3, 6, 9, 4}, {2, 2, 2});
  const Tensor y = model(x, true);
  const std::vector<float> first = y.to_vector<float>();
  EXPECT_FLOAT_EQ(first[0], -1);
  EXPECT_FLOAT_EQ(first[6], 1);
  EXPECT_EQ(model.get_weights()[2].to_vector<float>(), (std::vector<float>{2, 4, 6, 4}));
}

// Keras 2 keeps the weights of half precision wide.
TEST(BatchNormalization, WeightsOfKeras2AreWide) {
  const Model model = keras2_model("[null, 2]", R"({"class_name": "BatchNormalization",
    "name": "y", "inbound_nodes": [[["x", 0, 0, {}]]], "config": {"name": "y", "axis": [1],
    "dtype": "bfloat16"}})",
                                   R"(["y", 0, 0])");
  EXPECT_EQ(model.weights()[0].dtype(), DType::float32);
  EXPECT_EQ(model(Tensor::of<float>({1, 2}, {1, 2})).dtype(), DType::bfloat16);
}

// Steps that are masked do not count.
TEST(BatchNormalization, TrainsOnWhatTheMaskKeeps) {
  const LayerPtr layer =
      layer_from_config("BatchNormalization", R"({"name": "b", "epsilon": 0.0, "momentum": 0.0})");
  const KerasTensor x = Input({2, 1});
  const Model model(x, layer(layers::Masking(9)(x)));
  model(Tensor::of<float>({1, 9, 3, 9}, {2, 2, 1}), true);
  const std::vector<Tensor> values = model.get_weights();
  EXPECT_NEAR(values[2].item<float>(), 2, 1e-5);
  EXPECT_NEAR(values[3].item<float>(), 1, 1e-5);
}

// In Keras 3 each step is a batch of its own, and moves the means.
TEST(TimeDistributed, StepsAreNormalizedApart) {
  const LayerPtr layer = layer_from_config("TimeDistributed", R"({"name": "t", "layer": {
    "class_name": "BatchNormalization",
    "config": {"name": "b", "epsilon": 0.0, "momentum": 0.0}}})");
  const KerasTensor x = Input({2, 1});
  const Model model(x, layer(x));
  const Tensor y = model(Tensor::of<float>({1, 5, 3, 9}, {2, 2, 1}), true);
  EXPECT_EQ(y.to_vector<float>(), (std::vector<float>{-1, -1, 1, 1}));
  EXPECT_FLOAT_EQ(model.get_weights()[2].item<float>(), 7);
}

TEST(LSTM, ForgetGatesOfKeras2StartOpen) {
  const Model model = keras2_model("[null, 2, 1]", R"({"class_name": "LSTM", "name": "y",
    "inbound_nodes": [[["x", 0, 0, {}]]], "config": {"name": "y", "units": 1,
    "unit_forget_bias": true}})",
                                   R"(["y", 0, 0])");
  EXPECT_EQ(model.get_weights()[2].to_vector<float>(), (std::vector<float>{0, 1, 0, 0}));
}

TEST(MultiHeadAttention, PartsHaveItsDtype) {
  const LayerPtr layer = layer_from_config(
      "MultiHeadAttention", R"({"name": "m", "num_heads": 1, "key_dim": 2, "dtype": "float64"})");
  const Tensor x = Tensor::of<float>({1, 2, 3, 4}, {1, 2, 2});
  EXPECT_EQ(layer({x, x}).dtype(), DType::float64);
  EXPECT_EQ(layer->weights()[0].dtype(), DType::float64);
}

TEST(Normalization, OneRowOfMeansForSeveralAxes) {
  const LayerPtr layer = layer_from_config(
      "Normalization",
      R"({"name": "n", "axis": [1, 2], "mean": [1.0, 2.0], "variance": [1.0, 4.0]})");
  EXPECT_EQ(layer(Tensor::of<float>({1, 2, 3, 6}, {1, 2, 2})).to_vector<float>(),
            (std::vector<float>{0, 0, 2, 2}));
}

TEST(ConvLSTM, CellHasTheDtypeOfTheLayer) {
  const LayerPtr layer = layer_from_config(
      "ConvLSTM1D", R"({"name": "c", "filters": 1, "kernel_size": [1], "dtype": "float64"})");
  EXPECT_EQ(layer(Tensor::of<float>({1, 2}, {1, 1, 2, 1})).dtype(), DType::float64);
}

// In Keras 3 any layer takes one.
TEST(ActivityRegularizer, OfAnyLayer) {
  const std::string config = R"({"name": "f", "trainable": true, "dtype": "float32",
    "activity_regularizer": {"module": "keras.regularizers", "class_name": "L1",
    "config": {"l1": 0.5}, "registered_name": null}})";
  const LayerPtr layer = layer_from_config("Flatten", config);
  EXPECT_NE(get_config(layer).find(R"("class_name": "L1")"), std::string::npos);
  const KerasTensor input = Input({2});
  Model model(input, layer(input));
  model.compile({.optimizer = "sgd", .loss = "mse"});
  const Tensor x = Tensor::of<float>({1, -2, 3, 4}, {2, 2});
  // Of zeros the squares are 7.5; of the batch of two the activities are 0.5 * 10 / 2.
  const auto logs = model.evaluate(x, Tensor::zeros(DType::float32, Shape{2, 2}));
  EXPECT_FLOAT_EQ(static_cast<float>(logs.at(0).second), 10);
}

// Keras 2 numbers the outputs of one layer.
TEST(OutputNames, OfOneLayer) {
  const Model model = keras2_model("[null, 2, 3]", R"({"class_name": "GRU", "name": "g",
    "inbound_nodes": [[["x", 0, 0, {}]]], "config": {"name": "g", "units": 1,
    "return_state": true}})",
                                   R"(["g", 0, 0], ["g", 0, 1])");
  EXPECT_EQ(model.output_names(), (std::vector<std::string>{"g", "g_1"}));
}

// A kernel beside an adapter is not trained, and stands first all the same.
TEST(Adapter, WeightsStandAsTheyWereMade) {
  const LayerPtr layer =
      layer_from_config("Dense", R"({"name": "d", "units": 4, "lora_rank": 1, "lora_alpha": 1})");
  layer(Tensor::zeros(DType::float32, Shape{1, 3}));
  std::vector<Shape> shapes;
  for (const Value& w : layer->weights()) shapes.push_back(w.shape());
  EXPECT_EQ(shapes, (std::vector<Shape>{{3, 4}, {4}, {3, 1}, {1, 4}}));
  EXPECT_EQ(layer->trainable_weights().size(), 3U);
}

// Keras guesses some shapes, and gives some outputs as a tuple.
TEST(Summary, ShapesThatKerasTells) {
  const Model old = keras2_model("[null, 4, 6]", R"({"class_name": "MultiHeadAttention",
    "name": "a", "inbound_nodes": [[["x", 0, 0, {"value": ["x", 0, 0],
    "return_attention_scores": true}]]], "config": {"name": "a", "num_heads": 1, "key_dim": 2}})",
                                 R"(["a", 0, 0], ["a", 0, 1])");
  const std::string text = old.summary_text({.style = "keras2"});
  EXPECT_NE(text.find("((None, 4, 6),"), std::string::npos) << text;
  const KerasTensor x = Input({1}, {.dtype = "string"});
  const LayerPtr words =
      layer_from_config("TextVectorization",
                        R"({"name": "t", "output_mode": "multi_hot", "vocabulary": ["a", "b"]})");
  const std::string told = Model(x, words(x)).summary_text({.style = "keras3"});
  EXPECT_NE(told.find("(None, 1, 3)"), std::string::npos) << told;
}

}  // namespace
}  // namespace rill::keras
