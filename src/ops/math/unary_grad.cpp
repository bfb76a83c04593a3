// The gradients of elementwise functions that TensorFlow has as ops: y is the function's result.
#include "ops/math/elementwise.h"

namespace rill {

void register_unary_grad(OpRegistry& registry) {
  using elementwise::binary_def;
  using enum kernels::BinaryOp;
  const std::vector<AttrDef> attrs = {type_attr("T", kFloatComplexTypes)};
  registry.add(binary_def<sigmoid_grad>("SigmoidGrad(y: T, dy: T) -> (z: T)", attrs));
  registry.add(binary_def<tanh_grad>("TanhGrad(y: T, dy: T) -> (z: T)", attrs));
  registry.add(binary_def<rsqrt_grad>("RsqrtGrad(y: T, dy: T) -> (z: T)", attrs));
  registry.add(binary_def<sqrt_grad>("SqrtGrad(y: T, dy: T) -> (z: T)", attrs));
  registry.add(binary_def<reciprocal_grad>("ReciprocalGrad(y: T, dy: T) -> (z: T)", attrs));
  registry.add(binary_def<reciprocal_grad>("InvGrad(y: T, dy: T) -> (z: T)", attrs));
}

}  // namespace rill
