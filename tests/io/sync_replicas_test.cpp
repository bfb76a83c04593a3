// A graph of TensorFlow 1 whose gradients go through accumulators and whose steps wait for tokens,
// trains as in TensorFlow. Data and numbers: tests/data/make_sync_replicas.py.
#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <thread>

#include "rill/graph.hpp"
#include "rill/queue_runner.hpp"
#include "rill/saver.hpp"
#include "rill/session.hpp"

namespace rill {
namespace {

template <typename F>
Tensor numbers(const Shape& shape, F&& f) {
  Tensor out(DType::float32, shape);
  for (int64_t i = 0; i < out.size(); ++i) {
    out.data<float>()[i] = static_cast<float>(f(static_cast<double>(i)));
  }
  return out;
}

TEST(SyncReplicas, TrainsAsInTensorFlow) {
  const Graph graph;
  import_meta_graph(graph, RILL_TEST_DATA "/train1/sync_replicas.meta");
  const Session session(graph);
  session.run_targets({"init_all"});
  session.run_targets({"start"});
  const train::Coordinator coordinator;
  EXPECT_GT(train::start_queue_runners(session, coordinator), 0);
  session.run_targets({"tokens"});
  const Feeds feeds{{"x:0", numbers({8, 3}, [](double i) { return std::sin(i); })},
                    {"y:0", numbers({8, 1}, [](double i) { return std::cos(i); })},
                    {"ids:0", Tensor::vector<int32_t>({0, 1, 2, 0, 1, 2, 0, 1})}};
  // The chief's thread applies what was gathered: the first gradient is its start, the second comes
  // too late for it.
  const std::vector<float> losses{0.5867209f, 0.5476795f, 0.5476795f,
                                  0.5182074f, 0.4991205f, 0.4882900f};
  const std::vector<int64_t> steps{1, 1, 2, 3, 4, 5};
  for (size_t i = 0; i < losses.size(); ++i) {
    EXPECT_NEAR(session.run("loss:0", feeds).item<float>(), losses[i], 1e-6) << i;
    session.run_targets({"train"}, feeds);
    const auto late = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (session.run("global_step/Read/ReadVariableOp:0").item<int64_t>() < steps[i] &&
           std::chrono::steady_clock::now() < late) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  }
  coordinator.request_stop();
}

}  // namespace
}  // namespace rill
