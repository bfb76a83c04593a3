#include <gtest/gtest.h>

#include "op/emit.h"
#include "ops/regex.h"
#include "ops/text.h"
#include "rill/error.hpp"
#include "rill/ops/strings.hpp"

namespace rill {
namespace {

TEST(Regex, Matches) {
  EXPECT_TRUE(Regex("a+b?").full_match("aab"));
  EXPECT_FALSE(Regex("a+b?").full_match("aabc"));
  EXPECT_TRUE(Regex("(?i)hello|x{2,3}").full_match("HeLLo"));
  EXPECT_TRUE(Regex("[[:alpha:]_]\\w*").full_match("_x9"));
  EXPECT_TRUE(Regex("[^a-c]+").full_match("xyz\xC3\xA9"));
  EXPECT_TRUE(Regex("\xC3\xA9.").full_match("\xC3\xA9\xC3\xA9"));
  EXPECT_FALSE(Regex("a{2,3}").full_match("aaaa"));
  EXPECT_TRUE(Regex("").full_match(""));
  // Backtracking would take for ever.
  EXPECT_FALSE(Regex("(a*)*b").full_match(std::string(2000, 'a')));
}

TEST(Regex, ReplacesLeftmostFirst) {
  EXPECT_EQ(Regex("a|ab").replace("abab", "<\\0>", true), "<a>b<a>b");
  EXPECT_EQ(Regex("(\\w+) (\\w+)").replace("one two three", "\\2 \\1", false), "two one three");
  EXPECT_EQ(Regex("x*").replace("abc", "-", true), "-a-b-c-");
  EXPECT_EQ(Regex("b*").replace("abc", "-", true), "-a-c-");
  EXPECT_EQ(Regex("a.*?b").replace("aXbYb", "", true), "Yb");
  EXPECT_EQ(Regex("\\bcat\\b").replace("cat concat cat", "dog", true), "dog concat dog");
  EXPECT_EQ(Regex("[!\"#$%&()\\*\\+,-\\./:;<=>?@\\[\\\\\\]^_`{|}~\\']").replace("a,b.c!", "", true),
            "abc");
}

TEST(Regex, RefusesWhatIsWrong) {
  for (const char* pattern : {"[", "(", ")", "*", "a**", "\\", "a{3,2}", "(?z)", "[z-a]", "\\8"}) {
    EXPECT_THROW(Regex{pattern}, InvalidArgumentError) << pattern;
  }
  EXPECT_THROW(Regex("(((a{1000}){1000}){1000})"), InvalidArgumentError);
  EXPECT_THROW(Regex(std::string(5000, '(')), InvalidArgumentError);
}

TEST(Strings, SplitJoinAndNumbers) {
  const Values parts = ops::string_split(Tensor::vector<std::string>({" a  b ", ""}));
  EXPECT_EQ(parts[1].size(), 2);
  EXPECT_EQ(parts[2].to_vector<int64_t>(), (std::vector<int64_t>{2, 2}));
  EXPECT_EQ(ops::string_join({Tensor("a"), Tensor("b")}, "-").item<std::string>(), "a-b");
  EXPECT_EQ(ops::string_to_number(Tensor(" 1.5 ")).item<float>(), 1.5f);
  EXPECT_THROW(ops::string_to_number(Tensor("1.5x")), InvalidArgumentError);
  EXPECT_EQ(ops::as_string(Tensor::scalar(int32_t{-3})).item<std::string>(), "-3");
  EXPECT_EQ(ops::as_string(Tensor::scalar(0.5f)).item<std::string>(), "0.500000");
}

// Of two axes the first one that is given is joined first. Texts of TensorFlow 2.21.
TEST(Strings, ReduceJoinInTheOrderOfTheAxes) {
  const Tensor x = Tensor::of<std::string>({"a", "b", "c", "d"}, {2, 2});
  const auto joined = [&](std::vector<int32_t> axes) {
    return emit("ReduceJoin", {x, Tensor::vector(axes)}).item<std::string>();
  };
  EXPECT_EQ(joined({0, 1}), "acbd");
  EXPECT_EQ(joined({1, 0}), "abcd");
  EXPECT_THROW(joined({2}), OutOfRangeError);
}

// The reference vector of the SipHash paper: key 00..0f, message 00..0e.
// Numbers of TensorFlow 2.21.
TEST(Strings, CornersOfNumbersAndParts) {
  const auto number = [](const char* text, DType dtype) {
    return emit("StringToNumber", {Tensor::scalar(std::string(text))}, {{"out_type", dtype}});
  };
  EXPECT_EQ(number("0x10", DType::float32).item<float>(), 16);
  EXPECT_EQ(number("-0X1p3", DType::float64).item<double>(), -8);
  EXPECT_EQ(number("+5", DType::int32).item<int32_t>(), 5);
  EXPECT_THROW(number("+-1", DType::int64), InvalidArgumentError);
  EXPECT_THROW(number("0x", DType::float32), InvalidArgumentError);
  EXPECT_EQ(emit("AsString", {Tensor::scalar(true)}, {{"width", int64_t{6}}}).item<std::string>(),
            "true");
  const auto part = [](const char* text, int32_t pos, int32_t len, const char* unit) {
    return emit("Substr",
                {Tensor::scalar(std::string(text)), Tensor::scalar(pos), Tensor::scalar(len)},
                {{"unit", unit}})
        .item<std::string>();
  };
  EXPECT_EQ(part("abc", 1, -1, "BYTE"), "bc");
  EXPECT_EQ(part("abc", 1, -1, "UTF8_CHAR"), "");
  EXPECT_EQ(part("\x80\x81", 0, 1, "UTF8_CHAR"), "\x80\x81");
}

TEST(Base64, PaddingIsCompleteOrNotThere) {
  const auto decode = [](const char* text) {
    return emit("DecodeBase64", {Tensor::scalar(std::string(text))}).item<std::string>();
  };
  EXPECT_EQ(decode("YQ"), "a");
  EXPECT_EQ(decode("YQ=="), "a");
  for (const char* wrong : {"YQ=", "YWJj=", "====", "Y"}) {
    EXPECT_THROW(decode(wrong), InvalidArgumentError) << wrong;
  }
}

TEST(Hash, SipHash) {
  std::string message;
  for (char c = 0; c < 15; ++c) message += c;
  EXPECT_EQ(sip_hash(0x0706050403020100ULL, 0x0f0e0d0c0b0a0908ULL, message), 0xa129ca6149be45e5ULL);
}

TEST(StringCase, FullMappingsOfUnicode) {
  const AttrMap utf8{{"encoding", "utf-8"}};
  const auto recased = [&](const char* op, const std::vector<std::string>& in) {
    return emit(op, {Tensor::vector(in)}, utf8).to_vector<std::string>();
  };
  EXPECT_EQ(recased("StringUpper", {"straße", "é", "ŉ", "ﬁx"}),
            (std::vector<std::string>{"STRASSE", "É", "ʼN", "FIX"}));
  EXPECT_EQ(recased("StringLower", {"ΑΣ ΣΑΣ", "İ", "Σ"}),
            (std::vector<std::string>{"ας σας", "i̇", "σ"}));
  EXPECT_EQ(recased("StringLower", {"A\xff\xfe"
                                    "B",
                                    "\xe4\xb8"}),
            (std::vector<std::string>{"a\xef\xbf\xbd\xef\xbf\xbd"
                                      "b",
                                      "\xef\xbf\xbd"}));
  EXPECT_EQ(emit("StringUpper", {Tensor::vector<std::string>({"aé\xff"})}).to_vector<std::string>(),
            (std::vector<std::string>{"Aé\xff"}));
}

TEST(RegexReplace, ARewriteWithoutItsGroupChangesNothing) {
  const Tensor in = Tensor::vector<std::string>({"abc"});
  const auto replaced = [&](const char* rewrite) {
    return emit("StaticRegexReplace", {in}, {{"pattern", "b"}, {"rewrite", rewrite}})
        .to_vector<std::string>()[0];
  };
  EXPECT_EQ(replaced("-"), "a-c");
  EXPECT_EQ(replaced("\\1"), "abc");
}

}  // namespace
}  // namespace rill
