// Images whose size only the input tells, and categories of several dimensions. The numbers are
// Keras'.
#include <gtest/gtest.h>

#include <numeric>
#include <set>

#include "rill/keras.hpp"

namespace rill::keras {
namespace {

std::vector<float> of_unknown_size(const LayerPtr& layer, int64_t height, int64_t width) {
  const KerasTensor x = Input({-1, -1, 1});
  const Model model(x, layer(x));
  std::vector<float> numbers(static_cast<size_t>(height * width));
  std::iota(numbers.begin(), numbers.end(), 0.0F);
  return model.predict(Tensor::of<float>(numbers, {1, height, width, 1})).to_vector<float>();
}

TEST(CenterCrop, OfImagesOfUnknownSize) {
  EXPECT_EQ(of_unknown_size(layers::CenterCrop(2, 3), 5, 4),
            (std::vector<float>{4, 5, 6, 8, 9, 10}));
  EXPECT_EQ(of_unknown_size(layers::CenterCrop(3, 2), 2, 5),
            (std::vector<float>{2, 2, 4.5F, 4.5F, 7, 7}));
}

TEST(Resizing, KeepsTheRatioOfImagesOfUnknownSize) {
  const auto resizing = [](const std::string& settings) {
    return layer_from_config("Resizing", R"({"name": "r", )" + settings + "}");
  };
  EXPECT_EQ(
      of_unknown_size(resizing(R"("height": 2, "width": 2, "crop_to_aspect_ratio": true)"), 3, 5),
      (std::vector<float>{2.5F, 4, 10, 11.5F}));
  EXPECT_EQ(of_unknown_size(resizing(R"("height": 4, "width": 2, "pad_to_aspect_ratio": true,
                "fill_value": 7.0)"),
                            2, 4),
            (std::vector<float>{7, 7, 3.75F, 4.75F, 5.75F, 6.75F, 7, 7}));
}

// Training takes any window, the same of a batch; what is not larger is resized.
TEST(RandomCrop, CropsInTraining) {
  const LayerPtr layer = layers::RandomCrop(2, 3, {.seed = 5});
  std::vector<float> numbers(40);
  std::iota(numbers.begin(), numbers.end(), 0.0F);
  const Tensor x = Tensor::of<float>(numbers, {2, 4, 5, 1});
  std::set<float> corners;
  for (int i = 0; i < 40; ++i) {
    const Tensor y = layer(x, true);
    ASSERT_EQ(y.shape(), (Shape{2, 2, 3, 1}));
    const auto* p = y.data<float>();
    corners.insert(p[0]);
    EXPECT_EQ(p[4] - p[0], 6);
    EXPECT_EQ(p[6] - p[0], 20);
  }
  EXPECT_EQ(corners, (std::set<float>{0, 1, 2, 5, 6, 7, 10, 11, 12}));
  EXPECT_EQ(layers::RandomCrop(4, 4)(x, true).shape(), (Shape{2, 4, 4, 1}));
  EXPECT_EQ(layer(x).shape(), x.shape());
}

// Along the second dimension, whatever comes behind it.
TEST(CategoryEncoding, OfRankThree) {
  const Tensor x = Tensor::of<float>({3, 2, 2, 1, 1, 0}, {1, 2, 3});
  EXPECT_EQ(layers::CategoryEncoding(4, {.output_mode = "count"})(x).to_vector<float>(),
            (std::vector<float>{0, 1, 0, 1, 0, 1, 1, 0, 1, 0, 1, 0}));
  EXPECT_EQ(layers::CategoryEncoding(4, {.output_mode = "multi_hot"})(x).shape(), (Shape{1, 3, 4}));
}

}  // namespace
}  // namespace rill::keras
