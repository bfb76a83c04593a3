// What must hold when many threads use sessions: one test a scenario.
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "graph/graph.h"
#include "op/emit.h"
#include "rill/error.hpp"
#include "rill/session.hpp"

namespace rill {
namespace {

Tensor named(const char* op, std::initializer_list<Value> inputs, AttrMap attrs, const char* name) {
  return emit(op, inputs, std::move(attrs), name);
}

Tensor placeholder(const Graph& graph, const char* name, const Shape& shape) {
  const GraphScope scope(graph.impl());
  return emit("Placeholder", {}, {{"dtype", DType::float32}, {"shape", shape}}, name);
}

// y = x * factor
Graph scale(float factor) {
  Graph graph;
  const Tensor x = placeholder(graph, "x", Shape{-1});
  const GraphScope scope(graph.impl());
  named("Mul", {x, Tensor::scalar(factor)}, {}, "y");
  return graph;
}

// v: an int64 variable; "add" adds one, "read" reads it.
Graph counter() {
  Graph graph;
  const GraphScope scope(graph.impl());
  const Tensor v = named("VarHandleOp", {},
                         {{"dtype", DType::int64}, {"shape", Shape{}}, {"shared_name", "v"}}, "v");
  named("AssignVariableOp", {v, Tensor::scalar<int64_t>(0)}, {}, "init");
  named("AssignAddVariableOp", {v, Tensor::scalar<int64_t>(1)}, {}, "add");
  named("ReadVariableOp", {v}, {{"dtype", DType::int64}}, "read");
  return graph;
}

// A loop that counts to `n`: long enough to be interrupted.
Graph endless() {
  Graph graph;
  const Tensor x = placeholder(graph, "x", Shape{});
  const GraphScope scope(graph.impl());
  const Tensor enter = named("Enter", {x}, {{"frame_name", "loop"}}, "enter");
  // NextIteration feeds back into Merge, so the edge is put in afterwards.
  const Tensor merge = named("Merge", {enter, enter}, {}, "merge");
  const Tensor limit =
      named("Enter", {Tensor::scalar(3e7F)}, {{"frame_name", "loop"}, {"is_constant", true}}, "n");
  const Tensor more = named("LoopCond", {named("Less", {merge, limit}, {}, "less")}, {}, "more");
  const Values split = emit_all("Switch", {merge, more}, {}, "switch");
  const Tensor one = named("Enter", {Tensor::scalar(1.0F)},
                           {{"frame_name", "loop"}, {"is_constant", true}}, "one");
  const Tensor next =
      named("NextIteration", {named("AddV2", {split[1], one}, {}, "plus")}, {}, "next");
  named("Exit", {split[0]}, {}, "y");
  graph.impl()->mutable_node(merge.rep()->node).inputs[1] = {next.rep()->node, 0};
  return graph;
}

TEST(Concurrency, ManyCallersOfOneSessionGetTheirOwnResults) {
  const Session session(scale(3));
  std::vector<std::thread> threads;
  std::atomic<int> wrong{0};
  for (int t = 0; t < 16; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 100; ++i) {
        const int64_t n = 1 + (t * 7 + i) % 8;
        const auto v = static_cast<float>(t * 100 + i);
        const Tensor y = session.run(
            "y", {{"x", Tensor::of(std::vector<float>(static_cast<size_t>(n), v), {n})}});
        for (const float f : y.flat<float>()) wrong += f != 3 * v;
        wrong += y.size() != n;
      }
    });
  }
  for (std::thread& t : threads) t.join();
  EXPECT_EQ(wrong, 0);
}

TEST(Concurrency, SessionsOfOneGraphHaveTheirOwnVariables) {
  const Graph graph = counter();
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&, t] {
      const Session session(graph);
      session.run_targets({"init"});
      for (int i = 0; i <= t; ++i) session.run_targets({"add"});
      EXPECT_EQ(session.run("read").item<int64_t>(), t + 1);
    });
  }
  for (std::thread& t : threads) t.join();
}

TEST(Concurrency, EveryUpdateOfAVariableCounts) {
  const Session session(counter());
  session.run_targets({"init"});
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 250; ++i) session.run_targets({"add"});
    });
    threads.emplace_back([&] {
      int64_t before = 0;
      for (int i = 0; i < 100; ++i) {
        const int64_t now = session.run("read").item<int64_t>();
        EXPECT_GE(now, before);
        EXPECT_LE(now, 1000);
        before = now;
      }
    });
  }
  for (std::thread& t : threads) t.join();
  EXPECT_EQ(session.run("read").item<int64_t>(), 1000);
}

