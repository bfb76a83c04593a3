// Activations that have no op of their own in TensorFlow: what a pass makes of the ops that they
// are written out as. Never in a file.
#include "op/emit.h"
#include "ops/math/elementwise.h"

namespace rill {

void register_internal_activation(OpRegistry& registry) {
  using elementwise::unary_def;
  using K = kernels::UnaryOp;
  const std::vector<AttrDef> floats = {type_attr("T", kFloatTypes)};
  registry.add(unary_def<K::gelu>("_Gelu(features: T) -> (activations: T)", floats));
  registry.add(
      unary_def<K::gelu_tanh>("_GeluApproximate(features: T) -> (activations: T)", floats));
  registry.add(unary_def<K::silu>("_Swish(features: T) -> (activations: T)", floats));
  registry.add(unary_def<K::hard_swish>("_HardSwish(features: T) -> (activations: T)", floats));
}

}  // namespace rill
