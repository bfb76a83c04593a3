// Orders, labels and pixels are those of keras.utils.image_dataset_from_directory (Keras 3.15).
#include <gtest/gtest.h>

#include <fstream>

#include "process.h"
#include "rill/dataset.hpp"
#include "rill/error.hpp"

namespace rill {
namespace {

namespace fs = std::filesystem;
using Numbers = std::vector<int64_t>;

// 2 by 2, RGB, its rows filtered by "sub" and "paeth"; made with Python's zlib.
constexpr unsigned char kPng[] = {
    0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0x00, 0x00, 0x0d, 0x49, 0x48, 0x44, 0x52,
    0x00, 0x00, 0x00, 0x02, 0x00, 0x00, 0x00, 0x02, 0x08, 0x02, 0x00, 0x00, 0x00, 0xfd, 0xd4, 0x9a,
    0x73, 0x00, 0x00, 0x00, 0x16, 0x49, 0x44, 0x41, 0x54, 0x78, 0x9c, 0x63, 0xe4, 0x12, 0x91, 0x63,
    0x65, 0x65, 0x65, 0x61, 0x64, 0x64, 0x64, 0x62, 0x62, 0x02, 0x00, 0x03, 0x96, 0x00, 0x5a, 0xec,
    0xb3, 0x52, 0xba, 0x00, 0x00, 0x00, 0x00, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82};

class ImageFolder : public testing::Test {
 protected:
  void SetUp() override {
    fs::remove_all(folder_);
    for (const char* name : {"a/1.png", "a/2.png", "a/b/3.png", "a-b/4.png", "c/5.png", "c/6.PNG",
                             "c/7.png", "c/8.png", "c/9.png", "c/d/x.png", ".e/y.png"}) {
      fs::create_directories((folder_ / name).parent_path());
      std::ofstream(folder_ / name, std::ios::binary)
          .write(reinterpret_cast<const char*>(kPng), sizeof(kPng));
    }
    fs::remove_all(folder_ / ".e");
  }
  void TearDown() override { fs::remove_all(folder_); }

  static Numbers labels(const Dataset& images) {
    Numbers out;
    for (const Values& e : images) {
      for (const int64_t label : e.at(1).to_vector<int64_t>()) out.push_back(label);
    }
    return out;
  }
  std::string refusal(const ImageFolderOptions& o) const {
    try {
      Dataset::from_image_folder(folder_, o);
    } catch (const InvalidArgumentError& error) {
      return error.what();
    }
    return "";
  }

  const fs::path folder_ = test::scratch_path("rill_image_folder_test");
};

TEST_F(ImageFolder, ComesInTheOrderOfKeras) {
  ImageFolderOptions o{.image_size = {2, 2}, .batch_size = 2};
  for (int64_t i = 0; i < 10; ++i) o.labels.push_back(i);
  o.seed = 11;
  const Dataset all = Dataset::from_image_folder(folder_, o);
  EXPECT_EQ(labels(all), (Numbers{8, 6, 3, 7, 1, 9, 2, 4, 5, 0}));
  EXPECT_EQ(labels(all), (Numbers{4, 3, 2, 0, 6, 7, 8, 9, 5, 1}));
  o.validation_split = 0.35;
  o.subset = "training";
  EXPECT_EQ(labels(Dataset::from_image_folder(folder_, o)), (Numbers{8, 1, 2, 4, 7, 6, 5}));
  o.subset = "validation";
  EXPECT_EQ(labels(Dataset::from_image_folder(folder_, o)), (Numbers{9, 3, 0}));
}

TEST_F(ImageFolder, TakesTheClassesThatAreAskedFor) {
  const Dataset some = Dataset::from_image_folder(
      folder_, {.image_size = {2, 2}, .class_names = {"c", "a"}, .seed = 4, .batch_size = 2});
  EXPECT_EQ(labels(some), (Numbers{1, 0, 0, 1, 0, 0, 1, 0, 0}));
  EXPECT_EQ(labels(some), (Numbers{0, 0, 1, 0, 0, 0, 1, 0, 1}));
  EXPECT_NE(refusal({.class_names = {"aa"}}).find("did you mean 'a'"), std::string::npos);
}

TEST_F(ImageFolder, KeepsTheProportionsIfAsked) {
  ImageFolderOptions o{
      .image_size = {1, 4}, .crop_to_aspect_ratio = true, .channels = 1, .shuffle = false};
  const auto first = [&] {
    auto images = Dataset::from_image_folder(folder_, o).iterator();
    Values e;
    images.next(e);
    return e.at(0).rows(0, 1).to_vector<float>();
  };
  EXPECT_EQ(first(), (std::vector<float>{18, 19.25, 21.75, 23}));
  o.crop_to_aspect_ratio = false;
  o.pad_to_aspect_ratio = true;
  EXPECT_EQ(first(), (std::vector<float>{0, 21.25, 0, 0}));
}

TEST_F(ImageFolder, RefusesWhatDoesNotGoTogether) {
  EXPECT_NE(refusal({.interpolation = "bilinaer"}).find("bilinear"), std::string::npos);
  EXPECT_NE(refusal({.validation_split = 0.2, .subset = "training"}).find("seed"),
            std::string::npos);
  EXPECT_NE(refusal({.seed = 1, .validation_split = 0.2}).find("subset"), std::string::npos);
  EXPECT_NE(refusal({.subset = "training"}).find("validation_split"), std::string::npos);
  EXPECT_NE(refusal({.labels = {1, 2}}).find("10 images, and 2 labels"), std::string::npos);
  EXPECT_NE(refusal({.channels = 2}).find("1, 3 or 4"), std::string::npos);
}

}  // namespace
}  // namespace rill
