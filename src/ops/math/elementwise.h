// Prepare steps of ops that are one elementwise kernel.
#pragma once

#include <string>
#include <utility>

#include "kernels/complex_elementwise.h"
#include "kernels/elementwise.h"
#include "op/op_def.h"
#include "op/prepared.h"
#include "op/registry.h"
#include "op/shape_context.h"
#include "ops/type_sets.h"

namespace rill::elementwise {

// The kernel for real or complex elements; `alpha` is the parameter of the operation, if it has
// one.
Prepared bind_unary(const PrepareContext& ctx, kernels::UnaryOp op, double alpha = 0);
// The same for shapes and a dtype that are not simply those of the inputs. No checks of values.
kernels::Binary any_binary(kernels::BinaryOp op, DType dtype, const Shape& a, const Shape& b,
                           double alpha = 0);
// Checks zero divisors and negative exponents of integers where the operation asks for it.
Prepared bind_binary(const PrepareContext& ctx, kernels::BinaryOp op, double alpha = 0);

template <kernels::UnaryOp op>
Prepared unary(const PrepareContext& ctx) {
  return bind_unary(ctx, op);
}

template <kernels::BinaryOp op>
Prepared binary(const PrepareContext& ctx) {
  return bind_binary(ctx, op);
}

// An op of one input and one output of the same shape.
template <kernels::UnaryOp op>
OpDef unary_def(std::string signature, std::vector<AttrDef> attrs, bool same_dtype = true) {
  OpDef def;
  def.signature = std::move(signature);
  def.attrs = std::move(attrs);
  def.shape = shapes::unchanged;
  def.prepare = unary<op>;
  def.in_place = same_dtype ? 1u : 0u;
  return def;
}

// An op of two inputs that broadcast.
template <kernels::BinaryOp op>
OpDef binary_def(std::string signature, std::vector<AttrDef> attrs, bool same_dtype = true) {
  OpDef def;
  def.signature = std::move(signature);
  def.attrs = std::move(attrs);
  def.shape = shapes::broadcast2;
  def.prepare = binary<op>;
  def.in_place = same_dtype ? 3u : 0u;
  return def;
}

}  // namespace rill::elementwise
