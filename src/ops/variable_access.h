// What the variable ops of both kinds share: resources (VarHandleOp) and refs (VariableV2).
#pragma once

#include <memory>

#include "op/kernel_context.h"
#include "op/shape_context.h"
#include "op/variable.h"
#include "ops/scatter.h"

namespace rill {

// The variable of this node: named by shared_name, else by the node, in its container.
std::shared_ptr<VariableState> find_or_make_variable(const NodeAccess& node, ResourceStore& store,
                                                     DType dtype, const Shape& shape);

// The variable behind input 0, whose dtype must be `dtype`.
std::shared_ptr<VariableState> variable_input(const KernelContext& ctx, DType dtype);

// The shape of the variable behind input 0, as far as it is known: a ref has it, a resource is
// asked through its handle.
Shape variable_shape(const ShapeContext& ctx);

// Output 0, if there is one, is input 0: how ref ops hand the variable on.
void pass_ref(KernelContext& ctx);
void ref_shape(ShapeContext& ctx);

// variable (mode)= input 1, elementwise.
void assign_combined(KernelContext& ctx, ScatterMode mode);

}  // namespace rill
