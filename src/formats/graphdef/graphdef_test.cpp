#include "formats/graphdef/graphdef.h"

#include <gtest/gtest.h>

#include "rill/error.hpp"

namespace rill {
namespace {

using StringPairs = std::vector<std::pair<std::string, std::string>>;

// Every kind of attribute, every way to store a tensor.
GraphDef sample() {
  GraphDef g;
  NodeDef n;
  n.name = "n";
  n.op = "Op";
  n.device = "/cpu:0";
  n.inputs = {"a", "b:1", "^c"};
  n.attrs.set("s", "text");
  n.attrs.set("i", int64_t{-5});
  n.attrs.set("f", 0.1F);
  n.attrs.set("b", true);
  n.attrs.set("type", DType::bfloat16);
  n.attrs.set("shape", Shape{2, -1});
  n.attrs.set("unknown", Shape::unknown_rank());
  n.attrs.set("placeholder", AttrValue::Placeholder{"T"});
  n.attrs.set("empty", AttrValue::EmptyList{});
  n.attrs.set("strings", std::vector<std::string>{"x", std::string("\0\xff", 2)});
  n.attrs.set("ints", std::vector<int64_t>{1, -2, 3});
  n.attrs.set("floats", std::vector<float>{0.5F, -0.0F});
  n.attrs.set("bools", std::vector<bool>{true, false});
  n.attrs.set("types", std::vector<DType>{DType::float32, DType::string});
  n.attrs.set("shapes", std::vector<Shape>{Shape{}, Shape{1, 2}});
  n.attrs.set("tensors", std::vector<Tensor>{Tensor(1.5F), Tensor("word")});
  n.attrs.set("func",
              NameAttrList{"body", std::make_shared<AttrMap>(AttrMap{{"T", DType::int32}})});
  n.attrs.set("t", Tensor::of({1.0F, 2.0F, 3.0F}, Shape{3, 1}));
  n.attrs.set("splat", Tensor::of({7, 7, 7}, Shape{3}));
  n.attrs.set("words", Tensor::of<std::string>({"p", "", "q"}, Shape{3}));
  n.attrs.set("none", Tensor(DType::float32, Shape{0, 4}));
  g.nodes.push_back(n);
  FunctionDef f;
  f.name = "body";
  f.inputs = {{"x", DType::invalid, "T", "", "", false}, {"y", DType::float32, "", "N", "", true}};
  f.outputs = {{"z", DType::invalid, "", "", "Ts", false}};
  f.attr_names = {"T", "N"};
  f.attr_types = {"type", "int"};
  f.control_outputs = {"done"};
  f.is_stateful = true;
  f.nodes = {{"inner", "Identity", "", {"x"}, {}}};
  f.returns = StringPairs{{"z", "inner:output:0"}};
  f.control_returns = StringPairs{{"done", "inner"}};
  f.attrs.set("_noinline", true);
  f.arg_attrs[1].set("_user_specified_name", "y");
  f.resource_arg_unique_ids[0] = 3;
  g.functions.push_back(f);
  g.gradients = StringPairs{{"body", "body_grad"}};
  g.registered_gradients = StringPairs{{"CustomGradient-1", "body_grad"}};
  g.producer = 1987;
  g.min_consumer = 12;
  g.bad_consumers = {3, 4};
  return g;
}

TEST(GraphDef, BinaryRoundTripIsStable) {
  const std::string wire = sample().serialize();
  const GraphDef g = GraphDef::parse(wire);
  EXPECT_EQ(g.serialize(), wire);
  ASSERT_EQ(g.nodes.size(), 1U);
  const NodeDef& n = g.nodes[0];
  EXPECT_EQ(n.inputs, (std::vector<std::string>{"a", "b:1", "^c"}));
  EXPECT_EQ(n.attrs.size(), 21U);
  const GraphDef original = sample();
  for (const auto& [name, value] : original.nodes[0].attrs) {
    ASSERT_NE(n.attrs.find(name), nullptr) << name;
    EXPECT_STREQ(n.attrs.find(name)->type_name(), value.type_name()) << name;
    EXPECT_EQ(n.attrs.find(name)->to_string(), value.to_string());
  }
  EXPECT_EQ(n.attrs.find("splat")->get_if<Tensor>()->to_vector<int>(), (std::vector{7, 7, 7}));
  EXPECT_EQ(g.functions[0].arg_attrs.at(1).size(), 1U);
}

TEST(GraphDef, TextRoundTripIsStable) {
  const std::string text = sample().to_text();
  const GraphDef g = GraphDef::parse(text);
  EXPECT_EQ(g.serialize(), sample().serialize());
  EXPECT_EQ(g.to_text(), text);
}

TEST(GraphDef, AFunctionOf2015IsRefusedInTextToo) {
  try {
    GraphDef::parse(
        "library { function { signature { name: \"f\" } node { ret: \"a\" op: \"Abs\""
        " arg: \"x\" } } }");
    FAIL();
  } catch (const UnimplementedError& e) {
    EXPECT_NE(std::string(e.what()).find("FunctionDef.node"), std::string::npos) << e.what();
  }
}

TEST(GraphDef, UnknownEscapesInTextAreNamed) {
  try {
    GraphDef::parse("node { name: \"a\\\t\" }");
    FAIL();
  } catch (const DataLossError& error) {
    EXPECT_NE(std::string(error.what()).find("unknown escape '\\\\x09'"), std::string::npos)
        << error.what();
  }
}

TEST(GraphDef, TextTakesEveryForm) {
  const GraphDef g = GraphDef::parse(
      "# a comment\nnode < name: 'a' \"b\", op: \"Const\"; input: ['x', \"y:1\"]\n"
      " attr { key: 'value' value: { tensor { dtype: DT_INT32 tensor_shape {dim [{size: 0x2}, "
      "{size: 1}]} int_val: [1, -2] } } }\n"
      " attr { key: 'T' value { type: 9 } }\n"
      " unknown_field { more: [1, 2] <a: 'x' 'y'> } [ext.name/a] { x: 1 }\n"
      " attr { key: 'c' value { tensor { dtype: 1 tensor_shape { dim { size: 1 } } "
      "tensor_content: \"\\000\\000\\200?\" } } } >\n"
      "versions { producer: 7 }");
  EXPECT_EQ(g.nodes[0].name, "ab");
  EXPECT_EQ(g.nodes[0].inputs, (std::vector<std::string>{"x", "y:1"}));
  EXPECT_EQ(*g.nodes[0].attrs.find("T")->get_if<DType>(), DType::int64);
  EXPECT_EQ(g.nodes[0].attrs.find("value")->get_if<Tensor>()->to_vector<int>(),
            (std::vector{1, -2}));
  EXPECT_EQ(g.nodes[0].attrs.find("c")->get_if<Tensor>()->item<float>(), 1.0F);
  EXPECT_EQ(g.producer, 7);
}

// Whatever the damage, there is an Error or a graph, never anything else.
void try_parse(const std::string& bytes) {
  try {
    GraphDef::parse(bytes).serialize();
  } catch (const Error&) {
  }
}

TEST(GraphDef, TruncatedAnywhere) {
  const std::string wire = sample().serialize();
  const std::string text = sample().to_text();
  for (size_t i = 0; i < wire.size(); ++i) try_parse(wire.substr(0, i));
  for (size_t i = 0; i < text.size(); i += 3) try_parse(text.substr(0, i));
}

TEST(GraphDef, FlippedAnywhere) {
  for (std::string bytes : {sample().serialize(), sample().to_text()}) {
    for (size_t i = 0; i < bytes.size(); ++i) {
      for (const int mask : {0x01, 0x10, 0x80, 0xff}) {
        const char old = bytes[i];
        bytes[i] = static_cast<char>(old ^ mask);
        try_parse(bytes);
        bytes[i] = old;
      }
    }
  }
}

std::string error_of(const std::string& bytes, Code code) {
  try {
    GraphDef::parse(bytes, "m.pb");
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), code) << error.what();
    return error.what();
  }
  return "no error";
}

