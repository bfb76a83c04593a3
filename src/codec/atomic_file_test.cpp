// mapped_file, atomic_file and sniff: what goes through the file system.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>

#include "codec/atomic_file.h"
#include "codec/crc32.h"
#include "codec/mapped_file.h"
#include "codec/sniff.h"
#include "rill/error.hpp"

namespace rill {
namespace {

namespace fs = std::filesystem;

class FileTest : public testing::Test {
 protected:
  FileTest() {
    std::string pattern = (fs::temp_directory_path() / "rill_file_test_XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
  }
  ~FileTest() override { fs::remove_all(folder_); }
  size_t entries() const {
    return static_cast<size_t>(std::distance(fs::directory_iterator(folder_), {}));
  }
  fs::path folder_;
};

TEST_F(FileTest, MapsWhatWasWritten) {
  write_file(folder_ / "a", "hello");
  const auto file = MappedFile::open(folder_ / "a");
  EXPECT_EQ(text_of(file->bytes()), "hello");
  file->release(0, 100);
  EXPECT_EQ(text_of(file->bytes()), "hello");
  write_file(folder_ / "a", "");
  EXPECT_EQ(text_of(file->bytes()), "hello") << "the old file stays as long as it is mapped";
  EXPECT_EQ(MappedFile::open(folder_ / "a")->size(), 0u);
}

TEST_F(FileTest, WhatIsCutShortStaysWhole) {
  const std::string text(100000, 'x');
  write_file(folder_ / "a", text);
  const auto file = MappedFile::open(folder_ / "a");
  fs::resize_file(folder_ / "a", 10);
  EXPECT_EQ(text_of(file->bytes()), text);
  file->release(0, text.size());
  EXPECT_EQ(text_of(file->bytes()), text);
}

TEST_F(FileTest, SaysWhatCannotBeOpened) {
  try {
    MappedFile::open(folder_ / "none.h5");
    FAIL();
  } catch (const NotFoundError& e) {
    EXPECT_NE(std::string(e.what()).find("none.h5: cannot open: does not exist"),
              std::string::npos);
  }
  EXPECT_THROW(MappedFile::open(folder_), InvalidArgumentError);
  EXPECT_THROW(AtomicFile(folder_ / "none" / "x"), NotFoundError);
}

TEST_F(FileTest, WithoutCommitNothingChanges) {
  write_file(folder_ / "a", "old");
  {
    AtomicFile file(folder_ / "a");
    file.write("new");
    EXPECT_EQ(entries(), 2u);
  }
  EXPECT_EQ(entries(), 1u);
  EXPECT_EQ(text_of(MappedFile::open(folder_ / "a")->bytes()), "old");
  AtomicFile file(folder_ / "a");
  file.write("new one");
  file.write_at(0, bytes_of("N"));
  file.commit();
  EXPECT_EQ(entries(), 1u);
  EXPECT_EQ(text_of(MappedFile::open(folder_ / "a")->bytes()), "New one");
}

TEST_F(FileTest, LinksAndDevicesStayWhatTheyAre) {
  write_file(folder_ / "a", "old");
  const fs::path link = folder_ / "link";
  fs::create_symlink("a", link);
  write_file(link, "new");
  EXPECT_TRUE(fs::is_symlink(link));
  EXPECT_EQ(text_of(MappedFile::open(folder_ / "a")->bytes()), "new");
  // By a link: nobody's device is at stake.
  fs::remove(link);
  fs::create_symlink("/dev/full", link);
  EXPECT_THROW(write_file(link, "lost"), ResourceExhaustedError);
  fs::remove(link);
  fs::create_symlink("/dev/null", link);
  write_file(link, "gone");
  EXPECT_TRUE(fs::is_character_file(link));
  EXPECT_EQ(entries(), 2u);
}

TEST_F(FileTest, StaleTemporariesGo) {
  // No process has this id: it is beyond the largest that Linux gives.
  std::ofstream(folder_ / ".a.99999999-0.tmp") << "left behind";
  std::ofstream(folder_ / ".b.99999999-0.tmp") << "of another file";
  write_file(folder_ / "a", "x");
  EXPECT_FALSE(fs::exists(folder_ / ".a.99999999-0.tmp"));
  EXPECT_TRUE(fs::exists(folder_ / ".b.99999999-0.tmp"));
}

// Longer than what goes to the disk at once, in pieces of all lengths, and one written again.
TEST_F(FileTest, LongFiles) {
  std::vector<std::byte> noise(11'000'003);
  for (size_t i = 0; i < noise.size(); ++i) noise[i] = static_cast<std::byte>(i * i >> 9);
  const Bytes all(noise);
  AtomicFile file(folder_ / "long");
  file.write(all.first(1'000'001));
  file.write(all.subspan(1'000'001, 9'999'999));
  for (size_t at = 11'000'000; at < all.size(); ++at) file.write(all.subspan(at, 1));
  noise[7] ^= std::byte{1};
  file.write_at(7, all.subspan(7, 1));
  file.commit();
  const auto back = MappedFile::open(folder_ / "long");
  EXPECT_TRUE(std::ranges::equal(back->bytes(), all));
}

// Pieces in any order, some written twice, some too small for a sum of their own, holes between.
TEST_F(FileTest, SumsOfPieces) {
  std::vector<std::byte> noise(3 << 20);
  for (size_t i = 0; i < noise.size(); ++i) noise[i] = static_cast<std::byte>(i * i >> 7);
  const Bytes all(noise);
  for (const bool kept : {false, true}) {
    AtomicFile file(folder_ / "sums");
    if (kept) file.keep_sums();
    file.write(all.first(100));
    file.write_at(1 << 20, all.subspan(5, 2 << 20));
    file.write_at(200'000, all.first(300'000));
    file.write_at(250'000, all.subspan(9, 100'000));  // over the middle of a piece
    file.write_at((1 << 20) + 7, all.first(3));       // into a large one
    file.write_at(600'000, all.first(80'000));
    EXPECT_EQ(file.write_summed(all.first(1 << 20), crc32, 17), crc32(17, all.first(1 << 20)));
    std::vector<std::byte> back(file.size());
    file.read_at(0, back);
    const Bytes whole(back);
    EXPECT_EQ(file.crc32_of(0, file.size()), crc32(0, whole));
    EXPECT_EQ(file.crc32_of(50, 640'000), crc32(0, whole.subspan(50, 640'000 - 50)));
    EXPECT_EQ(file.crc32_of(600'000, 600'000), 0U);
  }
}

