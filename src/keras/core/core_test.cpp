#include <gtest/gtest.h>

#include "keras/core/config.h"
#include "keras/core/config_rules.h"
#include "keras/core/naming.h"
#include "keras/core/registry.h"
#include "keras/saving/deserialize.h"
#include "rill/error.hpp"
#include "rill/keras.hpp"

namespace rill::keras {
namespace {

using layers::Dense;

TEST(Naming, SnakeCaseAsKeras) {
  EXPECT_EQ(to_snake_case("Dense"), "dense");
  EXPECT_EQ(to_snake_case("MultiHeadAttention"), "multi_head_attention");
  EXPECT_EQ(to_snake_case("Conv2DTranspose"), "conv2d_transpose");
  EXPECT_EQ(to_snake_case("LSTM"), "lstm");
  EXPECT_EQ(to_snake_case("SimpleRNN"), "simple_rnn");
  EXPECT_EQ(to_snake_case("LSTMCell"), "lstm_cell");
  EXPECT_EQ(to_snake_case("PReLU"), "p_re_lu");
  EXPECT_EQ(to_snake_case("LeakyReLU"), "leaky_re_lu");
  EXPECT_EQ(to_snake_case("GlobalAveragePooling1D"), "global_average_pooling1d");
  EXPECT_EQ(to_camel_case("glorot_uniform"), "GlorotUniform");
}

TEST(Naming, CountsPerClass) {
  clear_session();
  const Sequential model{Dense(3, {.input_shape = Shape{4}}), Dense(2)};
  EXPECT_EQ(model.name(), "sequential");
  EXPECT_EQ(model.get_layer(0)->name(), "dense");
  EXPECT_EQ(model.get_layer(1)->name(), "dense_1");
  EXPECT_EQ(model.count_params(), 4 * 3 + 3 + 3 * 2 + 2);
}

// Every registered layer writes a config that reads back as the same config.
TEST(Config, RoundTripOfEveryLayer) {
  const CustomObjects none;
  for (const std::string& name : layer_registry().names()) {
    if (name == "Bidirectional" || name == "TimeDistributed" || name == "SpectralNormalization" ||
        name == "RNN" || name == "StackedRNNCells") {
      continue;  // they need a layer inside
    }
    SCOPED_TRACE(name);
    const auto layer = layer_registry().make(name);
    layer->set_name("x");
    Deserializer maker(none, Flavour::keras3);
    const auto read = [&](const Json& config) {
      auto made = layer_registry().make(name);
      read_config(*made, config, maker);
      return made;
    };
    // Reading spreads "one number for all dimensions", so the first config may be shorter.
    Json empty = write_config(*layer);
    for (auto& [key, value] : empty.as_object()) {
      if (is_required_setting(key) && value.is_int()) value = 1;
    }
    const Json config = write_config(*read(empty));
    EXPECT_EQ(write_config(*read(config)).dump(), config.dump());
    EXPECT_EQ(layer->class_name(), name);
  }
}

// Keras refuses -1 there.
TEST(Config, SizesOfTheInputStayNull) {
  for (const LayerPtr& layer :
       {LayerPtr(layers::Dropout(0.5, {.noise_shape = Ints{-1, 1}})),
        LayerPtr(layers::AlphaDropout(0.5, {.noise_shape = Ints{-1, 1}}))}) {
    EXPECT_EQ(write_config(*layer).at("noise_shape").dump(), "[null, 1]") << layer->class_name();
  }
}

struct Twice : Layer {
  Tensor call(const Tensor& x, bool) override { return layers::Add()(std::vector<Tensor>{x, x}); }
};

TEST(Custom, SubclassInAModel) {
  const Sequential model{Dense(2, {.kernel_initializer = "ones", .input_shape = Shape{3}}),
                         std::make_shared<Twice>()};
  EXPECT_EQ(model.get_layer(1)->class_name(), "Twice");
  const Tensor y = model.predict(Tensor::of<float>({1, 2, 3}, {1, 3}));
  EXPECT_EQ(y.to_vector<float>(), (std::vector<float>{12, 12}));
}

TEST(Custom, MissingFunctionsAreNamed) {
  try {
    model_from_json(R"({"class_name": "Sequential", "config": {"name": "m", "layers": [
        {"class_name": "TFOpLambda", "config": {"name": "a", "function": "linalg.expmm"}}]}})");
    FAIL();
  } catch (const Error& e) {
    EXPECT_NE(std::string(e.what()).find("'TFOpLambda linalg.expmm' (layer 'a')"),
              std::string::npos)
        << e.what();
  }
}

