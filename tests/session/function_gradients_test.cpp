// Gradients of functions in graphs of TensorFlow 1, where the name of a function is an op.
#include <gtest/gtest.h>

#include "rill/autodiff.hpp"
#include "rill/graph.hpp"
#include "rill/session.hpp"

namespace rill {
namespace {

constexpr const char* kFloat = "attr { key: 'T' value { type: DT_FLOAT } }";

std::string function(const std::string& name, const std::string& args, const std::string& body) {
  return "function { signature { name: '" + name + "' " + args +
         " output_arg { name: 'y' type: DT_FLOAT } } " + body +
         " ret { key: 'y' value: 'n:z:0' } }\n";
}
std::string arg(const std::string& name) {
  return "input_arg { name: '" + name + "' type: DT_FLOAT }";
}
std::string multiply(const std::string& a, const std::string& b) {
  return "node_def { name: 'n' op: 'Mul' input: '" + a + "' input: '" + b + "' " + kFloat + " }";
}

// y = square(x) by a node whose op is the function; `library` says more about it.
Graph graph_of(const std::string& library) {
  Graph graph;
  graph.import(GraphDef::parse(
      "node { name: 'x' op: 'Placeholder' attr { key: 'dtype' value { type: DT_FLOAT } } }\n"
      "node { name: 'y' op: 'square' input: 'x' }\n"
      "library { " +
      function("square", arg("x"), multiply("x", "x")) + library + " }\n"));
  return graph;
}

float slope_at(const Graph& graph, float x) {
  const Values dx = gradients({graph.get_tensor_by_name("y:0")}, {graph.get_tensor_by_name("x:0")});
  return Session(graph).run(dx.at(0), {{"x:0", Tensor::scalar(x)}}).item<float>();
}

TEST(FunctionGradients, AreThoseOfTheBody) { EXPECT_EQ(slope_at(graph_of(""), 3), 6); }

TEST(FunctionGradients, AreWhatTheLibraryNames) {
  const std::string named = function("mine", arg("x") + arg("dy"), multiply("x", "dy")) +
                            "gradient { function_name: 'square' gradient_func: 'mine' }";
  EXPECT_EQ(slope_at(graph_of(named), 3), 3);
}

}  // namespace
}  // namespace rill
