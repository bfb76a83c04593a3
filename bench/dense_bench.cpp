// The dense kernels on the layers of ResNet50, MobileNetV2 and a transformer encoder: GFLOP/s a
// layer, the sum over a network, and the time to prepare it.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <vector>

#include "kernels/conv.h"
#include "kernels/gemm.h"
#include "kernels/packed.h"
#include "kernels/rnn.h"

namespace rill::kernels {
namespace {

struct Layer {
  int64_t size, in, out, kernel, stride;
  bool depthwise;
  int count;
};

// Convolutions as keras.applications builds them, at 224 x 224.
std::vector<Layer> resnet50() {
  std::vector<Layer> layers{{224, 3, 64, 7, 2, false, 1}};
  int64_t size = 56, in = 64;
  const int blocks[] = {3, 4, 6, 3};
  for (int stage = 0; stage < 4; ++stage) {
    const int64_t width = int64_t{64} << stage, out = 4 * width;
    const int64_t stride = stage == 0 ? 1 : 2;
    layers.push_back({size, in, width, 1, stride, false, 1});
    layers.push_back({size, in, out, 1, stride, false, 1});
    size /= stride;
    layers.push_back({size, width, width, 3, 1, false, blocks[stage]});
    layers.push_back({size, width, out, 1, 1, false, blocks[stage]});
    layers.push_back({size, out, width, 1, 1, false, blocks[stage] - 1});
    in = out;
  }
  return layers;
}

std::vector<Layer> mobilenetv2() {
  std::vector<Layer> layers{{224, 3, 32, 3, 2, false, 1}};
  struct Stage {
    int64_t expand, out;
    int count;
    int64_t stride;
  };
  int64_t size = 112, in = 32;
  for (const Stage& s : {Stage{1, 16, 1, 1},
                         {6, 24, 2, 2},
                         {6, 32, 3, 2},
                         {6, 64, 4, 2},
                         {6, 96, 3, 1},
                         {6, 160, 3, 2},
                         {6, 320, 1, 1}}) {
    for (int i = 0; i < s.count; ++i) {
      const int64_t stride = i == 0 ? s.stride : 1, wide = in * s.expand;
      if (s.expand > 1) layers.push_back({size, in, wide, 1, 1, false, 1});
      layers.push_back({size, wide, wide, 3, stride, true, 1});
      size /= stride;
      layers.push_back({size, wide, s.out, 1, 1, false, 1});
      in = s.out;
    }
  }
  layers.push_back({7, 320, 1280, 1, 1, false, 1});
  return layers;
}

ConvSpec spec_of(const Layer& l, int64_t batch, int threads) {
  ConvSpec s;
  s.batch = batch;
  s.in = {1, l.size, l.size};
  s.in_channels = l.in;
  s.out_channels = l.out;
  s.groups = l.depthwise ? l.in : 1;
  s.kernel = {1, l.kernel, l.kernel};
  s.stride = {1, l.stride, l.stride};
  const Window w = same_window(l.size, l.kernel, l.stride, 1);
  s.out = {1, w.out, w.out};
  s.pad = {0, w.pad_before, w.pad_before};
  s.act = {Act::relu, 0};
  s.threads = threads;
  return s;
}

double flops(const ConvSpec& s) {
  return 2.0 * static_cast<double>(s.batch * s.out[1] * s.out[2] * s.out_channels *
                                   (s.in_channels / s.groups) * s.kernel[1] * s.kernel[2]);
}

AlignedFloats filled(int64_t n) {
  AlignedFloats x(n);
  for (int64_t i = 0; i < n; ++i) x.get()[i] = static_cast<float>(i % 17) * 0.01f - 0.08f;
  return x;
}

struct Net {
  std::vector<ConvSpec> specs;
  std::vector<int> counts;
  std::vector<std::unique_ptr<Convolution>> convs;  // one an occurrence
  std::vector<AlignedFloats> weights;
  AlignedFloats x, y, bias, scratch;
  double total = 0;

