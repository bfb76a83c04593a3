// What a run costs beside its arithmetic: through Session::run and through a prepared run.
#include <benchmark/benchmark.h>

#include "op/emit.h"
#include "rill/control_flow.hpp"
#include "rill/ops/array.hpp"
#include "rill/ops/math.hpp"
#include "rill/session.hpp"

namespace rill {
namespace {

Tensor placeholder(const Shape& shape) {
  return emit("Placeholder", {}, {{"dtype", DType::float32}, {"shape", shape}}, "x");
}

// The graph of the peers' scalar200: every op depends on the placeholder.
Graph scalar200() {
  Graph graph;
  const GraphScope scope(graph.impl());
  const Tensor x = placeholder(Shape{});
  Tensor a = x;
  Tensor b = emit("Mul", {x, Tensor::scalar(0.5f)});
  for (int n = 1; n < 200; ++n) {
    const Tensor c = Tensor::scalar(0.5f + static_cast<float>(n % 17) / 17.0f);
    Tensor next;
    switch (n % 5) {
      case 1:
        next = emit("AddV2", {a, c});
        break;
      case 2:
        next = emit("Maximum", {a, b});
        break;
      case 3:
        next = emit("Mul", {a, c});
        break;
      case 4:
        next = emit("Sub", {a, b});
        break;
      default:
        next = emit("Tanh", {a});
        break;
    }
    b = a;
    a = next;
  }
  emit("Identity", {a}, {}, "y");
  return graph;
}

Tensor dense(const Tensor& x, int64_t in, int64_t out, const char* activation) {
  const Tensor w = Tensor::random({in, out}, static_cast<uint64_t>(in * 1000 + out));
  const Tensor y = emit("BiasAdd", {emit("MatMul", {x, w}), Tensor::random({out})});
  return activation ? emit(activation, {y}) : y;
}

Graph mlp_tiny() {
  Graph graph;
  const GraphScope scope(graph.impl());
  const Tensor x = placeholder({-1, 10});
  const Tensor h = dense(dense(x, 10, 64, "Relu"), 64, 64, "Relu");
  emit("Identity", {dense(h, 64, 1, nullptr)}, {}, "y");
  return graph;
}

Tensor conv(const Tensor& x, int64_t in, int64_t out) {
  const Tensor w = Tensor::random({3, 3, in, out}, static_cast<uint64_t>(out));
  const Tensor y =
      emit("Conv2D", {x, w}, {{"strides", std::vector<int64_t>{1, 1, 1, 1}}, {"padding", "VALID"}});
  const Tensor active = emit("Relu", {emit("BiasAdd", {y, Tensor::random({out})})});
  const std::vector<int64_t> two{1, 2, 2, 1};
  return emit("MaxPool", {active}, {{"ksize", two}, {"strides", two}, {"padding", "VALID"}});
}

Graph cnn_mnist() {
  Graph graph;
  const GraphScope scope(graph.impl());
  const Tensor x = placeholder({-1, 28, 28, 1});
  const Tensor h = conv(conv(x, 1, 32), 32, 64);
  const Tensor flat = emit("Reshape", {h, Tensor::vector<int32_t>({-1, 1600})});
  emit("Softmax", {dense(flat, 1600, 10, nullptr)}, {}, "y");
  return graph;
}

void by_name(benchmark::State& state, Graph (*make)(), const Shape& shape) {
  const Session session(make());
  const Tensor x = Tensor::random(shape);
  for (auto _ : state) benchmark::DoNotOptimize(session.run("y:0", {{"x:0", x}}));
}

void prepared(benchmark::State& state, Graph (*make)(), const Shape& shape) {
  const Session session(make());
  const PreparedRun run = session.make_callable({"x:0"}, {"y:0"});
  const std::vector<Tensor> feeds{Tensor::random(shape)};
  std::vector<Tensor> outputs;
  for (auto _ : state) run.run_into(feeds, outputs);
}

BENCHMARK_CAPTURE(by_name, scalar200, scalar200, Shape{});
BENCHMARK_CAPTURE(prepared, scalar200, scalar200, Shape{});
BENCHMARK_CAPTURE(by_name, mlp_tiny_1, mlp_tiny, Shape{1, 10});
BENCHMARK_CAPTURE(prepared, mlp_tiny_1, mlp_tiny, Shape{1, 10});
BENCHMARK_CAPTURE(prepared, mlp_tiny_32, mlp_tiny, Shape{32, 10});
BENCHMARK_CAPTURE(prepared, cnn_mnist_1, cnn_mnist, Shape{1, 28, 28, 1});
BENCHMARK_CAPTURE(prepared, cnn_mnist_32, cnn_mnist, Shape{32, 28, 28, 1});

// A loop whose tensor is longer by one in each of 100 turns: each comes in a shape of its own.
void growing_loop(benchmark::State& state) {
  Graph graph;
  const GraphScope scope(graph.impl());
  const Tensor x = placeholder(Shape{1});
  const Values out =
      while_loop([](const Values& v) { return ops::less(v[0], Tensor::scalar<int32_t>(100)); },
                 [](const Values& v) {
                   const Tensor last = ops::tanh(ops::add(v[1], Tensor::scalar(0.5f)));
                   return Values{ops::add(v[0], Tensor::scalar<int32_t>(1)),
                                 ops::concat({v[1], ops::slice(last, Tensor::vector<int32_t>({0}),
                                                               Tensor::vector<int32_t>({1}))},
                                             0)};
                 },
                 {Tensor::scalar<int32_t>(0), x}, {.shape_invariants = {Shape{}, Shape{-1}}});
  Session session(graph);
  const Tensor one = Tensor::zeros({1});
  for (auto _ : state) benchmark::DoNotOptimize(session.run(out[1], {{"x:0", one}}));
}
BENCHMARK(growing_loop)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace rill
