// What layers learn by adapt(). Expected values: Keras 3.15, which computes in float32.
#include <gtest/gtest.h>

#include <cmath>

#include "codec/json.h"
#include "rill/dataset.hpp"
#include "rill/error.hpp"
#include "rill/keras.hpp"

namespace rill::keras {
namespace {

using namespace layers;
using Words = std::vector<std::string>;

Tensor strings(const Words& words) { return Tensor::vector(words); }
const Words kTexts = {"the cat sat on the mat", "the dog", "a dog and a cat!", "", "Cat"};

Words words_of(const VocabularyLayer& layer, bool special = true) {
  return layer.get_vocabulary(special).to_vector<std::string>();
}

void expect_learned(const Tensor& got, const std::vector<double>& wanted) {
  const std::vector<double> values = got.to_vector<double>();
  ASSERT_EQ(values.size(), wanted.size());
  for (size_t i = 0; i < wanted.size(); ++i)
    EXPECT_NEAR(values[i], wanted[i], 1e-6 + 2e-7 * std::abs(wanted[i])) << i;
}

TEST(Adapt, TextVectorizationLearnsTheMostFrequentWords) {
  const TextVectorization layer;
  layer.adapt(strings(kTexts));
  EXPECT_EQ(words_of(layer),
            (Words{"", "[UNK]", "the", "cat", "dog", "a", "sat", "on", "mat", "and"}));
  EXPECT_EQ(layer.vocabulary_size(), 10);
  EXPECT_EQ(layer(strings({"the cat and dog zzz"})).to_vector<int>(),
            (std::vector<int>{2, 3, 9, 4, 1}));
  // Anew, not on top; of a data set batch by batch.
  layer.adapt(Dataset::from_tensor_slices({strings({"b", "b a"})}).batch(1));
  EXPECT_EQ(words_of(layer), (Words{"", "[UNK]", "b", "a"}));
}

TEST(Adapt, TextVectorizationInAllItsModes) {
  const TextVectorization few({.max_tokens = 5});
  few.adapt(strings(kTexts));
  EXPECT_EQ(words_of(few), (Words{"", "[UNK]", "the", "cat", "dog"}));
  const std::vector<double> kWeights = {
      1.1295503377914429, 0.9808292388916016, 0.8109301924705505, 0.9808292388916016, 0, 0, 0, 0,
      1.2527629137039185};
  const TextVectorization whole({.output_mode = "tf_idf"}), parts({.output_mode = "tf_idf"});
  whole.adapt(strings(kTexts));
  parts.adapt(Dataset::from_tensor_slices({strings(kTexts)}).batch(2));
  for (const auto& layer : {whole, parts}) {
    expect_learned(layer(strings({"the cat and dog zzz"})), kWeights);
  }
  const TextVectorization runs({.ngrams = 2, .output_mode = "tf_idf"});
  runs.adapt(strings(kTexts));
  EXPECT_EQ(words_of(runs), (Words{"[UNK]", "the", "cat", "dog", "a", "the mat", "the dog",
                                   "the cat", "sat on", "sat", "on the", "on", "mat", "dog and",
                                   "cat sat", "and a", "and", "a dog", "a cat"}));
  const TextVectorization letters({.split = "character", .output_mode = "count"});
  letters.adapt(strings(kTexts));
  EXPECT_EQ(words_of(letters),
            (Words{"[UNK]", " ", "t", "a", "o", "h", "e", "d", "c", "n", "g", "s", "m"}));
}

TEST(Adapt, LookupsCountRowsAsDocuments) {
  const Tensor rows = Tensor::of<std::string>({"a", "b", "a", "c", "b", "a", "", "d", "d"}, {3, 3});
  const StringLookup plain;
  plain.adapt(rows);
  EXPECT_EQ(words_of(plain), (Words{"[UNK]", "a", "d", "b", "c", ""}));
  EXPECT_EQ(words_of(plain, false), (Words{"a", "d", "b", "c", ""}));
  const StringLookup masked({.num_oov_indices = 2, .mask_token = ""});
  masked.adapt(rows);
  EXPECT_EQ(words_of(masked), (Words{"", "[UNK]", "[UNK]", "a", "d", "b", "c"}));
  const StringLookup weighed({.output_mode = "tf_idf"});
  weighed.adapt(rows);
  expect_learned(weighed(Tensor::of<std::string>({"a", "c", "d"}, {1, 3})),
                 {0, 0.6931471824645996, 0.9162907600402832, 0, 0.9162907600402832, 0});
  // Each element of a vector is a document.
  const StringLookup single({.output_mode = "tf_idf"});
  single.adapt(strings({"a", "b", "a", "[UNK]"}));
  expect_learned(single(Tensor::of<std::string>({"a", "c"}, {1, 2})),
                 {0.9729551076889038, 0.8472978472709656, 0});
  const IntegerLookup numbers;
  numbers.adapt(Tensor::vector<int64_t>({5, 7, 7, -1, 9, 9, 9}));
  EXPECT_EQ(numbers.get_vocabulary().to_vector<int64_t>(), (std::vector<int64_t>{-1, 9, 7, 5}));
  EXPECT_EQ(numbers(Tensor::vector<int64_t>({9, 7, 1})).to_vector<int>(),
            (std::vector<int>{1, 2, 0}));
}

TEST(Adapt, ModelsMayBeginWithTables) {
  const StringLookup words;
  words.adapt(strings({"x", "y", "x"}));
  const Tensor x = Tensor::of<std::string>({"y", "x", "q"}, {3, 1});
  EXPECT_EQ(Sequential{words}.predict(x).to_vector<int>(), (std::vector<int>{2, 1, 0}));
  const TextVectorization text;
  text.adapt(strings({"x", "y", "x"}));
  EXPECT_EQ(Sequential{text}.predict(x).to_vector<int>(), (std::vector<int>{3, 2, 1}));
  const IntegerLookup numbers;
  const int64_t large = (int64_t{1} << 40) + 1;  // no float32
  numbers.adapt(Tensor::vector<int64_t>({large, large - 1, large}));
  EXPECT_EQ(
      Sequential{numbers}.predict(Tensor::of<int64_t>({large, large - 1}, {2, 1})).to_vector<int>(),
      (std::vector<int>{1, 2}));
}

// from_config() of Keras asks for them.
TEST(Adapt, ConfigsHaveTheKeysThatNobodySet) {
  const Json config = Json::parse(get_config(TextVectorization()));
  for (const char* key : {"ngrams", "max_tokens", "output_sequence_length", "vocabulary"}) {
    ASSERT_NE(config.find(key), nullptr) << key;
    EXPECT_TRUE(config.find(key)->is_null()) << key;
  }
}

TEST(Adapt, NoDataTeachNothing) {
  const StringLookup layer;
  layer.adapt(Tensor(DType::string, Shape{0}));
  layer.adapt(Tensor(DType::string, Shape{0, 3}));
  layer.adapt(Tensor(DType::string, Shape{3, 0}));
  EXPECT_EQ(words_of(layer), (Words{"[UNK]"}));
}

TEST(Adapt, VocabulariesMayBeSet) {
  const StringLookup layer;
  layer.set_vocabulary(strings({"x", "y"}));
  EXPECT_EQ(words_of(layer), (Words{"[UNK]", "x", "y"}));
  EXPECT_EQ(layer(strings({"y", "z"})).to_vector<int>(), (std::vector<int>{2, 0}));
  EXPECT_THROW(layer.adapt(strings({"a"})), FailedPreconditionError);
  EXPECT_THROW(layer.set_vocabulary(strings({"x", "x"})), InvalidArgumentError);
}

Tensor sample() {
  Tensor x(DType::float32, Shape{2, 3, 4});
  for (int i = 0; i < 24; ++i) x.data<float>()[i] = static_cast<float>(i * i % 17);
  return x;
}

TEST(Adapt, NormalizationLearnsMoments) {
  const Normalization last;
  last.adapt(sample());
  expect_learned(last->get_weights()[0], {7.833333492279053, 9, 6.5, 6});
  expect_learned(last->get_weights()[1],
                 {33.8055534362793, 43.33333206176758, 22.91666603088379, 21.66666603088379});
  EXPECT_NEAR(last(sample()).data<float>()[0], -1.3472637, 1e-6);
  const Normalization none({.axis = std::nullopt});
  none.adapt(sample());
  expect_learned(none->get_weights()[0], {7.333333492279053});
  expect_learned(none->get_weights()[1], {31.80555534362793});
  const Normalization two({.axis = Ints{1, 2}});
  two.adapt(sample());
  expect_learned(two->get_weights()[0], {4, 8.5, 6.5, 6.5, 8.5, 4, 1.5, 9.5, 11, 14.5, 11.5, 2});
  expect_learned(two->get_weights()[1],
                 {16, 56.25, 6.25, 6.25, 56.25, 16, 0.25, 30.25, 4, 2.25, 12.25, 0});
  EXPECT_THROW(two.adapt(Tensor::zeros({2, 3, 5})), InvalidArgumentError);
}

TEST(Adapt, NormalizationPutsBatchesTogether) {
  const Tensor rows = sample().reshaped({6, 4});
  const Normalization layer;
  layer.adapt(Dataset::from_tensor_slices({rows}).batch(4));
  expect_learned(layer->get_weights()[0], {7.833333969116211, 9, 6.5, 6});
  expect_learned(layer->get_weights()[1],
                 {33.80555725097656, 43.333335876464844, 22.916667938232422, 21.666667938232422});
  const Normalization loose;  // rows that are no batches
  loose.adapt(Dataset::from_tensor_slices({rows.rows(0, 3)}));
  expect_learned(loose->get_weights()[0],
                 {9.666666984558105, 7.333333492279053, 7, 8.666666984558105});
  const Normalization one;
  one.adapt(Dataset::from_tensor_slices({rows}).batch(3), 1);
  expect_learned(one->get_weights()[0],
                 {9.666666984558105, 7.333333492279053, 7, 8.666666984558105});
  EXPECT_THROW(Normalization({.mean = {{1.0}}, .variance = {{2.0}}}).adapt(rows),
               FailedPreconditionError);
}

Tensor thousand() {
  Tensor x(DType::float32, Shape{1000});
  for (int i = 0; i < 1000; ++i) x.data<float>()[i] = static_cast<float>(i * i * 37 % 1009) / 8;
  return x;
}

std::vector<double> boundaries_of(const Discretization& layer) {
  const Json config = Json::parse(get_config(layer));
  std::vector<double> out;
  for (const Json& number : config.at("bin_boundaries").as_array()) {
    out.push_back(number.as_double());
  }
  return out;
}

TEST(Adapt, DiscretizationLearnsQuantiles) {
  const auto expect = [](int64_t bins, double epsilon, const std::vector<double>& wanted) {
    const Discretization layer = Discretization::with_num_bins(bins, epsilon);
    layer.adapt(thousand());
    expect_learned(Tensor::vector(boundaries_of(layer)), wanted);
  };
  expect(4, 0.01, {30.624961853027344, 62.99998474121094, 95.37499237060547});
  expect(10, 0.1,
         {10.500001907348633, 24.500003814697266, 36.75000762939453, 50.37500762939453,
          63.00000762939453, 75.75001525878906, 89.125, 101.50000762939453, 114.87499237060547});
  expect(3, 0.5, {63});
  const Discretization batches = Discretization::with_num_bins(4, 0.05);
  batches.adapt(Dataset::from_tensor_slices({thousand()}).batch(300));
  expect_learned(Tensor::vector(boundaries_of(batches)),
                 {34.12500762939453, 70.875, 97.75004577636719});
  EXPECT_EQ(batches(Tensor::vector({0.0f, 50.0f, 99.0f})).to_vector<int>(),
            (std::vector<int>{0, 1, 3}));
  const Discretization few = Discretization::with_num_bins(4);
  few.adapt(Tensor::vector({1.0f, 5.0f, 2.0f}));
  expect_learned(Tensor::vector(boundaries_of(few)), {1, 2});
  EXPECT_THROW(Discretization({1.0, 2.0}).adapt(thousand()), FailedPreconditionError);
  EXPECT_THROW(Discretization::with_num_bins(0).adapt(thousand()), InvalidArgumentError);
  EXPECT_THROW(Discretization::with_num_bins(2, 0).adapt(thousand()), InvalidArgumentError);
}

TEST(Adapt, LayersOfModelsLearnAndAreKept) {
  const Sequential model{Normalization({.input_shape = {4}, .name = "norm"}), Dense(2)};
  AdaptableLayer(model.get_layer("norm")).adapt(sample().reshaped({6, 4}));
  EXPECT_THROW(AdaptableLayer(model.get_layer(1)), InvalidArgumentError);
  EXPECT_THROW(VocabularyLayer(model.get_layer("norm")), InvalidArgumentError);
  const Tensor y = Sequential{model.get_layer("norm")}.predict(sample().reshaped({6, 4}));
  EXPECT_NEAR(y.data<float>()[0], -1.3472637, 1e-6);
  const TextVectorization text({.output_mode = "tf_idf"});
  text.adapt(strings(kTexts));
  const LayerPtr again = layer_from_config("TextVectorization", get_config(text));
  const Tensor x = strings({"the cat and dog zzz"});
  EXPECT_EQ(again(x).to_vector<float>(), text(x).to_vector<float>());
}

}  // namespace
}  // namespace rill::keras
