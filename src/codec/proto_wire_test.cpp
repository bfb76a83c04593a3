#include "codec/proto_wire.h"

#include <gtest/gtest.h>

#include "rill/error.hpp"

namespace rill::proto {
namespace {

std::string sample_message() {
  std::string out;
  Writer w(out);
  w.int64(1, -5);
  w.bytes(2, "name");
  w.float32(3, 1.5f);
  w.float64(4, -2.25);
  w.packed_varints(5, {1, 300, -1});
  w.message(6, [](Writer& inner) {
    inner.boolean(1, true);
    inner.bytes(2, std::string(200, 'x'));
  });
  return out;
}

void walk(Bytes bytes) {
  Reader r(bytes, "Sample");
  while (r.next()) {
    std::vector<int64_t> numbers;
    switch (r.number()) {
      case 1:
        r.int64();
        break;
      case 2:
        r.text();
        break;
      case 3:
        r.float32();
        break;
      case 4:
        r.float64();
        break;
      case 5:
        r.append_varints(numbers);
        break;
      case 6:
        for (Reader inner = r.message("Inner"); inner.next();) {
        }
        break;
    }
  }
}

TEST(ProtoWire, RoundTrip) {
  const std::string bytes = sample_message();
  Reader r(bytes_of(bytes), "Sample");
  ASSERT_TRUE(r.next());
  EXPECT_EQ(r.int64(), -5);
  ASSERT_TRUE(r.next());
  EXPECT_EQ(r.text(), "name");
  ASSERT_TRUE(r.next());
  EXPECT_EQ(r.float32(), 1.5f);
  ASSERT_TRUE(r.next());
  EXPECT_EQ(r.float64(), -2.25);
  ASSERT_TRUE(r.next());
  std::vector<int64_t> numbers;
  r.append_varints(numbers);
  EXPECT_EQ(numbers, (std::vector<int64_t>{1, 300, -1}));
  ASSERT_TRUE(r.next());
  Reader inner = r.message("Inner");
  ASSERT_TRUE(inner.next());
  EXPECT_TRUE(inner.boolean());
  ASSERT_TRUE(inner.next());
  EXPECT_EQ(inner.text().size(), 200u);
  EXPECT_EQ(inner.text()[0], bytes[inner.payload_offset()]);
  EXPECT_FALSE(inner.next());
  EXPECT_FALSE(r.next());
}

TEST(ProtoWire, UnpackedAndPackedNumbersAreTheSame) {
  std::string bytes;
  Writer w(bytes);
  w.float32(1, 1.0f);
  const float packed[] = {2.0f, 3.0f};
  w.packed_fixed(1, std::as_bytes(std::span(packed)));
  std::vector<float> out;
  for (Reader r(bytes_of(bytes), "M"); r.next();) r.append_fixed(out);
  EXPECT_EQ(out, (std::vector<float>{1.0f, 2.0f, 3.0f}));
}

TEST(ProtoWire, GroupsAreSteppedOver) {
  // field 7 group { field 1: 5; field 8 group {} } then field 2: 9
  const std::string bytes = "\x3b\x08\x05\x43\x44\x3c\x10\x09";
  Reader r(bytes_of(bytes), "M");
  ASSERT_TRUE(r.next());
  EXPECT_EQ(r.number(), 2u);
  EXPECT_EQ(r.uint64(), 9u);
  EXPECT_FALSE(r.next());
}

TEST(ProtoWire, CutAnywhereThrowsOrEndsEarly) {
  const std::string bytes = sample_message();
  for (size_t n = 0; n < bytes.size(); ++n) {
    const std::string cut = bytes.substr(0, n);
    try {
      walk(bytes_of(cut));
    } catch (const DataLossError&) {
    }
  }
}

TEST(ProtoWire, FlippedBytesNeverReadOutside) {
  const std::string bytes = sample_message();
  for (size_t n = 0; n < bytes.size(); ++n) {
    for (const int flip : {0x01, 0x80, 0xff}) {
      std::string bad = bytes;
      bad[n] = static_cast<char>(bad[n] ^ flip);
      try {
        walk(bytes_of(bad));
      } catch (const DataLossError&) {
      }
    }
  }
}

TEST(ProtoWire, SaysWhereAndWhat) {
  const std::string bytes = "\x08\x01\x12\x7f";
  Reader r(bytes_of(bytes), "GraphDef", 100);
  r.next();
  try {
    r.next();
    FAIL();
  } catch (const DataLossError& e) {
    EXPECT_STREQ(e.what(),
                 "GraphDef: at offset 102: field 2 says it has 127 bytes, only 0 are left");
  }
  const std::string text = "hello";
  EXPECT_THROW(walk(bytes_of(text)), DataLossError);
}

TEST(ProtoWire, LongestVarint) {
  std::string bytes;
  Writer(bytes).varint(1, ~0ull);
  EXPECT_EQ(bytes.size(), 1 + varint_size(~0ull));
  Reader r(bytes_of(bytes), "M");
  ASSERT_TRUE(r.next());
  EXPECT_EQ(r.uint64(), ~0ull);
  const std::string longer = "\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02";
  Reader bad(bytes_of(longer), "M");
  EXPECT_THROW(bad.next(), DataLossError);
}

}  // namespace
}  // namespace rill::proto