constexpr const char* kUnknown = R"({"class_name": "Sequential", "config": {"name": "m", "layers": [
  {"class_name": "InputLayer", "config": {"batch_input_shape": [null, 2], "name": "in"}},
  {"class_name": "Foo", "config": {"name": "foo_1"}}, {"class_name": "Dens", "config": {"name": "d"}},
  {"class_name": "Lambda", "config": {"name": "lam"}}]}})";

TEST(Custom, UnknownClassesAreAllNamed) {
  try {
    model_from_json(kUnknown);
    FAIL();
  } catch (const UnimplementedError& e) {
    const std::string text = e.what();
    EXPECT_NE(text.find("'Foo' (layer 'foo_1')"), std::string::npos) << text;
    EXPECT_NE(text.find("did you mean 'Dense'?"), std::string::npos) << text;
    EXPECT_NE(text.find("'Lambda'"), std::string::npos) << text;
  }
}

TEST(Custom, FunctionsStandInForClasses) {
  const auto twice = [](const Tensor& x) { return layers::Add()(std::vector<Tensor>{x, x}); };
  const Model model = model_from_json(
      kUnknown, CustomObjects{}.layer("Foo", twice).layer<Twice>("Dens").layer("lam", twice));
  const Tensor y = model.predict(Tensor::of<float>({1, 2}, {1, 2}));
  EXPECT_EQ(y.to_vector<float>(), (std::vector<float>{8, 16}));
}

TEST(Predict, BatchesAndErrors) {
  const KerasTensor a = Input({2}, {.name = "a"}), b = Input({2}, {.name = "b"});
  const Model model({a, b}, {layers::Subtract()({a, b}), layers::Concatenate()({a, b})});
  Tensor x(DType::float32, {7, 2}), y = Tensor::zeros({7, 2});
  for (int i = 0; i < 14; ++i) x.data<float>()[i] = static_cast<float>(i);
  const auto out = model.predict({x, y}, {.batch_size = 3});
  ASSERT_EQ(out.size(), 2u);
  EXPECT_EQ(out[0].to_vector<float>(), x.to_vector<float>());
  EXPECT_EQ(out[1].shape(), (Shape{7, 4}));
  EXPECT_EQ(model.predict({{"b", y}, {"a", x}})[0].to_vector<float>(), x.to_vector<float>());
  EXPECT_THROW(model.predict({{"a", x}, {"c", y}}), InvalidArgumentError);
  EXPECT_THROW(model.predict({x, Tensor::zeros({7, 3})}), InvalidArgumentError);
  EXPECT_THROW(model.get_layer("subtrac"), NotFoundError);
}

TEST(Predict, IntoGivenMemory) {
  const Sequential model{Dense(2, {.kernel_initializer = "ones", .input_shape = Shape{3}})};
  std::vector<float> in{1, 2, 3}, out(2);
  const Tensor x = Tensor::view(std::span<float>(in), {1, 3});
  Tensor y = Tensor::view(std::span<float>(out), {1, 2});
  ASSERT_TRUE(model.predict_into(x, y));
  EXPECT_EQ(out, (std::vector<float>{6, 6}));
  Tensor wrong = Tensor::zeros({1, 3});
  EXPECT_FALSE(model.predict_into(x, wrong));
}

}  // namespace
}  // namespace rill::keras
