// What the fused convolutions and products do after the product: a bias, a residual, an activation.
#pragma once

#include "kernels/activation.h"
#include "op/kernel_context.h"
#include "op/shape_context.h"

namespace rill {

struct FusedSteps {
  bool bias = false;      // args[0]
  bool residual = false;  // the last of args
  // All of args: scale, offset, mean and variance. Convolutions alone have it, and no fast kernel.
  bool batch_norm = false;
  kernels::Activation activation;
};
// From fused_ops, leakyrelu_alpha and num_args. Throws UNIMPLEMENTED for another sequence than
// [BiasAdd] [Add] [activation] or FusedBatchNorm [activation].
FusedSteps read_fused_steps(const NodeAccess& node);

// The activation that op `name` is; none for "Identity". alpha: of LeakyRelu. Throws UNIMPLEMENTED.
kernels::Activation activation_of(const NodeAccess& node, std::string_view name, float alpha = 0);

// The shapes of args (inputs from 2 on) against the output's.
void require_fused_args(const ShapeContext& ctx, const FusedSteps& steps, int channel_axis);

// The same numbers in another dtype.
Tensor in_dtype(const Tensor& t, DType dtype);

// Outputs the product after the steps, each by its own op in the product's dtype: for dtypes other
// than float32, and for batch_norm. Channels are last.
void run_steps(KernelContext& ctx, Tensor product);

// The attributes of every fused op.
std::vector<AttrDef> fused_attrs(std::vector<AttrDef> more, std::span<const DType> types);

}  // namespace rill
