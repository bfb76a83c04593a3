// What TensorFlow's answers in tests/data/conformance/ops/xla leave open.
#include <gtest/gtest.h>

#include "op/emit.h"
#include "rill/error.hpp"
#include "rill/graph.hpp"
#include "rill/session.hpp"

namespace rill {
namespace {

// A sum whose reducer takes nothing but scalars.
constexpr char kScalarReducer[] = R"(
  node { name: "x" op: "Placeholder" attr { key: "dtype" value { type: DT_FLOAT } } }
  node { name: "zero" op: "Const" attr { key: "dtype" value { type: DT_FLOAT } }
         attr { key: "value" value { tensor { dtype: DT_FLOAT tensor_shape {} float_val: 0 } } } }
  node { name: "y" op: "XlaReduce" input: "x" input: "zero"
         attr { key: "T" value { type: DT_FLOAT } }
         attr { key: "dimensions_to_reduce" value { list { i: 0 } } }
         attr { key: "reducer" value { func { name: "add" } } } }
  library { function {
    signature { name: "add" input_arg { name: "a" type: DT_FLOAT }
                input_arg { name: "b" type: DT_FLOAT } output_arg { name: "c" type: DT_FLOAT } }
    node_def { name: "s" op: "EnsureShape" input: "a" attr { key: "T" value { type: DT_FLOAT } }
               attr { key: "shape" value { shape {} } } }
    node_def { name: "sum" op: "AddV2" input: "s:output:0" input: "b"
               attr { key: "T" value { type: DT_FLOAT } } }
    ret { key: "c" value: "sum:z:0" } } }
)";

TEST(XlaReduce, TakesFunctionsThatInsistOnScalars) {
  Graph graph;
  graph.import(GraphDef::parse(kScalarReducer));
  const Session session(graph);
  const Tensor x = Tensor::of<float>({1, 2, 3, 4, 5, 6}, Shape{3, 2});
  EXPECT_EQ(session.run("y:0", {{"x:0", x}}).to_vector<float>(), (std::vector<float>{9, 12}));
  EXPECT_EQ(session.run("y:0", {{"x:0", Tensor::zeros(Shape{0, 2})}}).to_vector<float>(),
            (std::vector<float>{0, 0}));
}

std::string refusal(const std::string& op, const Values& inputs, const AttrMap& attrs) {
  try {
    emit_all(op, inputs, attrs);
  } catch (const InvalidArgumentError& e) {
    return e.what();
  }
  return "";
}

bool mentions(const std::string& text, const char* what) {
  return text.find(what) != std::string::npos;
}

TEST(Xla, RefusesNumbersThatDoNotFit) {
  const Tensor x = Tensor::zeros(Shape{2, 3}), none = Tensor::zeros(DType::int32, Shape{0});
  const Tensor zero = Tensor::zeros(Shape{}), flat = Tensor::vector<int32_t>({0, 0});
  const AttrMap dot{{"dimension_numbers", std::string("\x0a\x01\x05", 3)},
                    {"precision_config", ""},
                    {"preferred_element_type", DType::float32}};
  EXPECT_TRUE(mentions(refusal("XlaDotV2", {x, x}, dot), "must be different dimensions"));
  AttrMap damaged = dot;
  damaged.set("dimension_numbers", std::string("\x0a\x7f", 2));
  EXPECT_TRUE(mentions(refusal("XlaDotV2", {x, x}, damaged), "cannot be read"));
  const auto huge = Tensor::vector<int64_t>({INT64_MAX, 0}),
             plain = Tensor::vector<int64_t>({0, 0});
  EXPECT_TRUE(mentions(refusal("XlaPad", {x, zero, huge, plain, plain}, {}), "too large"));
  EXPECT_TRUE(mentions(refusal("XlaPad", {x, zero, plain, plain, huge}, {}), "too large"));
  EXPECT_TRUE(
      mentions(refusal("XlaPad", {x, zero, Tensor::vector<int64_t>({-9, 0}), plain, plain}, {}),
               "negative"));
  EXPECT_TRUE(mentions(refusal("XlaDynamicSlice", {x, flat, Tensor::vector<int32_t>({3, 3})}, {}),
                       "does not fit"));
  EXPECT_TRUE(mentions(refusal("XlaDynamicSlice", {x, flat, none}, {}), "must have 2 elements"));
}

}  // namespace
}  // namespace rill
