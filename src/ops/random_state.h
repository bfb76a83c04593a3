// The generators behind random ops: one a node for the seeded ones, made from a seed or a key and
// a counter for the stateless ones.
#pragma once

#include "kernels/philox.h"
#include "op/kernel_context.h"
#include "op/shape_context.h"
#include "tensor/dispatch.h"

namespace rill {

// The next `blocks` blocks of this node's generator. Its seeds are the attributes seed and seed2;
// both 0 is "seed it from the operating system".
kernels::Philox reserve_blocks(const KernelContext& ctx, uint64_t blocks);

// TensorFlow scrambles the two seeds of a stateless op into a key and a counter.
// Source: tensorflow/core/kernels/stateless_random_ops.cc (GenerateKey).
kernels::Philox philox_from_seed(const NodeAccess& node, const Tensor& seed);

// From the inputs key [1], counter [2] and alg of the V2 ops.
kernels::Philox philox_from_counter(const NodeAccess& node, const Tensor& key,
                                    const Tensor& counter, const Tensor& algorithm);

// The generator of a variable (input 0) whose algorithm is input 1; the variable moves on by what
// `outputs` outputs may need. Throws INVALID_ARGUMENT.
kernels::Philox advance_generator(const KernelContext& ctx, uint64_t outputs);

// A shape argument of a random op. Throws INVALID_ARGUMENT.
Shape random_shape(const NodeAccess& node, const Tensor& shape);

// Samples of a distribution with parameters of shape `parameters`: [..., parameters].
void require_ends_with(const NodeAccess& node, const Shape& shape, const Shape& parameters);

// Shape functions of those: of seeded ops, whose parameters (input 1) stand behind the shape asked
// for (input 0), and of stateless ones, whose shape has the parameters in it.
void infer_seeded_samples(ShapeContext& ctx);
void infer_stateless_samples(ShapeContext& ctx);

// Calls f.operator()<T>() for what counts are drawn in and of: an integer, half, float or double.
template <typename F>
void dispatch_counted(DType dtype, const char* who, F&& f) {
  if (is_integer(dtype)) return dispatch_index(dtype, who, f);
  switch (dtype) {
    case DType::float16:
      return f.template operator()<float16>();
    case DType::float64:
      return f.template operator()<double>();
    default:
      return f.template operator()<float>();
  }
}

// Element i of a tensor of shape `result`: where it lies in an operand broadcast to that.
int64_t broadcast_offset(int64_t i, const Shape& result, const Shape& operand);

}  // namespace rill
