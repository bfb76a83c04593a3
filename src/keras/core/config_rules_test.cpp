// Values of config keys that no layer takes, and spellings that Keras takes.
#include <gtest/gtest.h>

#include "rill/error.hpp"
#include "rill/keras.hpp"

namespace rill::keras {
namespace {

std::string refusal(const std::string& class_name, const std::string& config) {
  try {
    layer_from_config(class_name, config);
  } catch (const InvalidArgumentError& error) {
    return error.what();
  }
  return "";
}

void expect_refused(const std::string& class_name, const std::string& config,
                    const std::string& text) {
  const std::string message = refusal(class_name, config);
  EXPECT_NE(message.find(text), std::string::npos) << class_name << config << ": " << message;
}

TEST(ConfigRules, SizesArePositive) {
  for (const char* units : {"null", "0", "-3", "[]", "[1, 2]"}) {
    expect_refused("Dense", std::string(R"({"name": "d", "units": )") + units + "}", "'units'");
  }
  expect_refused("Dense", R"({"name": "d"})", "lacks the key 'units'");
  expect_refused("Conv2D", R"({"name": "c", "filters": 2, "kernel_size": [3, 0]})",
                 "found [3, 0], expected positive integers");
  expect_refused("Conv2D", R"({"name": "c", "filters": 2, "kernel_size": 3, "strides": null})",
                 "'strides'");
  expect_refused("Embedding", R"({"name": "e", "input_dim": 3, "output_dim": null})",
                 "'output_dim'");
  // None stands for the size of the pool.
  EXPECT_EQ(refusal("MaxPooling2D", R"({"name": "m", "pool_size": 2, "strides": null})"), "");
}

TEST(ConfigRules, Words) {
  expect_refused("Conv1D", R"({"name": "c", "filters": 1, "kernel_size": 1, "padding": "full"})",
                 "'valid', 'same' or 'causal'");
  expect_refused("Flatten", R"({"name": "f", "data_format": "first"})", "'channels_first'");
  const Tensor x = Tensor::of<float>({1, 2, 3, 4}, {1, 2, 2});
  const LayerPtr first =
      layer_from_config("Flatten", R"({"name": "f", "data_format": "CHANNELS_FIRST"})");
  EXPECT_EQ(first(x).to_vector<float>(), (std::vector<float>{1, 3, 2, 4}));
}

// None is False to Python.
TEST(ConfigRules, NoneAsFlag) {
  const LayerPtr dense =
      layer_from_config("Dense", R"({"name": "d", "units": 2, "use_bias": null})");
  dense(Tensor::zeros({1, 3}));
  EXPECT_EQ(dense->weights().size(), 1U);
}

TEST(ConfigRules, DtypeIsNameOrPolicy) {
  for (const char* dtype : {"3", "{}", "[1]", "true"}) {
    expect_refused("Dense", std::string(R"({"name": "d", "units": 1, "dtype": )") + dtype + "}",
                   "'dtype'");
  }
}

// What Keras has is checked when the file is read; predictions do without what only the user has.
TEST(ConfigRules, RegularizersAndConstraints) {
  const auto dense = [](const std::string& key, const std::string& value) {
    return R"({"name": "d", "units": 1, ")" + key + R"(": )" + value + "}";
  };
  expect_refused("Dense",
                 dense("kernel_regularizer", R"({"class_name": "L2", "config": {"l3": 0.1}})"),
                 "has no setting 'l3'; did you mean 'l2'?");
  expect_refused("Dense",
                 dense("bias_regularizer", R"({"class_name": "L2", "config": {"l2": "x"}})"),
                 "'bias_regularizer'");
  expect_refused("Dense",
                 dense("kernel_constraint", R"({"class_name": "MaxNorm", "config": {"max": 1}})"),
                 "has no setting 'max'");
  EXPECT_EQ(refusal("Dense", dense("kernel_constraint", R"("my_own")")), "");
}

TEST(ConfigRules, BatchNormalizationHasAnAxis) {
  const LayerPtr layer = layer_from_config("BatchNormalization", R"({"name": "b", "axis": []})");
  EXPECT_THROW(layer(Tensor::zeros({1, 2})), InvalidArgumentError);
  const LayerPtr twice =
      layer_from_config("BatchNormalization", R"({"name": "b", "axis": [1, -2]})");
  EXPECT_THROW(twice(Tensor::zeros({1, 2, 2})), InvalidArgumentError);
}

TEST(ConfigRules, WindowsLieInsideOfTheInput) {
  const Tensor x = Tensor::zeros({1, 4, 4, 1});
  for (const auto& [name, config] : std::vector<std::pair<const char*, const char*>>{
           {"Conv2D", R"("filters": 1, "kernel_size": 5)"},
           {"Conv2D", R"("filters": 1, "kernel_size": 3, "dilation_rate": [1, 2])"},
           {"Conv2D", R"("filters": 1, "kernel_size": 2, "strides": 2, "dilation_rate": 2)"},
           {"DepthwiseConv2D", R"("kernel_size": [5, 1])"},
           {"MaxPooling2D", R"("pool_size": [1, 5])"}}) {
    const LayerPtr layer = layer_from_config(name, R"({"name": "w", )" + std::string(config) + "}");
    EXPECT_THROW(layer(x), InvalidArgumentError) << name << config;
  }
  EXPECT_EQ(layers::MaxPooling2D(5, {.padding = "same"})(x).shape(), (Shape{1, 1, 1, 1}));
}

TEST(ConfigRules, CroppingLeavesSomething) {
  const Tensor x = Tensor::zeros({1, 4, 4, 1});
  for (const char* amounts : {"2", "-1", "[[1, 3], [0, 0]]"}) {
    const LayerPtr layer = layer_from_config(
        "Cropping2D", std::string(R"({"name": "c", "cropping": )") + amounts + "}");
    EXPECT_THROW(layer(x), InvalidArgumentError) << amounts;
  }
  EXPECT_EQ(layers::Cropping2D(1)(x).shape(), (Shape{1, 2, 2, 1}));
}

TEST(ConfigRules, DotHasOneAxisOrTwo) {
  const Tensor x = Tensor::zeros({1, 2, 2});
  for (const char* axes : {"[]", "[1, 1, 1]", "0"}) {
    const LayerPtr layer =
        layer_from_config("Dot", std::string(R"({"name": "d", "axes": )") + axes + "}");
    EXPECT_THROW(layer(std::vector<Tensor>{x, x}), InvalidArgumentError) << axes;
  }
}

TEST(ConfigRules, AttentionHasSizes) {
  for (const char* more : {R"("value_dim": 0)", R"("sliding_window": -1)", R"("dropout": 1.5)"}) {
    EXPECT_NE(refusal("MultiHeadAttention",
                      std::string(R"({"name": "m", "num_heads": 1, "key_dim": 2, )") + more + "}"),
              "")
        << more;
  }
}

TEST(ConfigRules, PReLUSharesAsPythonCounts) {
  const auto shape = [](const char* axes) {
    const LayerPtr layer =
        layer_from_config("PReLU", std::string(R"({"name": "p", "shared_axes": )") + axes + "}");
    layer(Tensor::zeros({1, 4, 3}));
    return layer->weights()[0].shape();
  };
  EXPECT_EQ(shape("[1]"), (Shape{1, 3}));
  EXPECT_EQ(shape("[0]"), (Shape{4, 1}));
  EXPECT_EQ(shape("[-1]"), (Shape{1, 3}));
}

TEST(ConfigRules, SmallLayers) {
  EXPECT_NE(refusal("ReLU", R"({"name": "r", "negative_slope": -1})"), "");
  EXPECT_NE(refusal("Resizing", R"({"name": "r", "height": 1, "width": 1, "fill_mode": "wrap"})"),
            "");
  const LayerPtr permute = layer_from_config("Permute", R"({"name": "p", "dims": [1]})");
  EXPECT_THROW(permute(Tensor::zeros({1, 2, 2})), InvalidArgumentError);
}

TEST(AlphaDropout, DrawsInItsNoiseShape) {
  const LayerPtr layer = layer_from_config(
      "AlphaDropout", R"({"name": "a", "rate": 0.5, "seed": 3, "noise_shape": [null, 1]})");
  const std::vector<float> y =
      layer(Tensor::of<float>({1, 1, 1, 1, 1, 1, 1, 1}, {4, 2}), true).to_vector<float>();
  for (size_t i = 0; i < y.size(); i += 2) EXPECT_EQ(y[i], y[i + 1]);
}

TEST(ConfigRules, ReshapeHasOneOpenDimension) {
  const LayerPtr layer = layer_from_config("Reshape", R"({"name": "r", "target_shape": [-1, -1]})");
  EXPECT_THROW(layer(Tensor::zeros({1, 4})), InvalidArgumentError);
}

constexpr const char* kLeaky = R"({"class_name": "LeakyReLU", "config": {"name": "l", )";

// Dense(1, activation=LeakyReLU()) is written so, with the layer's own spelling of each Keras.
TEST(LayerAsActivation, OfBothKeras) {
  for (const char* slope : {R"("alpha": 0.5}})", R"("negative_slope": 0.5}})"}) {
    const LayerPtr dense = layer_from_config(
        "Dense", std::string(R"({"name": "d", "units": 1, "kernel_initializer": "ones",
                                  "activation": )") +
                     kLeaky + slope + "}");
    EXPECT_FLOAT_EQ(dense(Tensor::of<float>({1, -5}, {1, 2})).item<float>(), -2);
  }
}

// activation="LeakyReLU" of Keras 2, with the slope that the layer has by itself.
TEST(LayerAsActivation, ByClassName) {
  const LayerPtr dense = layer_from_config("Dense", R"({"name": "d", "units": 1,
    "kernel_initializer": "ones", "activation": "LeakyReLU"})");
  EXPECT_FLOAT_EQ(dense(Tensor::of<float>({1, -5}, {1, 2})).item<float>(), -1.2F);
}

TEST(LayerAsActivation, ItsWeightsAreTheLayers) {
  const LayerPtr dense = layer_from_config("Dense", R"({"name": "d", "units": 2,
    "kernel_initializer": "ones", "activation": {"module": "keras.layers", "class_name": "PReLU",
    "config": {"name": "p", "alpha_initializer": "ones"}, "registered_name": null}})");
  const KerasTensor x = Input({2});
  const Model model(x, dense(x));
  ASSERT_EQ(model.weights().size(), 3U);
  std::vector<Tensor> weights = model.get_weights();
  weights[2] = Tensor::of<float>({0.5, 0.25}, {2});
  model.set_weights(weights);
  const Tensor y = model.predict(Tensor::of<float>({1, -5}, {1, 2}));
  EXPECT_EQ(y.to_vector<float>(), (std::vector<float>{-2, -1}));
  const Model again = model_from_json(model.to_json());
  EXPECT_EQ(again.weights().size(), 3U);
}

}  // namespace
}  // namespace rill::keras
