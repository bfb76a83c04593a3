// Layers that C++ programs make by a constructor over their config.
#include <gtest/gtest.h>

#include "codec/json.h"
#include "rill/error.hpp"
#include "rill/keras.hpp"

namespace rill::keras {
namespace {

TEST(LayerConstructors, ConvLstm) {
  const Sequential model({layers::ConvLSTM2D(
      4, {3, 3}, {.padding = "same", .return_sequences = true, .input_shape = {-1, 8, 6, 2}})});
  EXPECT_EQ(model.predict(Tensor::random({2, 3, 8, 6, 2})).shape(), (Shape{2, 3, 8, 6, 4}));
  EXPECT_EQ(model.count_params(), 4 * 4 * (9 * (2 + 4) + 1));
}

TEST(LayerConstructors, Lookups) {
  const layers::StringLookup words({.vocabulary = {"a", "b"}});
  const Tensor ids = words(Tensor::of<std::string>({"b", "x", "a"}, {3}));
  EXPECT_EQ(ids.to_vector<int64_t>(), (std::vector<int64_t>{2, 0, 1}));
  const layers::IntegerLookup numbers({.vocabulary = {10, 20}});
  EXPECT_EQ(numbers(Tensor::of<int64_t>({20, 7}, {2})).to_vector<int64_t>(),
            (std::vector<int64_t>{2, 0}));
  const layers::TextVectorization text({.output_sequence_length = 3, .vocabulary = {"hot", "tea"}});
  EXPECT_EQ(text(Tensor::of<std::string>({"Tea, hot!"}, {1})).to_vector<int64_t>(),
            (std::vector<int64_t>{3, 2, 0}));
  const layers::Discretization bins({0, 10}, {});
  EXPECT_EQ(bins(Tensor::of<float>({-1, 5, 10}, {3})).to_vector<int64_t>(),
            (std::vector<int64_t>{0, 1, 2}));
}

TEST(LayerConstructors, AugmentationRestsInInference) {
  const Tensor x = Tensor::random({1, 4, 4, 3}, 5);
  for (const LayerPtr& layer :
       {LayerPtr(layers::RandomFlip()), LayerPtr(layers::RandomRotation({-0.1, 0.1})),
        LayerPtr(layers::RandomZoom({-0.2, 0.2}, {.width_factor = {-0.1, 0.1}}))}) {
    EXPECT_EQ(layer(x).to_vector<float>(), x.to_vector<float>()) << layer->class_name();
  }
  EXPECT_EQ(layers::RandomCrop(2, 3)(x).shape(), x.shape());  // as Keras 3
}

// One number as Keras takes it.
TEST(LayerConstructors, FactorsAreNumbersOrRanges) {
  const auto config_of = [](const LayerPtr& layer) { return Json::parse(get_config(layer)); };
  const auto numbers = [](const Json& list) {
    std::vector<double> out;
    for (const Json& x : list.as_array()) out.push_back(x.as_double());
    return out;
  };
  using Pair = std::vector<double>;
  EXPECT_EQ(config_of(layers::RandomRotation(0.25)).at("factor").as_double(), 0.25);
  EXPECT_EQ(numbers(config_of(layers::RandomRotation({-0.5, 0.25})).at("factor")),
            (Pair{-0.5, 0.25}));
  const Tensor x = Tensor::random({1, 4, 4, 3}, 5);
  for (const LayerPtr& one : {LayerPtr(layers::RandomRotation(0.2, {.seed = 3})),
                              LayerPtr(layers::RandomTranslation(0.3, 0.2, {.seed = 3})),
                              LayerPtr(layers::RandomZoom(0.4, {.seed = 3}))}) {
    EXPECT_NE(one(x, true).to_vector<float>(), x.to_vector<float>()) << one->class_name();
  }
  EXPECT_EQ(
      layers::RandomTranslation(0.3, 0.2, {.seed = 3})(x, true).to_vector<float>(),
      layers::RandomTranslation({-0.3, 0.3}, {-0.2, 0.2}, {.seed = 3})(x, true).to_vector<float>());
}

// What Keras refuses in a config: names of no class, names with slashes, indices of a float policy.
TEST(LayerConstructors, ConfigsAreThoseThatKerasReads) {
  const auto config_of = [](const LayerPtr& layer) { return Json::parse(get_config(layer)); };
  const auto initializer = config_of(layers::Embedding(3, 4)).at("embeddings_initializer");
  EXPECT_EQ(initializer.at("class_name").as_string(), "RandomUniform");
  clear_session();
  const auto rnn = config_of(layers::RNN(
      layers::StackedRNNCells({layers::LSTMCell(2), layers::LSTMCell(3), layers::GRUCell(2)})));
  EXPECT_EQ(rnn.at("cell").at("config").at("name").as_string(), "stacked_rnn_cells");
  const auto& cells = rnn.at("cell").at("config").at("cells").as_array();
  EXPECT_EQ(cells.at(0).at("config").at("name").as_string(), "lstm_cell");
  EXPECT_EQ(cells.at(1).at("config").at("name").as_string(), "lstm_cell_1");
  EXPECT_EQ(cells.at(2).at("config").at("name").as_string(), "gru_cell");
  const auto both = config_of(layers::Bidirectional(layers::LSTM(4)));
  EXPECT_EQ(both.at("layer").at("config").at("name").as_string(), "forward_lstm");
  EXPECT_EQ(both.at("backward_layer").at("config").at("name").as_string(), "backward_lstm");
  EXPECT_EQ(layers::Hashing(3)->dtype_policy().variable, DType::int64);
  const Tensor words = Tensor::of<std::string>({"a", "b"}, {2, 1});
  EXPECT_EQ(layers::HashedCrossing(3)({words, words}).dtype(), DType::int64);
  EXPECT_EQ(layers::Hashing(3, {.output_mode = "one_hot"})(words).dtype(), DType::float32);
}

TEST(LayerConstructors, DotTakesAxesAsTheyAreWritten) {
  const Tensor x = Tensor::random({2, 3, 4}, 1);
  EXPECT_EQ(layers::Dot({1, 1})({x, x}).shape(), (Shape{2, 4, 4}));
  EXPECT_EQ(layers::Dot(2)({x, x}).shape(), (Shape{2, 3, 3}));
}

TEST(LayerConstructors, AdaptivePooling) {
  const Tensor x = Tensor::of<float>({1, 2, 3, 4, 5, 6}, {1, 6, 1});
  EXPECT_EQ(layers::AdaptiveAveragePooling1D(3)(x).to_vector<float>(),
            (std::vector<float>{1.5, 3.5, 5.5}));
  EXPECT_EQ(layers::AdaptiveMaxPooling1D(2)(x).to_vector<float>(), (std::vector<float>{3, 6}));
  // Of a length that only the data says.
  const KerasTensor in = Input(Shape{-1, 1});
  const Model model({in},
                    {layers::AdaptiveAveragePooling1D(3)(in), layers::AdaptiveMaxPooling1D(2)(in)});
  EXPECT_EQ(model.outputs()[0].shape(), (Shape{-1, 3, 1}));
  EXPECT_EQ(model.predict(std::vector<Tensor>{x})[0].to_vector<float>(),
            (std::vector<float>{1.5, 3.5, 5.5}));
  const auto five =
      model.predict(std::vector<Tensor>{Tensor::of<float>({1, 2, 3, 4, 5}, {1, 5, 1})});
  EXPECT_EQ(five[0].to_vector<float>(), (std::vector<float>{1.5, 3, 4.5}));
  EXPECT_EQ(five[1].to_vector<float>(), (std::vector<float>{3, 5}));
  EXPECT_THROW(layers::AdaptiveMaxPooling1D(0)(x), InvalidArgumentError);
  EXPECT_THROW(layers::AdaptiveMaxPooling1D(int64_t{1} << 40)(x), InvalidArgumentError);
}

TEST(LayerConstructors, Deserialize) {
  const LayerPtr dense = layers::deserialize(
      R"({"class_name": "Dense", "config": {"units": 3, "activation": "relu", "name": "d"}})");
  EXPECT_EQ(dense->name(), "d");
  EXPECT_EQ(dense(Tensor::random({2, 5})).shape(), (Shape{2, 3}));
  EXPECT_THROW(layers::deserialize(R"({"class_name": "Dense", "config": {"units": "many"}})"),
               InvalidArgumentError);
  EXPECT_THROW(layers::deserialize(R"({"class_name": "Dens", "config": {}})"), UnimplementedError);
  EXPECT_THROW(layers::deserialize("[]"), InvalidArgumentError);
}

TEST(Constructors, RatesAreBetweenZeroAndOne) {
  EXPECT_THROW(layers::Dropout(1.5), InvalidArgumentError);
  EXPECT_THROW(layers::AlphaDropout(-0.1), InvalidArgumentError);
  EXPECT_THROW(layers::SpatialDropout2D(NAN), InvalidArgumentError);
  EXPECT_NO_THROW(layers::GaussianDropout(1));
}

}  // namespace
}  // namespace rill::keras
