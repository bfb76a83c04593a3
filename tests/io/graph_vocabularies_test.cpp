// Layers of a SavedModel of Keras 2 whose vocabularies stand in tables of its graph. The model is
// of tests/data/make_vocabularies.py, which prints what Keras makes of these words.
#include <gtest/gtest.h>

#include "rill/keras.hpp"

namespace rill {
namespace {

TEST(GraphVocabularies, AreThoseOfTheLayers) {
  const keras::Model model = keras::load_model(RILL_TEST_DATA "/vocabularies");
  EXPECT_EQ(model.summary_text().find("TFSMLayer"), std::string::npos) << model.summary_text();
  const auto column = [](std::vector<std::string> words) {
    return Tensor::of(words, Shape{static_cast<int64_t>(words.size()), 1});
  };
  const std::vector<Tensor> in{column({"a", "q"}), column({"y z", "x"})};
  const Tensor y = model.predict(in).at(0);
  const std::vector<float> wanted{0.1084003672f, -0.1969135702f, -0.0995865837f, -0.1914852113f};
  ASSERT_EQ(y.size(), 4);
  for (int64_t i = 0; i < 4; ++i) {
    EXPECT_NEAR(y.data<float>()[i], wanted[static_cast<size_t>(i)], 1e-6) << i;
  }
}

}  // namespace
}  // namespace rill
