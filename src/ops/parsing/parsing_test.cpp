#include <gtest/gtest.h>

#include "op/emit.h"
#include "rill/error.hpp"

namespace rill {
namespace {

TEST(Parsing, TensorsThereAndBack) {
  const Tensor t = Tensor::of<float>({1, 2, 3, 4}, Shape{2, 2});
  const Tensor bytes = emit("SerializeTensor", {t});
  const Tensor back = emit("ParseTensor", {bytes}, {{"out_type", DType::float32}});
  EXPECT_EQ(back.shape(), (Shape{2, 2}));
  EXPECT_EQ(back.to_vector<float>(), t.to_vector<float>());
  EXPECT_THROW(emit("ParseTensor", {bytes}, {{"out_type", DType::int32}}), InvalidArgumentError);
  EXPECT_THROW(emit("ParseTensor", {Tensor("\xff\xff")}, {{"out_type", DType::float32}}),
               InvalidArgumentError);
}

TEST(Parsing, Csv) {
  const Tensor number = Tensor::vector<int32_t>({7}), text = Tensor::vector<std::string>({"-"});
  const Values out = emit_all(
      "DecodeCSV", {Tensor::vector<std::string>({"1,\"a,\"\"b\"", " 2 ,", ",x"}), number, text});
  EXPECT_EQ(out[0].to_vector<int32_t>(), (std::vector<int32_t>{1, 2, 7}));
  EXPECT_EQ(out[1].to_vector<std::string>(), (std::vector<std::string>{"a,\"b", "-", "x"}));
  EXPECT_THROW(emit_all("DecodeCSV", {Tensor::vector<std::string>({"1"}), number, text}),
               InvalidArgumentError);
  EXPECT_THROW(emit_all("DecodeCSV", {Tensor::vector<std::string>({"x,y"}), number, text}),
               InvalidArgumentError);
}

TEST(Parsing, RawBytes) {
  const Tensor raw = emit("DecodeRaw", {Tensor(std::string("\x01\x02\x03\x04"))},
                          {{"out_type", DType::int16}, {"little_endian", false}});
  EXPECT_EQ(raw.to_vector<int64_t>(), (std::vector<int64_t>{0x102, 0x304}));
  EXPECT_THROW(emit("DecodeRaw", {Tensor("abc")}, {{"out_type", DType::int16}}),
               InvalidArgumentError);
}

TEST(DecodeCompressed, UnpacksWhatZlibPacked) {
  const std::string zlib("\x78\x9c\x4b\x4c\x4a\x06\x00\x02\x4d\x01\x27", 11);  // "abc"
  const auto unpack = [](const std::string& bytes, const char* type) {
    return emit("DecodeCompressed", {Tensor::scalar(bytes)}, {{"compression_type", type}})
        .item<std::string>();
  };
  EXPECT_EQ(unpack(zlib, "ZLIB"), "abc");
  EXPECT_EQ(unpack("abc", ""), "abc");
  // What is there of bytes that are cut off; nothing behind the stream counts.
  EXPECT_EQ(unpack(zlib.substr(0, 7), "ZLIB"), "abc");
  EXPECT_EQ(unpack(zlib.substr(0, 5), "ZLIB"), "ab");
  EXPECT_EQ(unpack("", "ZLIB"), "");
  EXPECT_EQ(unpack(zlib + "xyz", "ZLIB"), "abc");
  EXPECT_THROW(unpack("junk", "GZIP"), DataLossError);
  EXPECT_THROW(unpack(zlib, "SNAPPY"), InvalidArgumentError);
}

TEST(DecodeCsv, NumbersAsStringToNumberTakesThem) {
  const auto read = [](const char* record) {
    return emit_all("DecodeCSV",
                    {Tensor::scalar(std::string(record)), Tensor::vector(std::vector<float>{})},
                    {{"OUT_TYPE", std::vector<DType>{DType::float32}}})[0]
        .item<float>();
  };
  EXPECT_EQ(read("0x10"), 16);
  EXPECT_EQ(read("1e400"), std::numeric_limits<float>::infinity());
  EXPECT_THROW(read("1e"), InvalidArgumentError);
}

}  // namespace
}  // namespace rill
