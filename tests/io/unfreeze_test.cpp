// Frozen graphs and SavedModels of others train on.
#include <gtest/gtest.h>

#include <cmath>

#include "op/emit.h"
#include "rill/convert.hpp"
#include "rill/error.hpp"
#include "rill/saved_model.hpp"
#include "rill/saver.hpp"
#include "rill/session.hpp"
#include "rill/train.hpp"

namespace rill {
namespace {

Tensor wave(const Shape& shape, double shift) {
  Tensor out(DType::float32, shape);
  for (int64_t i = 0; i < out.size(); ++i) {
    out.data<float>()[i] = static_cast<float>(std::sin(static_cast<double>(i) + shift) / 2);
  }
  return out;
}

GraphDef frozen_network() {
  Graph graph;
  const auto scope = graph.as_default();
  const Value x = train::placeholder("x", DType::float32, Shape{-1, 3});
  const GraphScope traced(graph.impl());
  const auto constant = [](const Tensor& value, const char* name) {
    return emit("Const", {}, {{"dtype", value.dtype()}, {"value", value}}, name);
  };
  const Value hidden =
      emit("Tanh", {emit("MatMul", {x, constant(wave({3, 4}, 1), "hidden/kernel")})}, {}, "hidden");
  emit("BiasAdd",
       {emit("MatMul", {hidden, constant(wave({4, 2}, 2), "out/kernel")}),
        constant(wave({2}, 3), "out/bias")},
       {}, "y");
  return graph.as_graph_def();
}

Value loss_of(const Graph& graph, const Value& y, const Tensor& target) {
  const GraphScope traced(graph.impl());
  return emit("Mean", {emit("Square", {emit("Sub", {y, target})}), Tensor::vector<int32_t>({0, 1})},
              {}, "loss");
}

TEST(Unfreeze, TrainsAndFreezesAgain) {
  const GraphDef frozen = frozen_network();
  const Tensor x = wave({5, 3}, 0.5), target = wave({5, 2}, 4);
  Tensor before;
  {
    Graph plain;
    plain.import(frozen);
    before = Session(plain).run("y:0", {{"x:0", x}});
  }
  const Session session;
  const auto variables = unfreeze(session, frozen, {.pattern = "out/.*"});
  ASSERT_EQ(variables.size(), 2u);
  EXPECT_EQ(variables[0].name(), "out/kernel");
  EXPECT_EQ(session.run("y:0", {{"x:0", x}}).to_vector<float>(), before.to_vector<float>());
  const Graph graph = session.graph();
  const auto scope = graph.as_default();
  const Value loss = loss_of(graph, graph.get_tensor_by_name("y:0"), target);
  const Operation step = train::GradientDescentOptimizer(0.5).minimize(loss);
  const double first = session.run(loss, {{"x:0", x}}).item<double>();
  for (int i = 0; i < 30; ++i) session.run_targets({step.name()}, {{"x:0", x}});
  EXPECT_LT(session.run(loss, {{"x:0", x}}).item<double>(), first * 0.7);
  const Tensor after = session.run("y:0", {{"x:0", x}});
  const GraphDef again = freeze(session, {"y"});
  Graph plain;
  plain.import(again);
  EXPECT_EQ(Session(plain).run("y:0", {{"x:0", x}}).to_vector<float>(), after.to_vector<float>());
  // What the pattern did not name stayed.
  EXPECT_EQ(session.run("hidden/kernel:0").to_vector<float>(), wave({3, 4}, 1).to_vector<float>());
}

TEST(Unfreeze, KeepsNamesUnderAPrefix) {
  const Session session;
  const auto variables = unfreeze(session, frozen_network(), {.prefix = "net"});
  ASSERT_EQ(variables.size(), 3u);
  EXPECT_EQ(variables[0].name(), "net/hidden/kernel");
  EXPECT_EQ(Saver(session.graph()).items().size(), 3u);
}

TEST(Unfreeze, NamesTheWeightsThereAre) {
  const Session session;
  try {
    unfreeze(session, frozen_network(), {.pattern = "dense.*"});
    FAIL();
  } catch (const NotFoundError& e) {
    EXPECT_NE(std::string(e.what()).find("hidden/kernel"), std::string::npos) << e.what();
  }
}

class LoadedTraining : public testing::TestWithParam<const char*> {};

TEST_P(LoadedTraining, OptimizersTrainSavedModels) {
  const Session session;
  const SavedModel model =
      SavedModel::load(session, {"serve"}, std::string(RILL_TEST_DATA "/samples/") + GetParam());
  const Signature& signature = model.signature();
  const Graph graph = session.graph();
  const auto scope = graph.as_default();
  const SignatureTensor& in = signature.inputs.begin()->second;
  const SignatureTensor& out = signature.outputs.begin()->second;
  Shape shape = in.shape;
  shape[0] = 6;
  const Tensor x = wave(shape, 0.25);
  const Tensor y = session.run(out.name, {{in.name, x}});
  const Value loss = loss_of(graph, graph.get_tensor_by_name(out.name), wave(y.shape(), 2));
  const Operation step =
      train::AdamOptimizer(0.05).minimize(loss, {.var_list = train::global_variables(graph)});
  std::vector<std::string> starts;
  for (const char* name : {"beta1_power/Assign", "beta2_power/Assign"}) starts.push_back(name);
  for (const train::Variable& v : train::global_variables(graph)) {
    if (v.name().find("/Adam") != std::string::npos) starts.push_back(v.name() + "/Assign");
  }
  session.run_targets(starts);
  const double before = session.run(loss, {{in.name, x}}).item<double>();
  for (int i = 0; i < 40; ++i) session.run_targets({step.name()}, {{in.name, x}});
  EXPECT_LT(session.run(loss, {{in.name, x}}).item<double>(), before * 0.9);
}

INSTANTIATE_TEST_SUITE_P(Kinds, LoadedTraining,
                         testing::Values("saved_model_tf1", "saved_model_tf2", "saved_model_keras2",
                                         "saved_model_keras3"),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace rill
