// Layers that only older versions of Keras had: numbers of their definitions.
#include <gtest/gtest.h>

#include <cmath>

#include "keras/legacy/weights.h"
#include "rill/keras.hpp"

namespace rill::keras {
namespace {

TEST(OldLayers, ParametricSoftplus) {
  const LayerPtr layer = layers::deserialize(
      R"({"class_name": "ParametricSoftplus", "config": {"alpha_init": 2, "beta_init": 3}})");
  const Tensor y = layer(Tensor::of<float>({-1, 0, 2}, {1, 3}));
  EXPECT_NEAR(y.data<float>()[0], 2 * std::log1p(std::exp(-3)), 1e-6);
  EXPECT_NEAR(y.data<float>()[1], 2 * std::log(2.0), 1e-6);
  EXPECT_NEAR(y.data<float>()[2], 2 * std::log1p(std::exp(6)), 1e-5);
}

TEST(OldLayers, SRelu) {
  const LayerPtr layer = layers::deserialize(R"({"class_name": "SReLU", "config": {}})");
  const Tensor x = Tensor::of<float>({-3, 0, 1, 9}, {1, 4});
  layer(x);
  const auto all = [](float v) { return Tensor::of<float>({v, v, v, v}, {4}); };
  layer->set_weights({all(-1), all(0.5), all(-3), all(2)});  // t_left, a_left, t_right, a_right
  // Below -1 with slope 0.5; up to -1 + |-3| = 2 itself; above with slope 2.
  EXPECT_EQ(layer(x).to_vector<float>(), (std::vector<float>{-2, 0, 1, 16}));
}

TEST(OldLayers, RandomFourierFeatures) {
  const LayerPtr layer = layers::deserialize(
      R"({"class_name": "RandomFourierFeatures", "config": {"output_dim": 2, "scale": 2}})");
  const Tensor x = Tensor::of<float>({1, 3}, {1, 2});
  layer(x);
  ASSERT_EQ(layer->get_weights()[0].to_vector<float>(), (std::vector<float>{2}));
  layer->set_weights({Tensor::of<float>({2}, {1}), Tensor::of<float>({1, 0, 0, 1}, {2, 2}),
                      Tensor::of<float>({0.5, 1}, {2})});
  const Tensor y = layer(x);
  EXPECT_NEAR(y.data<float>()[0], std::cos(1), 1e-6);
  EXPECT_NEAR(y.data<float>()[1], std::cos(2.5), 1e-6);
}

// Keras 1 wrote the order of the dimensions for some layers alone; all of a model have the same.
TEST(OldLayers, ImageOrderOfTheModel) {
  const Model model = model_from_json(R"({"class_name": "Sequential", "keras_version": "1.2.2",
      "config": [
        {"class_name": "ZeroPadding2D", "config": {"name": "pad", "padding": [1, 0, 2, 3],
                                                   "batch_input_shape": [null, 2, 8, 8]}},
        {"class_name": "UpSampling2D", "config": {"name": "up", "size": [2, 2]}},
        {"class_name": "Convolution2D", "config": {"name": "conv", "nb_filter": 5, "nb_row": 1,
            "nb_col": 1, "border_mode": "same", "dim_ordering": "th", "activation": "linear"}},
        {"class_name": "Flatten", "config": {"name": "flat"}},
        {"class_name": "Reshape", "config": {"name": "back", "target_shape": [130, 18]}},
        {"class_name": "ZeroPadding1D",
         "config": {"name": "line", "padding": {"left_pad": 2, "right_pad": 1}}}]})");
  // (2, 8, 8) -> (2, 9, 13) -> (2, 18, 26) -> (5, 18, 26): 130 x 18 numbers.
  EXPECT_EQ(model.predict(Tensor::zeros({1, 2, 8, 8})).shape(), (Shape{1, 133, 18}));
}

// As the metadata of SavedModels has them: not the dictionaries of Keras 1.
TEST(OldLayers, PaddingInTuples) {
  const Model model = model_from_json(R"({"class_name": "Sequential", "keras_version": "2.15.0",
      "config": {"name": "padded", "layers": [
        {"class_name": "ZeroPadding2D", "config": {"name": "pad", "batch_input_shape": [null, 4, 4, 1],
         "padding": {"class_name": "__tuple__", "items": [
             {"class_name": "__tuple__", "items": [1, 2]},
             {"class_name": "__tuple__", "items": [0, 3]}]}}}]}})");
  EXPECT_EQ(model.predict(Tensor::zeros({1, 4, 4, 1})).shape(), (Shape{1, 7, 7, 1}));
}

