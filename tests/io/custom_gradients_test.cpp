// Gradients that a SavedModel carries along, against what TensorFlow finds for the same file
// (tests/data/make_custom_gradients.py).
#include <gtest/gtest.h>

#include "op/emit.h"
#include "rill/autodiff.hpp"
#include "rill/error.hpp"
#include "rill/function.hpp"
#include "rill/saved_model.hpp"

namespace rill {
namespace {

constexpr char kFolder[] = RILL_TEST_DATA "/custom_gradients";

void expect_near(const Tensor& value, const std::vector<float>& expected) {
  ASSERT_TRUE(value);
  const auto got = value.to_vector<float>();
  ASSERT_EQ(got.size(), expected.size());
  for (size_t i = 0; i < got.size(); ++i) {
    EXPECT_NEAR(got[i], expected[i], 2e-6F * std::max(1.0F, std::abs(expected[i]))) << i;
  }
}

class CustomGradients : public testing::Test {
 protected:
  struct Found {
    Tensor y, dx, dw, again;
  };

  Found find(const std::string& function) {
    Found out;
    Tape outer;
    outer.watch(x_);
    {
      Tape tape;
      tape.watch(x_);
      out.y = model_.call(function, {x_}).at(0);
      Values sources = {x_};
      for (const Value& v : tape.watched_variables()) sources.push_back(v);
      const Values found = tape.gradient(out.y, sources);
      out.dx = found[0];
      if (found.size() > 1) out.dw = found[1];
    }
    out.again = outer.gradient(out.dx, x_);
    return out;
  }

  Session session_{Graph()};
  SavedModel model_ = SavedModel::load(session_, {"serve"}, kFolder);
  Tensor x_ = Tensor::vector<float>({0.1F, 0.2F, 0.3F});
};

TEST_F(CustomGradients, CaptureTensorsVariablesAndConstants) {
  const Found found = find("several");
  expect_near(found.y, {0.21249792F, 0.7499668F, 1.6123328F});
  expect_near(found.dx, {8.049917F, 15.099338F, 22.14778F});
  expect_near(found.dw, {0.3F, 0.6F, 0.9F});
  expect_near(found.again, {0.49750623F, 0.49009922F, 0.47799772F});
}

TEST_F(CustomGradients, AreDifferentiatedThemselves) {
  const Found found = find("twice");
  expect_near(found.dx, {11.033299F, 24.265526F, 39.89106F});
  expect_near(found.again, {120.998276F, 143.97113F, 168.84799F});
}

TEST_F(CustomGradients, LieInFunctionsThatFunctionsCall) {
  const Found found = find("nested");
  expect_near(found.dx, {647.7202F, 715.84155F, 791.12726F});
  expect_near(found.again, {574.314F, 569.7627F, 573.8353F});
}

TEST_F(CustomGradients, OfATracedCall) {
  const auto traced = function([&](const Tensor& x) { return model_.call("twice", {x}).at(0); });
  Tape tape;
  tape.watch(x_);
  const Tensor y = traced(x_);
  expect_near(tape.gradient(y, x_), {11.033299F, 24.265526F, 39.89106F});
}

TEST_F(CustomGradients, UseVariablesThatNothingElseReads) {
  expect_near(find("unbound").dx, {5, 5, 5});
  const Found found = find("handed_on");
  expect_near(found.y, {0.2F, 0.8F, 1.8F});
  expect_near(found.dx, {5, 10, 15});
  // The signature calls the same functions.
  expect_near(model_.run({{"x", x_}}).begin()->second, {0.2F, 0.8F, 1.8F});
}

// The gradients take tensors of the branch, of the function around it, and variables.
TEST_F(CustomGradients, LieInBranches) {
  const Found found = find("branches");
  expect_near(found.y, {1, 2, 3});
  expect_near(found.dx, {5.109634F, 5.434165F, 5.5873322F});
  expect_near(found.again, {2.1853628F, 4.2836018F, 0.5646425F});
}

TEST_F(CustomGradients, LieInLoopsAndWhatTheyCall) {
  const Found found = find("loop");
  expect_near(found.y, {0.32F, 1.28F, 2.88F});
  expect_near(found.dx, {0.07470883F, 0.78676397F, 1.809983F});
  expect_near(found.again, {2.2346213F, 12.156939F, 8.969638F});
}

TEST_F(CustomGradients, OfACallInTheGraph) {
  const Signature& s = model_.signature("serving_default");
  const Graph graph = session_.graph();
  const Tensor x = graph.get_tensor_by_name(s.inputs.at("x").name);
  const Tensor y = graph.get_tensor_by_name(s.outputs.begin()->second.name);
  const Values found = gradients({y}, {x});
  ASSERT_TRUE(found[0]);
  expect_near(session_.run(found[0], {{x, x_}}), {5, 10, 15});
  expect_near(session_.run(y, {{x, x_}}), {0.2F, 0.8F, 1.8F});
}

// tf.Graph.gradient_override_map: the name of another op, or of what a user registered.
Tensor straight_through(const std::string& gradient) {
  Graph graph;
  GraphDef def;
  def.nodes = {{"x", "Placeholder", "", {}, {{"dtype", DType::float32}, {"shape", Shape{2}}}},
               {"y", "Floor", "", {"x"}, {{"T", DType::float32}, {"_gradient_op_type", gradient}}}};
  graph.import(def);
  const Tensor x = graph.get_tensor_by_name("x:0");
  const Values found = gradients({graph.get_tensor_by_name("y:0")}, {x});
  if (!found[0]) return {};
  const Session session(graph);
  return session.run(found[0], {{x, Tensor::vector<float>({0.5F, -1.5F})}});
}

TEST(GradientOverride, NamesAnotherOp) {
  EXPECT_EQ(straight_through("Identity").to_vector<float>(), (std::vector<float>{1, 1}));
  EXPECT_EQ(straight_through("Neg").to_vector<float>(), (std::vector<float>{-1, -1}));
  EXPECT_EQ(straight_through("Square").to_vector<float>(), (std::vector<float>{1, -3}));
  EXPECT_FALSE(straight_through("Floor"));
  EXPECT_THROW(straight_through("NobodyKnows"), UnimplementedError);
  register_gradient("CustomGradientsTestThrice", [](const GradientCall& call) {
    return Values{emit("Mul", {call.output_gradients[0], Tensor::scalar(3.0F)})};
  });
  EXPECT_EQ(straight_through("CustomGradientsTestThrice").to_vector<float>(),
            (std::vector<float>{3, 3}));
}

}  // namespace
}  // namespace rill
