#include "codec/json.h"

#include <gtest/gtest.h>

#include <cmath>

#include "rill/error.hpp"

namespace rill {
namespace {

std::string again(std::string_view text, const JsonStyle& style = {}) {
  return Json::parse(text).dump(style);
}

TEST(Json, RoundTripAsPythonWrites) {
  for (const char* text :
       {R"({"class_name": "Sequential", "config": {"layers": [], "units": 3, "rate": 0.5}})",
        "[1, 1.0, -0.0, 1e-07, 0.0001, 1e+16, 123456789012345.0, 1.7976931348623157e+308]",
        R"(["\u00e9", "\ud83d\ude00", "a\"b\\c\n\t\u0001", "/"])", "[NaN, Infinity, -Infinity]",
        "{}", "[]", "[[], {}, null, true, false]", "9223372036854775807", "\"\\ud800\""}) {
    EXPECT_EQ(again(text), text);
  }
}

TEST(Json, Indented) {
  EXPECT_EQ(again(R"({"a":[1,2],"b":{},"c":[]})", {.indent = 2}),
            "{\n  \"a\": [\n    1,\n    2\n  ],\n  \"b\": {},\n  \"c\": []\n}");
  EXPECT_EQ(again(R"({"a": [1, 2]})", kCompactJson), R"({"a":[1,2]})");
  EXPECT_EQ(again("\"\xc3\xa9\"", {.ascii = false}), "\"\xc3\xa9\"");
}

TEST(Json, Accessors) {
  const Json json = Json::parse(R"({"n": 2.0, "s": "x", "l": [1], "z": null, "n": 3.0})");
  EXPECT_EQ(json.at("n").as_int(), 3);
  EXPECT_EQ(json.value<int>("missing", 7), 7);
  EXPECT_EQ(json.value<int>("z", 7), 7);
  EXPECT_EQ(json.value<std::string>("s", ""), "x");
  EXPECT_EQ(json.at("l").at(0).as_double(), 1.0);
  EXPECT_EQ(json.find("q"), nullptr);
  EXPECT_THROW(json.at("q"), NotFoundError);
  EXPECT_THROW(json.at("l").at(1), OutOfRangeError);
  EXPECT_THROW(json.at("s").as_int(), InvalidArgumentError);
  EXPECT_THROW(Json(300).get<int8_t>(), InvalidArgumentError);
  Json made;
  made.set("a", 1);
  made.set("list", Json()).push_back("x");
  made.set("a", 2);
  EXPECT_EQ(made.dump(), R"({"a": 2, "list": ["x"]})");
  EXPECT_THROW(Json(1).set("a", 1), InvalidArgumentError);
}

TEST(Json, Equality) {
  EXPECT_EQ(Json::parse(R"({"a": 1, "b": [2.0]})"), Json::parse(R"({"b": [2], "a": 1.0})"));
  EXPECT_FALSE(Json::parse("[1]") == Json::parse("[1, 2]"));
}

TEST(Json, SaysWhere) {
  try {
    Json::parse("{\"a\": 1,\n \"b\" 2}", "m.keras!config.json");
    FAIL();
  } catch (const DataLossError& e) {
    EXPECT_STREQ(e.what(), "m.keras!config.json: line 2, column 6 (offset 14): ':' was expected");
  }
}

TEST(Json, RefusesWhatPythonRefuses) {
  for (const char* text : {"",    " ",   "{",  "[",   "[1,]",   "{\"a\":}", "{a:1}",     "01",
                           "1.",  ".5",  "+1", "tru", "\"",     "\"\\x\"",  "\"\\u12\"", "[1 2]",
                           "1 2", "nan", "-",  "1e",  "\"\n\"", "]",        "{\"a\" 1}", "-NaN"}) {
    EXPECT_THROW(Json::parse(text), DataLossError) << text;
  }
}

TEST(Json, Numbers) {
  EXPECT_TRUE(Json::parse("123456789012345678901234567890").is_double());
  EXPECT_TRUE(std::isinf(Json::parse("1e999").as_double()));
  EXPECT_EQ(Json::parse("1e-999").as_double(), 0.0);
  EXPECT_TRUE(Json::parse("-0").is_int());
}

TEST(Json, Limits) {
  const std::string deep = std::string(512, '[') + std::string(512, ']');
  EXPECT_NO_THROW(Json::parse(deep));
  EXPECT_THROW(Json::parse("[" + deep + "]"), ResourceExhaustedError);
  EXPECT_THROW(Json::parse(std::string(1000000, '[')), ResourceExhaustedError);
  EXPECT_THROW(Json::parse("[1, 2, 3]", "x", {.size = 4}), ResourceExhaustedError);
}

TEST(Json, CutsAndFlipsGiveErrorsOnly) {
  const std::string text = R"({"a": [1, -2.5e3, "x\u00e9\n"], "b": {"c": null, "d": NaN}})";
  for (size_t n = 0; n < text.size(); ++n) {
    EXPECT_THROW(Json::parse(std::string_view(text).substr(0, n)), DataLossError) << n;
    for (const int flip : {1, 2, 0x20, 0x80}) {
      std::string bad = text;
      bad[n] = static_cast<char>(bad[n] ^ flip);
      try {
        Json::parse(bad).dump();
      } catch (const DataLossError&) {
      }
    }
  }
}

}  // namespace
}  // namespace rill
