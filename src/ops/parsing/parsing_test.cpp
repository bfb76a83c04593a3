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

}  // namespace
}  // namespace rill
