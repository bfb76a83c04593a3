// An Identity of a ref variable shares the variable's memory in TensorFlow: what waits for an
// update sees it, however early the Identity ran. Moving averages behind a training step rely on
// it.
#include <gtest/gtest.h>

#include "rill/graph.hpp"
#include "rill/session.hpp"

namespace rill {
namespace {

NodeDef node(const char* name, const char* op, std::vector<std::string> inputs,
             AttrMap attrs = {{"T", DType::float32}}) {
  return {name, op, "", std::move(inputs), std::move(attrs)};
}

TEST(RefAlias, WhoWaitsForAnUpdateSeesIt) {
  const auto constant = [](const char* name, float value) {
    return node(name, "Const", {},
                {{"dtype", DType::float32}, {"value", Tensor::vector<float>({value})}});
  };
  GraphDef def;
  def.nodes = {node("w", "VariableV2", {}, {{"dtype", DType::float32}, {"shape", Shape{1}}}),
               constant("one", 1), constant("zero", 0), node("init", "Assign", {"w", "one"}),
               node("read", "Identity", {"w"}), node("again", "Identity", {"read"}),
               // Its value comes from what was read before.
               node("double", "Add", {"read", "read"}), node("step", "AssignAdd", {"w", "double"}),
               node("late", "Add", {"read", "zero", "^step"}),
               node("later", "Add", {"zero", "again", "^step"}),
               node("copy", "Identity", {"again", "^step"}),
               // A branch that is taken after the update.
               node("yes", "Const", {}, {{"dtype", DType::bool_}, {"value", Tensor::scalar(true)}}),
               node("ready", "Identity", {"yes", "^step"}, {{"T", DType::bool_}}),
               node("pick", "Switch", {"read", "ready"}), node("branch", "Identity", {"pick:1"})};
  Graph graph;
  graph.import(def);
  const Session session(graph);
  session.run_targets({"init"}, {});
  float expected = 3;
  for (const char* name : {"late:0", "later:0", "copy:0", "branch:0"}) {
    EXPECT_EQ(session.run(name).to_vector<float>(), std::vector<float>{expected}) << name;
    expected *= 3;
  }
  EXPECT_EQ(session.run("read:0").to_vector<float>(), std::vector<float>{81});
}

}  // namespace
}  // namespace rill
