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
uint8_t count_bits(uint64_t x) {
  x -= x >> 1 & 0x5555555555555555u;
  x = (x & 0x3333333333333333u) + (x >> 2 & 0x3333333333333333u);
  x = (x + (x >> 4)) & 0x0f0f0f0f0f0f0f0fu;
  return static_cast<uint8_t>(x * 0x0101010101010101u >> 56);
}

void run_population_count(KernelContext& ctx) {
  const Tensor& x = ctx.input(0);
  uint8_t* y = ctx.output(0, x.shape()).data<uint8_t>();
  dispatch_integer(x.dtype(), "PopulationCount", [&]<typename T>() {
    const T* values = x.data<T>();
    parallel_for(x.size(), grain_of(4), [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; ++i) {
        y[i] = count_bits(static_cast<std::make_unsigned_t<T>>(values[i]));
      }
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
