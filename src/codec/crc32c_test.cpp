#include "codec/crc32c.h"

#include <gtest/gtest.h>

namespace rill::crc32c {
namespace {

// RFC 3720, B.4.
TEST(Crc32c, StandardValues) {
  EXPECT_EQ(value(bytes_of(std::string(32, '\0'))), 0x8a9136aau);
  EXPECT_EQ(value(bytes_of(std::string(32, '\xff'))), 0x62a8ab43u);
  std::string rising;
  for (int i = 0; i < 32; ++i) rising += static_cast<char>(i);
  EXPECT_EQ(value(bytes_of(rising)), 0x46dd794eu);
  EXPECT_EQ(value(bytes_of("123456789")), 0xe3069283u);
}

TEST(Crc32c, FastAndPortableAgree) {
  std::string text;
  uint32_t state = 1;
  for (int i = 0; i < 30000; ++i) text += static_cast<char>((state = state * 1664525 + 1) >> 24);
  for (size_t size : {0, 1, 7, 8, 9, 6143, 6144, 6145, 20000, 29999}) {
    for (size_t at : {0, 1}) {
      const Bytes part = bytes_of(std::string_view(text).substr(at, size));
      EXPECT_EQ(extend(0x1234, part), extend_portable(0x1234, part)) << size;
    }
  }
  EXPECT_EQ(extend(value(bytes_of("hello ")), bytes_of("world")), value(bytes_of("hello world")));
}

TEST(Crc32c, MaskAndBack) {
  EXPECT_EQ(unmask(mask(0xdeadbeef)), 0xdeadbeefu);
  EXPECT_NE(mask(0), 0u);
}

}  // namespace
}  // namespace rill::crc32c
