// Layers that C++ programs make by a constructor over their config.
#include <gtest/gtest.h>

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

TEST(LayerConstructors, AdaptivePooling) {
  const Tensor x = Tensor::of<float>({1, 2, 3, 4, 5, 6}, {1, 6, 1});
  EXPECT_EQ(layers::AdaptiveAveragePooling1D(3)(x).to_vector<float>(),
            (std::vector<float>{1.5, 3.5, 5.5}));
  EXPECT_EQ(layers::AdaptiveMaxPooling1D(2)(x).to_vector<float>(), (std::vector<float>{3, 6}));
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
