#include "rill/session.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "op/emit.h"
#include "rill/error.hpp"
#include "session/session_impl.h"

namespace rill {
namespace {

Tensor placeholder(const Graph& graph, const char* name, const Shape& shape) {
  const GraphScope scope(graph.impl());
  return emit("Placeholder", {}, {{"dtype", DType::float32}, {"shape", shape}}, name);
}

// y = relu(x . [[1, -1], [2, -2]] + [10, -1])
Graph mlp() {
  Graph graph;
  const Tensor x = placeholder(graph, "x", Shape{-1, 2});
  const GraphScope scope(graph.impl());
  const Tensor w = Tensor::of<float>({1, -1, 2, -2}, {2, 2});
  Tensor y = emit("MatMul", {x, w});
  y = emit("AddV2", {y, Tensor::vector<float>({10, -1})}, {}, "biased");
  emit("Relu", {y}, {}, "y");
  return graph;
}

TEST(Session, RunsByNameForEachBatchSize) {
  Session session(mlp());
  for (const int64_t batch : {1, 3, 1, 0}) {
    const Tensor x = Tensor::of(std::vector<float>(static_cast<size_t>(2 * batch), 1), {batch, 2});
    const Tensor y = session.run("y:0", {{"x:0", x}});
    ASSERT_EQ(y.shape(), (Shape{batch, 2}));
    for (int64_t i = 0; i < batch; ++i) {
      EXPECT_EQ(y.data<float>()[2 * i], 13);
      EXPECT_EQ(y.data<float>()[2 * i + 1], 0);
    }
  }
}

TEST(Session, ResultsBelongToTheCaller) {
  Graph graph;
  {
    const GraphScope scope(graph.impl());
    emit("Identity", {Tensor::vector<float>({1, 2})}, {}, "c");
  }
  Session session(graph);
  Tensor a = session.run("c");
  a.data<float>()[0] = 7;
  EXPECT_EQ(session.run("c:0").data<float>()[0], 1);
}

TEST(Session, FeedsAnyTensorNotOnlyPlaceholders) {
  Session session(mlp());
  const Tensor y = session.run("y", {{"biased:0", Tensor::of<float>({-1, 5}, {1, 2})}});
  EXPECT_EQ(y.data<float>()[0], 0);
  EXPECT_EQ(y.data<float>()[1], 5);
}

TEST(Session, WhatWaitsForAFedPlaceholderWaitsForItsValue) {
  const Graph graph;
  const Tensor x = placeholder(graph, "x", Shape{1});
  {
    const GraphScope scope(graph.impl());
    emit("Identity", {Tensor::vector<float>({2})}, {}, "y");
  }
  GraphImpl& impl = *graph.impl();
  impl.mutable_node(impl.find("y")).controls.push_back(impl.find("x"));
  Session session(graph);
  EXPECT_EQ(session.run("y", {{"x:0", Tensor::vector<float>({1})}}).data<float>()[0], 2);
  EXPECT_THROW(session.run("y"), InvalidArgumentError);
}

TEST(Session, ErrorsSayWhatToDo) {
  Session session(mlp());
  const Tensor x = Tensor::zeros({1, 2});
  const auto message = [&](auto f) -> std::string {
    try {
      f();
    } catch (const Error& e) {
      return std::string(code_name(e.code())) + " " + e.what();
    }
    return "no error";
  };
  EXPECT_EQ(message([&] {
              session.run("yy:0", {{"x:0", x}});
            }),
            "NOT_FOUND no tensor 'yy:0' in the graph; did you mean 'y:0'?");
  EXPECT_EQ(message([&] {
              session.run("y:0", {{"x:0", Tensor::zeros({1, 3})}});
            }),
            "INVALID_ARGUMENT cannot feed a value of shape (1, 3) for tensor 'x:0', which has "
            "shape (None, 2)");
  EXPECT_EQ(
      message([&] {
        session.run("y:0", {{"x:0", Tensor::zeros(DType::int32, {1, 2})}});
      }),
      "INVALID_ARGUMENT cannot feed a value of type int32 for tensor 'x:0', which is float32");
  EXPECT_THROW(session.run("y:0"), InvalidArgumentError);  // x is not fed
  session.close();
  session.close();
  EXPECT_THROW(session.run("y:0", {{"x:0", x}}), FailedPreconditionError);
}

TEST(Session, AMovedFromSessionSaysSo) {
  Session session(mlp());
  const Session moved = std::move(session);
  EXPECT_THROW(session.run("y:0"), FailedPreconditionError);  // NOLINT: that is the question
  EXPECT_THROW(static_cast<void>(session.as_default()), FailedPreconditionError);
  EXPECT_TRUE(session.closed());
  session.close();
  EXPECT_FALSE(moved.closed());
}

TEST(Session, DefaultSessionsNestAndBelongToTheThread) {
  EXPECT_FALSE(has_default_session());
  EXPECT_THROW(get_default_session(), FailedPreconditionError);
  Session a;
  Session b;
  const auto outer = a.as_default();
  try {
    const auto inner = b.as_default();
    EXPECT_EQ(get_default_session().name(), b.name());
    EXPECT_TRUE(get_default_graph() == b.graph());
    throw 1;
  } catch (int) {
  }
  EXPECT_EQ(get_default_session().name(), a.name());
  std::thread([] { EXPECT_FALSE(has_default_session()); }).join();
  {
    InteractiveSession i;
    EXPECT_EQ(get_default_session().name(), i->name());
  }
  EXPECT_EQ(get_default_session().name(), a.name());
}

TEST(Session, ManyThreadsRunOneSession) {
  Session session(mlp());
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 200; ++i) {
        const int64_t batch = 1 + (t + i) % 5;
        const auto v = static_cast<float>(t);
        const Tensor x =
            Tensor::of(std::vector<float>(static_cast<size_t>(2 * batch), v), {batch, 2});
        const Tensor y = session.run("y", {{"x", x}});
        ASSERT_EQ(y.dim(0), batch);
        for (int64_t k = 0; k < batch; ++k) ASSERT_EQ(y.data<float>()[2 * k], 10 + 3 * v);
      }
    });
  }
  for (std::thread& t : threads) t.join();
}

