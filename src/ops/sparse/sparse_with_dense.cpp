// SparseTensorDenseAdd, and SparseDenseCwise*: the sparse elements with those of a dense tensor.
#include <cstring>

#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"
#include "ops/gradient_tools.h"
#include "ops/sparse_tensor.h"
#include "ops/type_sets.h"
#include "rill/ops/math.hpp"

namespace rill {
namespace {

void add_to_dense(KernelContext& ctx) {
  const SparseInput a = sparse_input(ctx, 0, 1, 2);
  const Tensor& b = ctx.input(3);
  ctx.require(b.shape() == Shape(a.shape), "Dimensions of operands do not match: sparse ", a.shape,
              " and dense ", b.shape());
  require_in_bounds(ctx, a);
  Tensor& out = ctx.output(0, b.shape());
  if (b.bytes() > 0) std::memcpy(out.raw(), b.raw(), b.bytes());
  dispatch_arithmetic(b.dtype(), "SparseTensorDenseAdd", [&]<typename T>() {
    const T* values = a.values->data<T>();
    T* to = out.data<T>();
    for (int64_t i = 0; i < a.count; ++i) {
      T& element = to[dense_offset(a, i)];
      element = static_cast<T>(plus(static_cast<Sum<T>>(element), static_cast<Sum<T>>(values[i])));
    }
  });
}

void add_shape(ShapeContext& ctx) { ctx.set_output(0, ctx.input(3)); }

enum class Cwise { mul, div, add };

template <Cwise op, typename T>
T combine(const KernelContext& ctx, T a, T b) {
  if constexpr (op == Cwise::mul) return times(a, b);
  if constexpr (op == Cwise::add) return plus(a, b);
  if constexpr (std::is_integral_v<T>) {
    ctx.require(b != 0, "Integer division by zero");
    if constexpr (std::is_signed_v<T>) {
      if (b == T(-1)) return times(a, T(-1));
    }
  }
  return static_cast<T>(a / b);
}

// The dense side is broadcast to the sparse one, never the other way round.
template <Cwise op>
void cwise(KernelContext& ctx) {
  const SparseInput a = sparse_input(ctx, 0, 1, 2);
  const Tensor& dense = ctx.input(3);
  const int rank = dense.rank(), lead = a.rank - rank;
  const auto fits = [&](int d) {
    return dense.dim(d) == 1 || dense.dim(d) == a.shape[static_cast<size_t>(lead + d)];
  };
  bool broadcasts = lead >= 0;
  for (int d = 0; broadcasts && d < rank; ++d) broadcasts = fits(d);
  ctx.require(broadcasts,
              "SparseDenseBinaryOpShared broadcasts dense to sparse only; got "
              "incompatible shapes: [",
              a.shape, "] vs. ", dense.shape());
  require_in_bounds(ctx, a);
  std::vector<int64_t> step(static_cast<size_t>(rank), 0);
  int64_t elements = 1;
  for (int d = rank - 1; d >= 0; --d) {
    if (dense.dim(d) != 1) step[static_cast<size_t>(d)] = elements;
    elements *= dense.dim(d);
  }
  Tensor& out = ctx.output(0, Shape{a.count});
  dispatch_arithmetic(dense.dtype(), "SparseDenseCwise", [&]<typename T>() {
    const T* left = a.values->data<T>();
    const T* right = dense.data<T>();
    T* to = out.data<T>();
    for (int64_t i = 0; i < a.count; ++i) {
      const int64_t* at = a.at(i) + lead;
      int64_t offset = 0;
      for (int d = 0; d < rank; ++d) offset += at[d] * step[static_cast<size_t>(d)];
      to[i] = static_cast<T>(combine<op, Sum<T>>(ctx, static_cast<Sum<T>>(left[i]),
                                                 static_cast<Sum<T>>(right[offset])));
    }
  });
}

void cwise_shape(ShapeContext& ctx) { ctx.set_output(0, ctx.input(1)); }

// Formulas of the gradients: tensorflow/python/ops/sparse_grad.py.
Values add_gradient(const GradContext& ctx) {
  const Value& dy = ctx.output_gradient(0);
  return {{}, grads::gather_nd(dy, ctx.input(0)), {}, dy};
}

// Where each value meets the dense operand, which broadcasts.
Value dense_indices(const GradContext& ctx) {
  const Value &indices = ctx.input(0), &shape = ctx.input(2), &dense = ctx.input(3);
  const Value added = emit("ExpandDims", {grads::size_of(shape) - grads::rank_of(dense), Value(0)});
  const Value dims = grads::shape_of(dense, DType::int64);
  const Value wide = grads::concat({grads::fill(added, 1, DType::int64), dims}, 0);
  const Value scaled = ops::floordiv(indices, ops::floordiv(shape, wide));
  const Value begin = grads::concat({grads::int_vector({0}), added}, 0);
  return emit("Slice", {scaled, begin, grads::int_vector({-1, -1})});
}

template <Cwise op>
Values cwise_gradient(const GradContext& ctx) {
  const Value &values = ctx.input(1), &dense = ctx.input(3), &dy = ctx.output_gradient(0);
  const Value at = dense_indices(ctx);
  Value to_values = dy, to_dense = dy;
  if constexpr (op != Cwise::add) {
    const Value met = grads::gather_nd(dense, at);
    to_values = op == Cwise::mul ? dy * met : dy / met;
    to_dense = op == Cwise::mul ? dy * values : dy * (-values / ops::square(met));
  }
  const Value summed = emit("ScatterNd", {at, to_dense, grads::shape_of(dense, DType::int64)});
  return {{}, to_values, {}, summed};
}

template <Cwise op>
OpDef cwise_def(std::string_view name) {
  return OpDef(
      OpSpec{.signature = str(name,
                              "(sp_indices: int64, sp_values: T, sp_shape: int64, dense: T) -> "
                              "(output: T)"),
             .attrs = {type_attr("T", kNumericTypes)},
             .shape = cwise_shape,
             .kernel = cwise<op>,
             .gradient = cwise_gradient<op>});
}

}  // namespace

void register_sparse_with_dense(OpRegistry& registry) {
  registry.add({.signature = "SparseTensorDenseAdd(a_indices: Tindices, a_values: T, a_shape: "
                             "Tindices, b: T) -> (output: T)",
                .attrs = {type_attr("T", kNumericTypes), type_attr("Tindices", kIndexTypes)},
                .shape = add_shape,
                .kernel = add_to_dense,
                .gradient = add_gradient});
  registry.add(cwise_def<Cwise::mul>("SparseDenseCwiseMul"));
  registry.add(cwise_def<Cwise::div>("SparseDenseCwiseDiv"));
  registry.add(cwise_def<Cwise::add>("SparseDenseCwiseAdd"));
}

}  // namespace rill
