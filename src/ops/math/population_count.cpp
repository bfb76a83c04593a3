// PopulationCount: how many bits are set.
#include <type_traits>

#include "base/thread_pool.h"
#include "op/kernel_context.h"
#include "op/registry.h"
#include "op/shape_context.h"
#include "tensor/dispatch.h"

namespace rill {
namespace {

// H. S. Warren, Hacker's Delight, 5-1; std::popcount calls a function where the processor that is
// compiled for need not have the instruction.
template <typename U>
uint8_t count_bits(U x) {
  constexpr auto k = [](uint64_t pattern) { return static_cast<U>(pattern); };
  x -= x >> 1 & k(0x5555555555555555u);
  x = (x & k(0x3333333333333333u)) + (x >> 2 & k(0x3333333333333333u));
  x = (x + (x >> 4)) & k(0x0f0f0f0f0f0f0f0fu);
  x += x >> 8;
  x += x >> 16;
  if constexpr (sizeof(U) == 8) x += x >> 32;
  return static_cast<uint8_t>(x & 0x7fu);
}

template <typename U, typename T>
[[gnu::noinline]] void count_all(const T* x, uint8_t* y, int64_t n) {
  for (int64_t i = 0; i < n; ++i) y[i] = count_bits<U>(static_cast<U>(x[i]));
}

void run_population_count(KernelContext& ctx) {
  const Tensor& x = ctx.input(0);
  uint8_t* y = ctx.output(0, x.shape()).data<uint8_t>();
  dispatch_integer(x.dtype(), "PopulationCount", [&]<typename T>() {
    const T* values = x.data<T>();
    // Vectorises in 32 bits.
    using U = std::conditional_t<sizeof(T) == 8, uint64_t, uint32_t>;
    parallel_for(x.size(), grain_of(4), [&](int64_t begin, int64_t end) {
      count_all<U>(reinterpret_cast<const std::make_unsigned_t<T>*>(values) + begin, y + begin,
                   end - begin);
    });
  });
}

}  // namespace

void register_population_count(OpRegistry& registry) {
  registry.add({.signature = "PopulationCount(x: T) -> (y: uint8)",
                .attrs = {type_attr("T", kIntegerTypes)},
                .shape = shapes::unchanged,
                .kernel = run_population_count,
                .not_differentiable = true});
}

}  // namespace rill
