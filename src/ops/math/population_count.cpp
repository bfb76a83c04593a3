// PopulationCount: how many bits are set.
#include <bit>
#include <type_traits>

#include "op/kernel_context.h"
#include "op/registry.h"
#include "op/shape_context.h"
#include "tensor/dispatch.h"

namespace rill {
namespace {

void run_population_count(KernelContext& ctx) {
  const Tensor& x = ctx.input(0);
  uint8_t* y = ctx.output(0, x.shape()).data<uint8_t>();
  dispatch_integer(x.dtype(), "PopulationCount", [&]<typename T>() {
    const T* values = x.data<T>();
    for (int64_t i = 0; i < x.size(); ++i) {
      y[i] = static_cast<uint8_t>(std::popcount(static_cast<std::make_unsigned_t<T>>(values[i])));
    }
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
