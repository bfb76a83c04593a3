// What the fused convolutions and products do after the product: a bias, a residual, an activation.
#pragma once

#include "kernels/activation.h"
#include "op/shape_context.h"

namespace rill {

struct FusedSteps {
  bool bias = false;      // args[0]
  bool residual = false;  // the last of args
  kernels::Activation activation;
};
// From fused_ops, leakyrelu_alpha and num_args. Throws UNIMPLEMENTED for another sequence than
// [BiasAdd] [Add] [activation].
FusedSteps read_fused_steps(const NodeAccess& node);

// The activation that op `name` is; none for "Identity". alpha: of LeakyRelu. Throws UNIMPLEMENTED.
kernels::Activation activation_of(const NodeAccess& node, std::string_view name, float alpha = 0);

// The shapes of args (inputs from 2 on) against the output's.
void require_fused_args(const ShapeContext& ctx, const FusedSteps& steps, int channel_axis);

// The attributes of every fused op.
std::vector<AttrDef> fused_attrs(std::vector<AttrDef> more);

}  // namespace rill
