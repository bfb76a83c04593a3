#include "codec/zip.h"

#include <gtest/gtest.h>

#include "codec/crc32.h"
#include "codec/mapped_file.h"
#include "rill/error.hpp"

namespace rill {
namespace {

// Made by tests/data/make_codec.py with Python's zipfile: "a.txt" stored, "dir/b.txt" deflated.
constexpr const char* kSample = RILL_TEST_DATA "/codec/sample.zip";

std::string sample_zip() { return std::string(text_of(MappedFile::open(kSample)->bytes())); }

void read_all(const std::string& bytes) {
  const ZipReader zip(SharedBytes::own(bytes), "x.zip");
  for (const ZipMember& member : zip.members()) zip.read(member);
}

TEST(Zip, ReadsStoredAndDeflated) {
  const auto file = MappedFile::open(kSample);
  const ZipReader zip(file->shared(), "sample.zip");
  ASSERT_EQ(zip.members().size(), 3u);
  const SharedBytes a = zip.read("a.txt");
  EXPECT_EQ(text_of(a.bytes), "stored text");
  EXPECT_GE(a.bytes.data(), file->bytes().data()) << "a stored member is a view";
  EXPECT_LT(a.bytes.data(), file->bytes().data() + file->size());
  std::string expected;
  for (int i = 0; i < 100; ++i) expected += "deflated ";
  EXPECT_EQ(text_of(zip.read("dir/b.txt").bytes), expected);
  EXPECT_EQ(zip.read("empty").size(), 0u);
  EXPECT_THROW(zip.read("b.txt"), NotFoundError);
}

TEST(Zip, CutAnywhereIsRefused) {
  const std::string bytes = sample_zip();
  for (size_t n = 0; n < bytes.size(); ++n) {
    EXPECT_THROW(read_all(bytes.substr(0, n)), DataLossError) << n;
  }
}

TEST(Zip, FlippedBytesGiveErrorsOrTheSame) {
  const std::string bytes = sample_zip();
  for (size_t n = 0; n < bytes.size(); ++n) {
    for (const int flip : {1, 0x80, 0xff}) {
      std::string bad = bytes;
      bad[n] = static_cast<char>(bad[n] ^ flip);
      try {
        read_all(bad);
      } catch (const Error&) {
      }
    }
  }
}

TEST(Zip, WriterRoundTrip) {
  const std::filesystem::path path = testing::TempDir() + "/rill_zip_test.zip";
  ZipWriter writer(path);
  writer.add("metadata.json", "{}");
  writer.begin("model.weights.h5");
  writer.append(bytes_of("abc"));
  writer.append(bytes_of("def"));
  writer.end();
  writer.commit();
  const auto file = MappedFile::open(path);
  const ZipReader zip(file->shared(), "x");
  EXPECT_EQ(text_of(zip.read("metadata.json").bytes), "{}");
  const SharedBytes h5 = zip.read("model.weights.h5");
  EXPECT_EQ(text_of(h5.bytes), "abcdef");
  EXPECT_EQ((h5.bytes.data() - file->bytes().data()) % 64, 0);
  std::filesystem::remove(path);
}

TEST(Zip, NamesThatLeadOutAreRefused) {
  const std::string bytes = sample_zip();
  std::string bad = bytes;
  for (size_t at = bad.find("a.txt"); at != std::string::npos; at = bad.find("a.txt", at + 1)) {
    bad.replace(at, 5, "../xt");
  }
  EXPECT_THROW(read_all(bad), PermissionDeniedError);
}

TEST(Zip, SaysWhatItFound) {
  try {
    read_all("just text that is no archive");
    FAIL();
  } catch (const DataLossError& e) {
    EXPECT_STREQ(e.what(),
                 "x.zip: is not a zip archive: it starts with text 'just text that is no archive'");
  }
}

TEST(Zip, LimitOfMembers) {
  EXPECT_THROW(ZipReader(SharedBytes::own(sample_zip()), "x.zip", {.members = 2}),
               ResourceExhaustedError);
  const ZipReader zip(SharedBytes::own(sample_zip()), "x.zip", {.ratio = 2, .ratio_floor = 100});
  EXPECT_THROW(zip.read("dir/b.txt"), ResourceExhaustedError);
}

TEST(Crc32, AllLengths) {
  EXPECT_EQ(crc32(0, bytes_of("123456789")), 0xcbf43926u);
  std::string text;
  uint32_t state = 1;
  for (int i = 0; i < 1000; ++i) text += static_cast<char>((state = state * 1664525 + 7) >> 24);
  for (size_t n = 0; n < text.size(); n += 3) {
    uint32_t slow = 5;
    for (size_t i = 0; i < n; ++i) slow = crc32(slow, bytes_of(text).subspan(i, 1));
    EXPECT_EQ(crc32(5, bytes_of(text).first(n)), slow) << n;
  }
}

}  // namespace
}  // namespace rill