TEST(Sniff, Kinds) {
  EXPECT_EQ(sniff({}), "is empty");
  EXPECT_EQ(sniff(bytes_of("version https://git-lfs.github.com/spec/v1")),
            "is a git-lfs pointer: the real file was never fetched");
  EXPECT_EQ(sniff(bytes_of("\n<!DOCTYPE html><html>")), "is an HTML page, not a model");
  EXPECT_EQ(sniff(bytes_of("PK\x03\x04...")), "is a zip archive");
  EXPECT_TRUE(sniff(bytes_of("{\"format\":\"graph-model\",\"modelTopology\":{}}"))
                  .starts_with("is a model of TensorFlow.js"));
  EXPECT_TRUE(sniff(bytes_of("{\"layers\": [{\"name\": \"Dense\", \"cache_enabled\": true}]}"))
                  .starts_with("is an architecture of Keras 0"));
  EXPECT_TRUE(sniff(bytes_of("{\"class_name\": \"Tokenizer\", \"config\": {}}"))
                  .starts_with("is the vocabulary of a Tokenizer"));
  EXPECT_TRUE(sniff(bytes_of("{\n  \"metadata\": {},\n  \"weight_map\": {}}"))
                  .starts_with("is the index of weights in shards"));
  EXPECT_TRUE(sniff(bytes_of("\x1c...TFL3")).starts_with("is a model of TensorFlow Lite"));
  EXPECT_EQ(sniff(bytes_of("just words")), "starts with text 'just words'");
  EXPECT_NE(sniff(bytes_of("\x80\x02\x8a\x0a")).find("a pickle of Python"), std::string::npos);
  EXPECT_EQ(sniff(bytes_of("\x01\xff\x02")), "starts with the bytes 01 ff 02");
  EXPECT_EQ(sniff(bytes_of(std::string(512, 'a') + "\x89HDF\r\n\x1a\n")), "is an HDF5 file");
}

}  // namespace
}  // namespace rill
