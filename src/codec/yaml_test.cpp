#include "codec/yaml.h"

#include <gtest/gtest.h>

#include "rill/error.hpp"

namespace rill {
namespace {

void expect_json(std::string_view yaml, std::string_view json) {
  EXPECT_EQ(parse_yaml(yaml).dump(), Json::parse(json).dump()) << yaml;
}

// As yaml.dump() writes the architecture of a model.
TEST(Yaml, ConfigsOfKeras) {
  expect_json(R"(backend: tensorflow
class_name: Sequential
config:
- class_name: Dense
  config:
    batch_input_shape: &id001 !!python/tuple
    - null
    - 3
    kernel_initializer:
      class_name: VarianceScaling
      config: {distribution: uniform, scale: 1.0, seed: null, shape: *id001}
    name: d
    padding: !!python/tuple [0, [1, -2]]
    use_bias: false
- {class_name: Activation, config: {activation: softmax,
    name: a}}
keras_version: 2.0.8
)",
              R"({"backend": "tensorflow", "class_name": "Sequential", "config": [
    {"class_name": "Dense", "config": {"batch_input_shape": [null, 3], "kernel_initializer":
    {"class_name": "VarianceScaling", "config": {"distribution": "uniform", "scale": 1.0,
    "seed": null, "shape": [null, 3]}}, "name": "d", "padding": [0, [1, -2]], "use_bias": false}},
    {"class_name": "Activation", "config": {"activation": "softmax", "name": "a"}}],
    "keras_version": "2.0.8"})");
}

TEST(Yaml, Scalars) {
  expect_json("[~, yes, Off, 0x1f, 017, '017', 1_000, 1.0e-07, 1e5, .5, 2.0.8, -.inf]",
              R"([null, true, false, 31, 15, "017", 1000, 1e-07, "1e5", 0.5, "2.0.8", -Infinity])");
  expect_json("a: 'it''s\n\n  two'\nb: \"q\\\"\\n\\xe9\\u2603 \\\n  \\ c\"\n",
              R"({"a": "it's\ntwo", "b": "q\"\n\u00e9\u2603  c"})");
  expect_json("a: one\n  two  # said\nb: !!python/str 5\nc: |\n  x\n   y\nd: >-\n  x\n  y\ne:\n",
              R"({"a": "one two", "b": "5", "c": "x\n y\n", "d": "x y", "e": null})");
  expect_json("a#b: 1 # c: d\n", R"({"a#b": 1})");
  expect_json("? 'k\n\n  l'\n: - 1\n  - - 2\nm: []\n", R"({"k\nl": [1, [2]], "m": []})");
}

TEST(Yaml, SaysWhatIsWrong) {
  const auto said = [](std::string_view text) -> std::string {
    try {
      parse_yaml(text, "m.yaml");
    } catch (const Error& e) {
      return e.what();
    }
    return "";
  };
  EXPECT_NE(said("a: [1, 2\n").find("m.yaml: line 2, column 1: ',' or ']' was expected"),
            std::string::npos);
  EXPECT_NE(said("a: 'b").find("the text ends inside a string"), std::string::npos);
  EXPECT_NE(said("a: *b").find("an alias of no anchor"), std::string::npos);
  EXPECT_NE(said("a: 1\n  b: 2\n"), "");
  EXPECT_NE(said("a: !!python/object/apply:os.system [ls]").find("an object of Python"),
            std::string::npos);
  EXPECT_NE(said(std::string(100000, '[')).find("nested deeper"), std::string::npos);
  std::string bomb = "- &a0 [1, 1]\n";
  for (int i = 1; i < 40; ++i) {
    const std::string from = "*a" + std::to_string(i - 1);
    bomb += "- &a" + std::to_string(i) + " [" + from + ", " + from + "]\n";
  }
  EXPECT_NE(said(bomb).find("repeat too much"), std::string::npos);
}

}  // namespace
}  // namespace rill
