// Names of what a user adds to a graph, beside those that TensorFlow gives, and ways back from a
// tensor to its operation.
#include <gtest/gtest.h>

#include "rill/raw_ops.hpp"
#include "rill/rill.hpp"

namespace rill {
namespace {

TEST(Names, OfTensorsAndTheirOperations) {
  const Graph graph;
  const auto scope = graph.as_default();
  const Tensor x = train::placeholder("x", DType::float32, Shape{2, 3});
  const Tensor y = raw_ops::Split(Tensor::scalar<int32_t>(0), x, {{"num_split", 2}}, "parts")[1];
  EXPECT_EQ(y.name(), "parts:1");
  EXPECT_EQ(y.op().name(), "parts");
  EXPECT_EQ(y.op().type(), "Split");
  EXPECT_EQ(y.op().graph(), graph);
  EXPECT_EQ(y.op().inputs()[1].name(), "x:0");
  EXPECT_EQ(y.op().inputs()[1].op().type(), "Placeholder");
  EXPECT_EQ(Session(graph).run(y.name(), {{x.name(), Tensor::zeros({2, 3})}}).shape(),
            (Shape{1, 3}));
}

TEST(Names, OnlyVariablesHaveOneOutsideOfGraphs) {
  keras::Sequential model{keras::layers::Dense(2, {.name = "last"})};
  model.build(Shape{-1, 3});
  EXPECT_EQ(model.weights()[0].name(), "last/kernel");
  EXPECT_THROW((void)model.weights()[0].op(), FailedPreconditionError);
  EXPECT_THROW((void)Tensor::scalar(1.0f).name(), FailedPreconditionError);
  EXPECT_THROW((void)Tensor::scalar(1.0f).op(), FailedPreconditionError);
  EXPECT_THROW((void)Tensor().name(), FailedPreconditionError);
}

// What tf.compat.v1 names the same program.
TEST(Names, ScopesAreThoseOfTensorFlow) {
  const Graph graph;
  const auto as_default = graph.as_default();
  const Tensor x = train::placeholder("x", DType::float32, Shape{2, 3});
  Tensor y, z, z2, z3;
  std::string again;
  {
    const auto layer = name_scope("layer");
    const train::Variable w = train::variable("w", Tensor::of({1.0f, 2.0f, 3.0f}, Shape{3, 1}));
    EXPECT_EQ(w.name(), "w");
    y = ops::matmul(x, w);
    const auto inner = name_scope("inner");
    EXPECT_EQ(inner.name(), "layer/inner/");
    z = ops::tanh(y);
  }
  {
    const auto layer = name_scope("layer");
    again = layer.name();
    z2 = ops::tanh(y);
    {
      const auto root = name_scope("");
      EXPECT_EQ(ops::tanh(y).name(), "Tanh:0");
    }
    EXPECT_EQ(ops::tanh(y).name(), "layer_1/Tanh_1:0");
  }
  {
    const auto layer = graph.name_scope(again);
    z3 = ops::tanh(y);
  }
  EXPECT_EQ(y.name(), "layer/MatMul:0");
  EXPECT_EQ(z.name(), "layer/inner/Tanh:0");
  EXPECT_EQ(z2.name(), "layer_1/Tanh:0");
  EXPECT_EQ(z3.name(), "layer_1/Tanh_2:0");
  std::string step;
  {
    const auto training = name_scope("train");
    const Tensor loss = ops::reduce_sum(z * z2 * z3);
    step = train::AdamOptimizer(0.001).minimize(loss).name();
    EXPECT_EQ(gradients({loss}, {x})[0].name().substr(0, 18), "train/gradients_1/");
    EXPECT_EQ(train::AdamOptimizer(0.001).minimize(loss).name(), "train/Adam_1");
  }
  EXPECT_EQ(step, "train/Adam");
  EXPECT_EQ(gradients({z}, {x})[0].name().substr(0, 10), "gradients/");
  std::vector<std::string> variables;
  for (const auto& v : train::global_variables(graph)) variables.push_back(v.name());
  // A second step of another optimizer has variables of its own.
  EXPECT_EQ(variables, (std::vector<std::string>{"w", "train/beta1_power", "train/beta2_power",
                                                 "w/Adam", "w/Adam_1", "train/beta1_power_1",
                                                 "train/beta2_power_1", "w/Adam_2", "w/Adam_3"}));
  EXPECT_NO_THROW((void)graph.get_operation_by_name("train/Adam/update_w/ResourceApplyAdam"));
  EXPECT_NO_THROW((void)graph.get_operation_by_name("w/Assign"));
}

TEST(Names, ControlDependenciesHoldWhereTheyWereSaid) {
  const Graph graph;
  const auto as_default = graph.as_default();
  const train::Variable v = train::variable("v", Tensor::scalar(1.0f));
  const Tensor x = train::placeholder("x", DType::float32, Shape{});
  raw_ops::AssignAddVariableOp(v.state(), x, {}, "add");
  Tensor after, loop;
  {
    const auto then = control_dependencies({graph.get_operation_by_name("add")});
    after = raw_ops::ReadVariableOp(v.state(), {{"dtype", DType::float32}});
    // The body is a graph of its own, without the operation.
    loop = while_loop([](const Values& s) { return ops::less(s[0], 3.0f); },
                      [](const Values& s) { return Values{s[0] + 1.0f}; }, {x})[0];
  }
  const Tensor free = ops::identity(x);
  ASSERT_EQ(after.op().control_inputs().size(), 1U);
  EXPECT_EQ(after.op().control_inputs()[0].name(), "add");
  EXPECT_TRUE(free.op().control_inputs().empty());
  const Session session(graph);
  session.run_targets({train::global_variables_initializer().name()});
  EXPECT_EQ(session.run(after, {{x, Tensor::scalar(5.0f)}}).item<float>(), 6.0f);
  EXPECT_EQ(session.run(loop, {{x, Tensor::scalar(0.5f)}}).item<float>(), 3.5f);
  EXPECT_EQ(session.run(free, {{x, Tensor::scalar(2.0f)}}).item<float>(), 2.0f);
  EXPECT_EQ(session.run(v.value(), {{x, Tensor::scalar(0.0f)}}).item<float>(), 6.5f);
}

}  // namespace
}  // namespace rill
