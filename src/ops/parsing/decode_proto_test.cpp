#include <gtest/gtest.h>

#include "codec/proto_wire.h"
#include "op/emit.h"
#include "rill/error.hpp"

namespace rill {
namespace {

using Ints = std::vector<int64_t>;

void add_field(proto::Writer& message, std::string_view name, int32_t number, int32_t type,
               bool repeated, std::string_view type_name = "") {
  message.message(2, [&](proto::Writer&) {
    message.bytes(1, name);
    message.int32(3, number);
    message.int32(4, repeated ? 3 : 1);
    message.int32(5, type);
    message.bytes_or_skip(6, type_name);
  });
}

// package p; enum Color { RED = 5; } message M { int32 whole = 1; repeated sint32 signs = 2;
// message In { string name = 1; } In inner = 3; Color color = 4; sfixed32 place = 5; }
std::string descriptor_source() {
  std::string set;
  proto::Writer to(set);
  to.message(1, [&](proto::Writer&) {
    to.bytes(2, "p");
    to.message(4, [&](proto::Writer&) {
      to.bytes(1, "M");
      add_field(to, "whole", 1, 5, false);
      add_field(to, "signs", 2, 17, true);
      add_field(to, "inner", 3, 11, false, ".p.M.In");
      add_field(to, "color", 4, 14, false, ".p.Color");
      add_field(to, "place", 5, 15, false);
      to.message(3, [&](proto::Writer&) {
        to.bytes(1, "In");
        add_field(to, "name", 1, 9, false);
      });
    });
    to.message(5, [&](proto::Writer&) {
      to.bytes(1, "Color");
      to.message(2, [&](proto::Writer&) {
        to.bytes(1, "RED");
        to.int32(2, 5);
      });
    });
  });
  return "bytes://" + set;
}

Values decode(const std::string& text) {
  return emit_all(
      "DecodeProtoV2", {Tensor::scalar(text)},
      {{"message_type", "p.M"},
       {"field_names", std::vector<std::string>{"whole", "signs", "inner", "color", "place"}},
       {"output_types",
        std::vector<DType>{DType::int32, DType::int32, DType::string, DType::int32, DType::int32}},
       {"descriptor_source", descriptor_source()},
       {"message_format", "text"}});
}

TEST(DecodeProto, Text) {
  const Values v = decode(
      "whole: 0x10 signs: [-1, 2]; signs: 3\n"
      "inner { name: 'a' \"b\" } color: RED place: -7  # the end");
  EXPECT_EQ(v[0].to_vector<int64_t>(), (Ints{1, 3, 1, 1, 1}));
  EXPECT_EQ(v[1].to_vector<int64_t>(), (Ints{16}));
  EXPECT_EQ(v[2].to_vector<int64_t>(), (Ints{-1, 2, 3}));
  EXPECT_EQ(v[3].to_vector<std::string>(), (std::vector<std::string>{"\x0a\x02"
                                                                     "ab"}));
  EXPECT_EQ(v[4].to_vector<int64_t>(), (Ints{5}));
  EXPECT_EQ(v[5].to_vector<int64_t>(), (Ints{-7}));
  EXPECT_EQ(decode("")[0].to_vector<int64_t>(), (Ints{0, 0, 0, 0, 0}));
}

TEST(DecodeProto, TextThatIsNoSuchMessage) {
  for (const char* text :
       {"whole: 1 whole: 2", "nothing: 1", "[ext]: 1", "whole: 'a'", "whole: 3000000000",
        "color: BLUE", "color: 6", "inner { other: 1 }", "inner {", "1: 1"}) {
    EXPECT_THROW(decode(text), DataLossError) << text;
  }
}

}  // namespace
}  // namespace rill
