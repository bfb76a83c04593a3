// What one eager call of an op on a few elements costs.
#include <benchmark/benchmark.h>

#include "op/emit.h"

namespace rill {
namespace {

template <typename Call>
void time(benchmark::State& state, Call&& call) {
  for (auto _ : state) benchmark::DoNotOptimize(call());
}

void EagerAdd(benchmark::State& state) {
  const Tensor x = Tensor::random({4, 4});
  time(state, [&] { return emit("AddV2", {x, x}); });
}
BENCHMARK(EagerAdd);

void EagerMatMul(benchmark::State& state) {
  const Tensor x = Tensor::random({4, 4});
  time(state, [&] { return emit("MatMul", {x, x}); });
}
BENCHMARK(EagerMatMul);

void EagerSum(benchmark::State& state) {
  const Tensor x = Tensor::random({4, 4}), axis = Tensor::vector<int32_t>({1});
  time(state, [&] { return emit("Sum", {x, axis}); });
}
BENCHMARK(EagerSum);

void EagerTranspose(benchmark::State& state) {
  const Tensor x = Tensor::random({4, 4}), order = Tensor::vector<int32_t>({1, 0});
  time(state, [&] { return emit("Transpose", {x, order}); });
}
BENCHMARK(EagerTranspose);

}  // namespace
}  // namespace rill