TEST(Concurrency, CloseStopsARunThatIsUnderWay) {
  const Session session(endless());
  std::atomic<int> outcome{0};
  std::thread runner([&] {
    try {
      session.run("y", {{"x", Tensor::scalar(0.0F)}});
      outcome = 1;
    } catch (const CancelledError&) {
      outcome = 2;
    } catch (const FailedPreconditionError&) {
      outcome = 3;  // closed before it began
    }
  });
  std::this_thread::sleep_for(std::chrono::milliseconds(30));
  const auto start = std::chrono::steady_clock::now();
  session.close();
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
  runner.join();
  EXPECT_NE(outcome, 1);
  EXPECT_THROW(session.run("y", {{"x", Tensor::scalar(0.0F)}}), FailedPreconditionError);
}

TEST(Concurrency, ATimeoutEndsALoop) {
  const Session session(endless());
  RunLimits limits;
  limits.timeout = std::chrono::milliseconds(20);
  EXPECT_THROW(session.run(std::vector<TensorName>{"y"}, {{"x", Tensor::scalar(0.0F)}}, {}, limits),
               DeadlineExceededError);
}

// "get" takes from a queue what "put" puts there; "get" was made first.
Graph queue() {
  Graph graph;
  const Tensor x = placeholder(graph, "x", Shape{});
  const GraphScope scope(graph.impl());
  const AttrMap types = {{"component_types", std::vector<DType>{DType::float32}}};
  const Tensor q = named("FIFOQueueV2", {}, types, "queue");
  named("QueueDequeueV2", {q}, types, "get");
  named("QueueEnqueueV2", {q, x}, {{"Tcomponents", std::vector<DType>{DType::float32}}}, "put");
  return graph;
}

TEST(Concurrency, OneRunPutsAndGets) {
  const Session session(queue());
  RunLimits limits;
  limits.timeout = std::chrono::seconds(20);
  for (const float value : {3.0F, 4.0F}) {
    const auto got = session.run(std::vector<TensorName>{"get"}, {{"x", Tensor::scalar(value)}},
                                 {"put"}, limits);
    EXPECT_EQ(got[0].item<float>(), value);
  }
}

TEST(Concurrency, ATimeoutEndsAWait) {
  const Session session(queue());
  RunLimits limits;
  limits.timeout = std::chrono::milliseconds(20);
  EXPECT_THROW(session.run(std::vector<TensorName>{"get"}, {}, {}, limits), DeadlineExceededError);
}

TEST(Concurrency, CloseWakesWhoWaits) {
  for (int round = 0; round < 20; ++round) {
    const Session session(queue());
    std::atomic<bool> cancelled{false};
    std::thread waiter([&] {
      try {
        session.run("get");
      } catch (const CancelledError&) {
        cancelled = true;
      } catch (const FailedPreconditionError&) {
        cancelled = true;  // closed before it began
      }
    });
    if (round % 2 == 0) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    session.close();
    waiter.join();
    EXPECT_TRUE(cancelled);
  }
}

TEST(Concurrency, ManyThreadsMayCloseAtOnce) {
  for (int round = 0; round < 20; ++round) {
    const Session session(scale(2));
    std::vector<std::thread> threads;
    for (int t = 0; t < 8; ++t) {
      threads.emplace_back([&] { session.close(); });
      threads.emplace_back([&] {
        try {
          EXPECT_EQ(session.run("y", {{"x", Tensor::vector<float>({1})}}).item<float>(), 2);
        } catch (const CancelledError&) {
        } catch (const FailedPreconditionError&) {
        }
      });
    }
    for (std::thread& t : threads) t.join();
    EXPECT_TRUE(session.closed());
  }
}

TEST(Concurrency, AnErrorBelongsToTheRunThatMadeIt) {
  const Session session(scale(2));
  std::vector<std::thread> threads;
  std::atomic<int> errors{0};
  for (int t = 0; t < 14; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 20; ++i) {
        try {
          const Shape shape = t % 7 == 0 ? Shape{1, 1} : Shape{1};
          session.run("y", {{"x", Tensor::of<float>({1}, shape)}});
          EXPECT_NE(t % 7, 0);
        } catch (const InvalidArgumentError&) {
          EXPECT_EQ(t % 7, 0);
          ++errors;
        }
      }
    });
  }
  for (std::thread& t : threads) t.join();
  EXPECT_EQ(errors, 40);
}

}  // namespace
}  // namespace rill
