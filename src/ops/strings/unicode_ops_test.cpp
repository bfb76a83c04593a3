#include <gtest/gtest.h>

#include "op/emit.h"
#include "rill/error.hpp"

namespace rill {
namespace {

using Ints = std::vector<int64_t>;

Ints decoded(const std::string& text, const char* encoding, const char* errors = "replace") {
  return emit_all("UnicodeDecode", {Tensor::vector<std::string>({text})},
                  {{"input_encoding", std::string(encoding)}, {"errors", std::string(errors)}})[1]
      .to_vector<int64_t>();
}

// The expected values are those of TensorFlow 2.21.
TEST(Unicode, WrongBytes) {
  EXPECT_EQ(decoded("a\xFF"
                    "b",
                    "UTF-8"),
            (Ints{97, 65533, 98}));
  EXPECT_EQ(decoded("\xE4\xB8"
                    "a",
                    "UTF-8"),
            (Ints{65533, 97}));
  EXPECT_EQ(decoded("\xED\xA0\x80", "UTF-8"), (Ints{65533, 65533, 65533}));
  EXPECT_EQ(decoded("\xE4\xB8"
                    "a",
                    "UTF-8", "ignore"),
            (Ints{97}));
  EXPECT_EQ(decoded(std::string("\xFF\xFE"
                                "a\0",
                                4),
                    "UTF-16"),
            (Ints{97}));
  EXPECT_THROW(decoded("a\xFF", "UTF-8", "strict"), InvalidArgumentError);
  EXPECT_THROW(decoded("a", "no such"), InvalidArgumentError);
}

TEST(Unicode, Windows1252) {
  const Value text = emit("UnicodeTranscode", {Tensor::scalar(std::string("\x80\x81\xe9z"))},
                          {{"input_encoding", "windows-1252"}, {"output_encoding", "UTF-8"}});
  EXPECT_EQ(text.item<std::string>(), "\xe2\x82\xac\xc2\x81\xc3\xa9z");
}

TEST(Unicode, NGramsKeepShortRows) {
  const Values grams = emit_all(
      "StringNGrams",
      {Tensor::vector<std::string>({"a", "b", "c"}), Tensor::vector<int64_t>({0, 2, 2, 3})},
      {{"separator", std::string(" ")},
       {"ngram_widths", std::vector<int64_t>{5, 4}},
       {"left_pad", std::string("L")},
       {"right_pad", std::string("R")},
       {"pad_width", int64_t{1}},
       {"preserve_short_sequences", true}});
  EXPECT_EQ(grams[0].to_vector<std::string>(), (std::vector<std::string>{"L a b R", "L c R"}));
  EXPECT_EQ(grams[1].to_vector<int64_t>(), (Ints{0, 1, 1, 2}));
}

}  // namespace
}  // namespace rill