TEST(OldLayers, NumbersAsTextAndIndicesOfEmbedding) {
  const Model model = model_from_json(R"({"class_name": "Sequential", "keras_version": "2.0.5",
      "config": [{"class_name": "Embedding", "config": {"name": "words", "dtype": "int32",
          "input_dim": 3, "output_dim": 2, "batch_input_shape": [null, 4]}},
        {"class_name": "Dropout", "config": {"name": "drop", "rate": "0.5"}}]})");
  EXPECT_EQ(model.predict(Tensor::zeros(DType::int32, {1, 4})).dtype(), DType::float32);
  EXPECT_THROW(layers::deserialize(R"({"class_name": "Dropout", "config": {"rate": "0.5x"}})"),
               InvalidArgumentError);
}

// Mode 1 divides the last axis of each example by sqrt(variance + epsilon) + epsilon; mode 2 takes
// the batch's statistics also when predicting.
TEST(OldLayers, ModesOfBatchNormalization) {
  const auto layer = [](int mode) {
    return model_from_json(R"({"class_name": "Sequential", "keras_version": "1.2.2", "config": [
        {"class_name": "BatchNormalization", "config": {"name": "norm", "axis": -1, "epsilon": 0.5,
         "momentum": 0.9, "batch_input_shape": [null, 2], "mode": )" +
                           std::to_string(mode) + "}}]}");
  };
  const Tensor x = Tensor::of<float>({0, 2, 4, 2}, {2, 2});
  const float by_example = 1 / (std::sqrt(1.5f) + 0.5f);
  const auto rows = layer(1).predict(x).to_vector<float>();
  EXPECT_NEAR(rows[0], -by_example, 1e-6);
  EXPECT_NEAR(rows[2], by_example, 1e-6);
  const auto columns = layer(2).predict(x).to_vector<float>();
  EXPECT_NEAR(columns[2], 2 / std::sqrt(4.5f), 1e-6);
  EXPECT_NEAR(columns[3], 0, 1e-6);
}

// Keras 1 kept a transposed kernel as (rows, columns, channels, filters), which its shape cannot
// tell when there are as many filters as channels.
TEST(OldLayers, SquareKernelsOfKeras1) {
  const Model model = model_from_json(R"({"class_name": "Sequential", "keras_version": "1.2.2",
      "config": [{"class_name": "Deconvolution2D",
        "config": {"name": "up", "nb_filter": 2, "nb_row": 1, "nb_col": 1, "subsample": [1, 1],
                   "output_shape": [null, 1, 1, 2], "border_mode": "valid", "dim_ordering": "tf",
                   "activation": "linear", "batch_input_shape": [null, 1, 1, 2]}}]})");
  legacy::Origin keras1;
  const std::vector<Tensor> stored = {Tensor::of<float>({1, 2, 3, 4}, {1, 1, 2, 2}),
                                      Tensor::zeros({2})};
  const auto today = legacy::convert(*model.layers()[0].get(), stored, keras1);
  EXPECT_EQ(today[0].to_vector<float>(), (std::vector<float>{1, 3, 2, 4}));
}

TEST(OldLayers, DeconvolutionGivesTheShapeAskedFor) {
  const Model model = model_from_json(R"({"class_name": "Sequential", "keras_version": "1.2.2",
      "config": [{"class_name": "Deconvolution2D",
        "config": {"name": "up", "nb_filter": 3, "nb_row": 3, "nb_col": 3, "subsample": [2, 2],
                   "output_shape": [null, 3, 13, 14], "border_mode": "valid", "dim_ordering": "th",
                   "activation": "linear", "batch_input_shape": [null, 2, 6, 6]}}]})");
  EXPECT_EQ(model.predict(Tensor::zeros({1, 2, 6, 6})).shape(), (Shape{1, 3, 13, 14}));
}

}  // namespace
}  // namespace rill::keras
