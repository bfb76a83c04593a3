// Elementwise, reduction and row kernels against a copy loop. bytes_per_second counts what is read
// and written once. The last argument of each is the number of threads.
#include <benchmark/benchmark.h>

#include <cstring>
#include <vector>

#include "base/thread_pool.h"
#include "kernels/cast.h"
#include "kernels/elementwise.h"
#include "kernels/fused.h"
#include "kernels/moments.h"
#include "kernels/reduce.h"
#include "kernels/rows.h"
#include "kernels/strided_copy.h"

namespace rill::kernels {
namespace {

constexpr int64_t kLarge = 1 << 24;  // 64 MB a tensor
constexpr int64_t kCached = 1 << 14;

std::vector<float> values(int64_t n) {
  std::vector<float> x(static_cast<size_t>(n));
  for (size_t i = 0; i < x.size(); ++i) x[i] = static_cast<float>(i % 1000) * 0.004f - 2.0f;
  return x;
}

void count(benchmark::State& state, int64_t bytes) {
  state.SetBytesProcessed(state.iterations() * bytes);
}

void sizes_and_threads(benchmark::internal::Benchmark* b) {
  for (const int64_t threads : {1, 2}) {
    b->Args({kLarge, threads});
    b->Args({kCached, threads});
  }
}

void Copy(benchmark::State& state) {
  const int64_t n = state.range(0);
  const ScopedThreads threads(static_cast<int>(state.range(1)));
  const auto x = values(n);
  auto y = values(n);
  for (auto _ : state) {
    parallel_for(n, 16384, [&](int64_t begin, int64_t end) {
      std::memcpy(y.data() + begin, x.data() + begin, static_cast<size_t>(end - begin) * 4);
    });
    benchmark::ClobberMemory();
  }
  count(state, n * 8);
}
BENCHMARK(Copy)->Apply(sizes_and_threads)->UseRealTime();

template <UnaryOp op>
void Map(benchmark::State& state) {
  const int64_t n = state.range(0);
  const ScopedThreads threads(static_cast<int>(state.range(1)));
  const auto x = values(n);
  auto y = values(n);
  const Unary u = prepare_unary(op, DType::float32, n);
  for (auto _ : state) {
    u.run(x.data(), y.data());
    benchmark::ClobberMemory();
  }
  count(state, n * 8);
}
BENCHMARK(Map<UnaryOp::relu>)->Apply(sizes_and_threads)->UseRealTime();
BENCHMARK(Map<UnaryOp::sqrt>)->Apply(sizes_and_threads)->UseRealTime();
BENCHMARK(Map<UnaryOp::exp>)->Apply(sizes_and_threads)->UseRealTime();
BENCHMARK(Map<UnaryOp::log>)->Apply(sizes_and_threads)->UseRealTime();
BENCHMARK(Map<UnaryOp::tanh>)->Apply(sizes_and_threads)->UseRealTime();
BENCHMARK(Map<UnaryOp::sigmoid>)->Apply(sizes_and_threads)->UseRealTime();
BENCHMARK(Map<UnaryOp::erf>)->Apply(sizes_and_threads)->UseRealTime();
BENCHMARK(Map<UnaryOp::gelu>)->Apply(sizes_and_threads)->UseRealTime();
BENCHMARK(Map<UnaryOp::sin>)->Apply(sizes_and_threads)->UseRealTime();

// How b is broadcast: 0 same shape, 1 scalar, 2 row of 256, 3 row of 3, 4 column of rows of 256.
void Add(benchmark::State& state) {
  const int64_t n = state.range(0);
  const ScopedThreads threads(static_cast<int>(state.range(1)));
  const int64_t kind = state.range(2);
  const int64_t row = kind == 3 ? 3 : 256;
  const Shape a{n / row, row};
  const Shape b = kind == 0 ? a : kind == 1 ? Shape{} : kind == 4 ? Shape{n / row, 1} : Shape{row};
  const auto x = values(n);
  const auto z = values(n);
  auto y = values(n);
  const Binary add = prepare_binary(BinaryOp::add, DType::float32, a, b);
  for (auto _ : state) {
    add.run(x.data(), z.data(), y.data());
    benchmark::ClobberMemory();
  }
  count(state, a.num_elements() * 8 + b.num_elements() * 4);
}
BENCHMARK(Add)->ArgsProduct({{kLarge, kCached}, {1, 2}, {0, 1, 2, 3, 4}})->UseRealTime();

void Chain(benchmark::State& state) {
  const int64_t n = state.range(0);
  const ScopedThreads threads(static_cast<int>(state.range(1)));
  FusedProgram::Builder b(3);
  const int x = b.input(0, FusedRead::elements);
  int v = b.binary(BinaryOp::mul, x, b.input(1, FusedRead::elements));
  v = b.binary(BinaryOp::add, v, b.input(2, FusedRead::scalar));
  v = b.unary(UnaryOp::relu, v);
  b.output(b.binary(BinaryOp::sub, v, x));
  const FusedProgram p = b.build(n);
  const auto x0 = values(n);
  const auto x1 = values(n);
  auto y = values(n);
  const float s = 0.5f;
  const float* in[] = {x0.data(), x1.data(), &s};
  float* out[] = {y.data()};
  for (auto _ : state) {
    p.run(in, out);
    benchmark::ClobberMemory();
  }
  count(state, n * 12);
}
BENCHMARK(Chain)->Apply(sizes_and_threads)->UseRealTime();

void TwoHundredScalars(benchmark::State& state) {
  FusedProgram::Builder b(2);
  int v = b.input(0, FusedRead::elements);
  const int w = b.input(1, FusedRead::elements);
  for (int i = 0; i < 50; ++i) {
    v = b.binary(BinaryOp::add, v, w);
    v = b.unary(state.range(0) != 0 ? UnaryOp::tanh : UnaryOp::neg, v);
    v = b.binary(BinaryOp::mul, v, w);
    v = b.binary(BinaryOp::maximum, v, w);
  }
  b.output(v);
  const FusedProgram p = b.build(1);
  const float x = 1.5f;
  const float z = 0.5f;
  float y = 0;
  const float* in[] = {&x, &z};
  float* out[] = {&y};
  for (auto _ : state) {
    p.run(in, out);
    benchmark::ClobberMemory();
  }
}
BENCHMARK(TwoHundredScalars)->Arg(0)->Arg(1);

template <ReduceOp op>
void ReduceRowsOrColumns(benchmark::State& state) {
  const int64_t n = state.range(0);
  const ScopedThreads threads(static_cast<int>(state.range(1)));
  const int64_t columns = state.range(2);
  const int axis[] = {static_cast<int>(state.range(3))};
  const Reduce r = prepare_reduce(op, DType::float32, Shape{n / columns, columns}, axis);
  const auto x = values(n);
  std::vector<float> y(static_cast<size_t>(r.shape.outputs));
  for (auto _ : state) {
    r.run(x.data(), y.data());
    benchmark::ClobberMemory();
  }
  count(state, n * 4);
}
BENCHMARK(ReduceRowsOrColumns<ReduceOp::sum>)
    ->ArgsProduct({{kLarge}, {1, 2}, {4, 64, 1024}, {0, 1}})
    ->UseRealTime();
BENCHMARK(ReduceRowsOrColumns<ReduceOp::max>)
    ->ArgsProduct({{kLarge}, {1, 2}, {1024}, {0, 1}})
    ->UseRealTime();

template <int what>
void Rows(benchmark::State& state) {
  const int64_t columns = state.range(0);
  const int64_t rows = kLarge / columns;
  const ScopedThreads threads(static_cast<int>(state.range(1)));
  const auto x = values(kLarge);
  const auto gamma = values(columns);
  auto y = values(kLarge);
  const Softmax softmax = prepare_softmax(DType::float32, rows, columns, false);
  const LayerNorm norm{rows, columns, 1e-3f, false};
  const ScaleShift bias = prepare_scale_shift(rows, columns, 1, false, UnaryOp::relu);
  for (auto _ : state) {
    if (what == 0) softmax.run(x.data(), y.data());
    if (what == 1) norm.run(x.data(), gamma.data(), gamma.data(), y.data());
    if (what == 2) bias.run(x.data(), gamma.data(), gamma.data(), y.data());
    benchmark::ClobberMemory();
  }
  count(state, kLarge * 8);
}
BENCHMARK(Rows<0>)->Name("Softmax")->ArgsProduct({{10, 128, 1000}, {1, 2}})->UseRealTime();
BENCHMARK(Rows<1>)->Name("LayerNorm")->ArgsProduct({{64, 768}, {1, 2}})->UseRealTime();
BENCHMARK(Rows<2>)->Name("ScaleShiftRelu")->ArgsProduct({{3, 64, 768}, {1, 2}})->UseRealTime();

template <DType from, DType to>
void CastTo(benchmark::State& state) {
  const int64_t n = state.range(0);
  const ScopedThreads threads(static_cast<int>(state.range(1)));
  const auto x = values(n);
  auto y = values(n);
  const Cast cast = prepare_cast(from, to, n);
  for (auto _ : state) {
    cast.run(x.data(), y.data());
    benchmark::ClobberMemory();
  }
  count(state, n * static_cast<int64_t>(dtype_size(from) + dtype_size(to)));
}
BENCHMARK(CastTo<DType::float32, DType::int32>)
    ->Args({kLarge, 1})
    ->Args({kLarge, 2})
    ->UseRealTime();
BENCHMARK(CastTo<DType::uint8, DType::float32>)
    ->Args({kLarge, 1})
    ->Args({kLarge, 2})
    ->UseRealTime();
BENCHMARK(CastTo<DType::float32, DType::bfloat16>)->Args({kLarge, 1})->UseRealTime();
BENCHMARK(CastTo<DType::float16, DType::float32>)->Args({kLarge, 1})->UseRealTime();

// [n/side, side] -> transposed.
void Transpose(benchmark::State& state) {
  const ScopedThreads threads(static_cast<int>(state.range(1)));
  const int64_t columns = state.range(0);
  const int64_t rows = kLarge / columns;
  const int64_t sizes[] = {columns, rows};
  const int64_t in[] = {1, columns};
  const int64_t out[] = {rows, 1};
  const StridedCopy copy(DType::float32, sizes, in, out);
  const auto x = values(kLarge);
  auto y = values(kLarge);
  for (auto _ : state) {
    copy.run(x.data(), y.data());
    benchmark::ClobberMemory();
  }
  count(state, kLarge * 8);
}
BENCHMARK(Transpose)->ArgsProduct({{3, 64, 4096}, {1, 2}})->UseRealTime();

}  // namespace
}  // namespace rill::kernels
