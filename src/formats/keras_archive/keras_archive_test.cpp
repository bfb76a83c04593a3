#include "formats/keras_archive/keras_archive.h"

#include <gtest/gtest.h>

#include <fstream>

#include "codec/mapped_file.h"
#include "rill/error.hpp"

namespace rill::formats {
namespace {

namespace fs = std::filesystem;

// Made by tests/data/make_hdf5.py.
const std::string kSample = RILL_TEST_DATA "/hdf5/sample.keras";

void check(const KerasArchive& archive) {
  EXPECT_EQ(archive.config(), "{\"class_name\": \"Sequential\"}");
  EXPECT_EQ(archive.metadata(), "{\"keras_version\": \"3.15.0\"}");
  EXPECT_EQ(archive.names().size(), 4u);
  EXPECT_EQ(text_of(archive.read("assets/words.txt").bytes), "a\nb\n");
  const auto weights = archive.weights();
  ASSERT_TRUE(weights);
  EXPECT_EQ(weights->what(), archive.place("model.weights.h5"));
  EXPECT_EQ(weights->read("dense/dense/kernel:0").to_vector<float>(),
            (std::vector<float>{0, 1, 2, 3, 4, 5}));
  EXPECT_THROW(archive.read("../hdf5/weights.h5"), NotFoundError);
  EXPECT_EQ(archive.weights("other.h5"), nullptr);
}

TEST(KerasArchive, Zip) {
  const auto archive = KerasArchive::open(kSample);
  check(*archive);
  EXPECT_EQ(archive->place("config.json"), kSample + "!config.json");
}

TEST(KerasArchive, Folder) {
  const fs::path folder = fs::path(testing::TempDir()) / "rill_keras_archive";
  fs::create_directories(folder / "assets");
  const auto zip = KerasArchive::open(kSample);
  for (const std::string& name : zip->names()) {
    std::ofstream(folder / name, std::ios::binary) << text_of(zip->read(name).bytes);
  }
  check(*KerasArchive::open(folder));
  fs::remove_all(folder);
}

TEST(KerasArchive, Refuses) {
  EXPECT_THROW(KerasArchive::open(kSample + "x"), NotFoundError);
  EXPECT_THROW(KerasArchive::open(RILL_TEST_DATA "/hdf5/weights.h5"), DataLossError);
}

TEST(KerasArchive, DamagedWeightsAreNoticed) {
  std::string bytes(text_of(MappedFile::open(kSample)->bytes()));
  const fs::path path = fs::path(testing::TempDir()) / "rill_damaged.keras";
  bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
  std::ofstream(path, std::ios::binary) << bytes;
  EXPECT_THROW(KerasArchive::open(path)->weights(), DataLossError);
  fs::remove(path);
}

}  // namespace
}  // namespace rill::formats
