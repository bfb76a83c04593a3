#include "codec/byte_cursor.h"

#include <gtest/gtest.h>

#include "rill/error.hpp"

namespace rill {
namespace {

using namespace std::string_view_literals;

TEST(ByteCursor, ReadsLittleEndian) {
  ByteCursor c(bytes_of("\x01\x02\x03\x04\x05\x06\x07\xac\x02yz"sv), "test");
  EXPECT_EQ(c.u8(), 1);
  EXPECT_EQ(c.u16(), 0x0302);
  EXPECT_EQ(c.u32(), 0x07060504u);
  EXPECT_EQ(c.varint(), 300u);
  EXPECT_EQ(c.text(2), "yz");
  EXPECT_TRUE(c.at_end());
}

TEST(ByteCursor, NeverReadsBeyond) {
  ByteCursor c(bytes_of("abc"sv), "m.index", 1000);
  c.skip(1);
  EXPECT_THROW(c.u32(), DataLossError);
  EXPECT_THROW(c.bytes(~0ull), DataLossError);
  EXPECT_THROW(c.seek(4), DataLossError);
  try {
    c.u64();
    FAIL();
  } catch (const DataLossError& e) {
    EXPECT_STREQ(e.what(), "m.index: at offset 1001: 8 bytes were expected, only 2 are left");
  }
  c.seek(3);
  EXPECT_THROW(c.u8(), DataLossError);
}

}  // namespace
}  // namespace rill