TEST(Session, PreparedRunWritesIntoGivenMemory) {
  Session session(mlp());
  const PreparedRun run = session.make_callable({"x"}, {"y"});
  std::vector<float> memory(2);
  std::vector<Tensor> out{Tensor::view(std::span<float>(memory), {1, 2})};
  run.run_into({Tensor::of<float>({1, 1}, {1, 2})}, out);
  EXPECT_EQ(memory[0], 13);
}

TEST(Session, AVariableKeepsItsOwnMemory) {
  Graph graph;
  const Tensor x = placeholder(graph, "x", Shape{2});
  {
    const GraphScope scope(graph.impl());
    const Tensor v =
        emit("VarHandleOp", {},
             {{"dtype", DType::float32}, {"shape", Shape{2}}, {"shared_name", "v"}}, "v");
    emit("AssignVariableOp", {v, x}, {}, "set");
    emit("ReadVariableOp", {v}, {{"dtype", DType::float32}}, "read");
  }
  const Session session(graph);
  Tensor fed = Tensor::vector<float>({1, 2});
  session.run_targets({"set"}, {{"x", fed}});
  fed.data<float>()[0] = 99;
  EXPECT_EQ(session.run("read").to_vector<float>(), (std::vector<float>{1, 2}));
}

// What a run computes for a variable becomes its memory; whoever holds a value keeps it.
TEST(Session, AssignedResultsLeaveOldValuesAlone) {
  Graph graph;
  {
    const GraphScope scope(graph.impl());
    const Tensor v =
        emit("VarHandleOp", {},
             {{"dtype", DType::float32}, {"shape", Shape{3}}, {"shared_name", "v"}}, "v");
    emit("AssignVariableOp", {v, Tensor::vector<float>({1, 2, 3})}, {}, "init");
    const Tensor now = emit("ReadVariableOp", {v}, {{"dtype", DType::float32}}, "read");
    const Tensor doubled = emit("AddV2", {now, now}, {}, "doubled");
    emit("AssignVariableOp", {v, doubled}, {}, "double");
    // Read by something else, too.
    const Tensor less = emit("Sub", {now, Tensor::scalar(1.0f)}, {}, "less");
    emit("AssignVariableOp", {v, less}, {}, "decrease");
    emit("Neg", {less}, {}, "negative");
  }
  const Session session(graph);
  using Values = std::vector<float>;
  session.run_targets({"init"}, {});
  std::vector<Tensor> seen;
  for (int i = 0; i < 5; ++i) {
    seen.push_back(session.run("read"));
    session.run_targets({"double"}, {});
  }
  for (size_t i = 0; i < seen.size(); ++i) {
    const auto by = static_cast<float>(1 << i);
    EXPECT_EQ(seen[i].to_vector<float>(), (Values{by, 2 * by, 3 * by}));
  }
  seen.clear();
  for (int i = 0; i < 3; ++i) session.run_targets({"double"}, {});
  EXPECT_EQ(session.run("read").to_vector<float>(), (Values{256, 512, 768}));
  for (int i = 0; i < 2; ++i) session.run_targets({"decrease"}, {});
  EXPECT_EQ(session.run("negative").to_vector<float>(), (Values{-253, -509, -765}));
  EXPECT_EQ(session.run("read").to_vector<float>(), (Values{254, 510, 766}));
}

TEST(Session, ClosingWaitsForWhatHasEntered) {
  const Session session(mlp());
  ASSERT_TRUE(session.impl()->enter());  // as the run of a Keras model that lives here does
  std::atomic<bool> closed{false};
  std::thread closer([&] {
    session.close();
    closed = true;
  });
  std::this_thread::sleep_for(std::chrono::milliseconds(30));
  EXPECT_FALSE(closed);
  session.impl()->leave();
  closer.join();
  EXPECT_FALSE(session.impl()->enter());
}

TEST(Session, ImportWithPrefixMapAndReturnElements) {
  const GraphDef def = mlp().as_graph_def();
  Session session;
  Graph graph = session.graph();
  graph.import(def, "a");
  ImportOptions options;
  options.prefix = "b";
  options.input_map.emplace("x:0", graph.get_tensor_by_name("a/y:0"));
  options.return_elements = {"y:0"};
  const std::vector<Tensor> out = graph.import(def, options);
  const Tensor y = session.run(out[0], {{"a/x:0", Tensor::of<float>({1, 1}, {1, 2})}});
  EXPECT_EQ(y.data<float>()[0], 23);  // a gives (13, 0)
  EXPECT_THROW(graph.import(def, "a"), InvalidArgumentError);
  EXPECT_EQ(graph.operations().size(), 2 * def.nodes.size());
}

}  // namespace
}  // namespace rill