std::string constant(const std::string& tensor) {
  return "node { name: 'w' op: 'Const' attr { key: 'value' value { tensor { " + tensor + " } } } }";
}

TEST(GraphDef, RefusesTensorsThatDoNotFit) {
  EXPECT_EQ(error_of(constant("dtype: DT_FLOAT tensor_shape { dim { size: 2 } } "
                              "tensor_content: '1234567'"),
                     Code::invalid_argument),
            "m.pb: node 'w': attribute 'value': a constant of type float32 and shape [2] has 7 "
            "bytes of content; 2 x 4 were expected");
  error_of(constant("dtype: DT_FLOAT tensor_shape { dim { size: -1 } }"), Code::invalid_argument);
  error_of(constant("dtype: DT_FLOAT tensor_shape { dim { size: 1000000000000 } } float_val: 1"),
           Code::resource_exhausted);
  error_of(constant("dtype: DT_INT8 tensor_shape { dim { size: 4294967296 } dim { size: "
                    "4294967296 } }"),
           Code::invalid_argument);
  error_of(constant("dtype: DT_VARIANT tensor_shape { }"), Code::unimplemented);
  error_of(constant("dtype: DT_INT4 tensor_shape { }"), Code::unimplemented);
  error_of(constant("dtype: 77 tensor_shape { }"), Code::invalid_argument);
}

TEST(GraphDef, EmptyPartsDoNotExhaustMemory) {
  std::string nodes;
  for (int i = 0; i < 2'000'000; ++i) nodes.append("\x0a\x00", 2);
  error_of(nodes, Code::resource_exhausted);
}

TEST(GraphDef, LastValueIsRepeated) {
  const GraphDef g = GraphDef::parse(
      constant("dtype: DT_HALF tensor_shape { dim { size: 3 } } half_val: 15360 half_val: 16384"));
  EXPECT_EQ(g.nodes[0].attrs.find("value")->get_if<Tensor>()->to_vector<float>(),
            (std::vector{1.0F, 2.0F, 2.0F}));
}

TEST(GraphDef, NestingIsBounded) {
  std::string text;
  std::string close;
  for (int i = 0; i < 60; ++i) {
    text += "func { name: 'f' attr { key: 'k' value { ";
    close += "} } }";
  }
  error_of("node { name: 'n' attr { key: 'a' value { " + text + close + " } } }", Code::data_loss);
}

TEST(GraphDef, ReferenceTypesAreTheirBase) {
  const GraphDef g = GraphDef::parse("node { attr { key: 'T' value { type: DT_FLOAT_REF } } }");
  EXPECT_EQ(*g.nodes[0].attrs.find("T")->get_if<DType>(), DType::float32);
}

}  // namespace
}  // namespace rill