  Net(const std::vector<Layer>& layers, int64_t batch, int threads) {
    int64_t largest = 1, bytes = 64;
    for (const Layer& l : layers) {
      const ConvSpec s = spec_of(l, batch, threads);
      weights.push_back(
          filled(s.kernel[1] * s.kernel[2] * (s.in_channels / s.groups) * s.out_channels));
      for (int i = 0; i < l.count; ++i) {
        specs.push_back(s);
        counts.push_back(static_cast<int>(weights.size()) - 1);
        total += flops(s);
      }
      largest = std::max({largest, batch * s.in[1] * s.in[2] * s.in_channels,
                          batch * s.out[1] * s.out[2] * s.out_channels});
    }
    prepare();
    for (const auto& c : convs) bytes = std::max(bytes, static_cast<int64_t>(c->scratch_bytes()));
    x = filled(largest);
    y = filled(largest);
    bias = filled(4096);
    scratch = AlignedFloats(bytes / 4 + 1);
  }
  void prepare() {
    convs.clear();
    for (size_t i = 0; i < specs.size(); ++i) {
      convs.push_back(make_convolution(specs[i], weights[static_cast<size_t>(counts[i])].get()));
    }
  }
  void run(size_t i) {
    convs[i]->run(x.get(), nullptr, bias.get(), nullptr, y.get(), scratch.get());
  }
};

void layer(benchmark::State& state, Layer l, int64_t batch, int threads) {
  l.count = 1;
  Net net({l}, batch, threads);
  for (auto _ : state) net.run(0);
  state.SetLabel(net.convs[0]->name());
  state.counters["GFLOP/s"] = benchmark::Counter(
      net.total, benchmark::Counter::kIsIterationInvariantRate, benchmark::Counter::kIs1000);
}

void network(benchmark::State& state, const std::vector<Layer>& layers, int64_t batch,
             int threads) {
  Net net(layers, batch, threads);
  for (auto _ : state) {
    for (size_t i = 0; i < net.convs.size(); ++i) net.run(i);
  }
  state.counters["GFLOP/s"] = benchmark::Counter(
      net.total, benchmark::Counter::kIsIterationInvariantRate, benchmark::Counter::kIs1000);
}

void prepare(benchmark::State& state, const std::vector<Layer>& layers, int threads) {
  Net net(layers, 1, threads);
  for (auto _ : state) net.prepare();
}

void matmul(benchmark::State& state, int64_t m, int64_t n, int64_t k, int threads) {
  MatMulSpec spec;
  spec.m = m;
  spec.n = n;
  spec.k = k;
  spec.act = {Act::relu, 0};
  spec.threads = threads;
  const auto a = filled(m * k), b = filled(k * n), c = filled(m * n), bias = filled(n);
  const MatMul product(spec, b.get());
  const AlignedFloats scratch(static_cast<int64_t>(product.scratch_bytes() / 4 + 1));
  for (auto _ : state) {
    product.run(a.get(), nullptr, bias.get(), nullptr, c.get(), scratch.get());
  }
  state.counters["GFLOP/s"] = benchmark::Counter(2.0 * static_cast<double>(m * n * k),
                                                 benchmark::Counter::kIsIterationInvariantRate,
                                                 benchmark::Counter::kIs1000);
}

void rnn(benchmark::State& state, RnnCell cell, int64_t batch, int threads) {
  RnnSpec spec;
  spec.cell = cell;
  spec.batch = batch;
  spec.steps = 100;
  spec.inputs = 64;
  spec.units = 128;
  spec.threads = threads;
  const int64_t gates = cell == RnnCell::lstm ? 4 : 3;
  const auto w = filled(64 * gates * 128), u = filled(128 * gates * 128),
             b = filled(2 * gates * 128);
  const Rnn layer(spec, w.get(), u.get(), b.get());
  const auto x = filled(batch * 100 * 64), y = filled(batch * 100 * 128);
  const AlignedFloats scratch(static_cast<int64_t>(layer.scratch_bytes() / 4 + 1));
  RnnCall call;
  call.x = x.get();
  call.sequence = y.get();
  for (auto _ : state) layer.run(call, scratch.get());
}

const int kRegistered = [] {
  const auto name = [](const std::string& what, int64_t batch, int threads) {
    return what + "/batch:" + std::to_string(batch) + "/threads:" + std::to_string(threads);
  };
  const auto add = [](const std::string& what, auto f) {
    benchmark::RegisterBenchmark(what.c_str(), f)->UseRealTime()->Unit(benchmark::kMicrosecond);
  };
  for (const int threads : {1, 2}) {
    for (const int64_t batch : {1, 16}) {
      add(name("resnet50_convolutions", batch, threads),
          [=](benchmark::State& s) { network(s, resnet50(), batch, threads); });
      add(name("mobilenetv2_convolutions", batch, threads),
          [=](benchmark::State& s) { network(s, mobilenetv2(), batch, threads); });
      for (const auto& [net, layers] :
           {std::pair{"resnet50", resnet50()}, std::pair{"mobilenetv2", mobilenetv2()}}) {
        for (const Layer& l : layers) {
          const std::string what = std::string(net) + "/" + std::to_string(l.size) + "x" +
                                   std::to_string(l.in) + "->" + std::to_string(l.out) + "/k" +
                                   std::to_string(l.kernel) + "s" + std::to_string(l.stride) +
                                   (l.depthwise ? "dw" : "");
          add(name(what, batch, threads),
              [=](benchmark::State& s) { layer(s, l, batch, threads); });
        }
      }
    }
    add(name("resnet50_prepare", 1, threads),
        [=](benchmark::State& s) { prepare(s, resnet50(), threads); });
    add(name("mobilenetv2_prepare", 1, threads),
        [=](benchmark::State& s) { prepare(s, mobilenetv2(), threads); });
    for (const auto& [m, n, k] : std::vector<std::array<int64_t, 3>>{{1, 16, 10},
                                                                     {1, 64, 10},
                                                                     {1, 64, 64},
                                                                     {1, 1, 64},
                                                                     {32, 64, 64},
                                                                     {1, 1024, 784},
                                                                     {1, 1000, 2048},
                                                                     {32, 1024, 784},
                                                                     {128, 256, 256},
                                                                     {128, 1024, 256},
                                                                     {128, 256, 1024},
                                                                     {2048, 1024, 256},
                                                                     {1024, 1024, 1024}}) {
      add(name("matmul/" + std::to_string(m) + "x" + std::to_string(n) + "x" + std::to_string(k), 1,
               threads),
          [=, m = m, n = n, k = k](benchmark::State& s) { matmul(s, m, n, k, threads); });
    }
    for (const int64_t batch : {1, 32}) {
      add(name("lstm_64_128_steps100", batch, threads),
          [=](benchmark::State& s) { rnn(s, RnnCell::lstm, batch, threads); });
      add(name("gru_64_128_steps100", batch, threads),
          [=](benchmark::State& s) { rnn(s, RnnCell::gru, batch, threads); });
    }
  }
  return 0;
}();

}  // namespace
}  // namespace rill::kernels
