#include <algorithm>
#include <map>

#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"
#include "ops/gradient_tools.h"
#include "ops/sparse_tensor.h"
#include "ops/type_sets.h"
#include "rill/ops/math.hpp"

namespace rill {
namespace {

struct Reduction {
  std::vector<bool> reduced;   // a dimension of the input
  std::vector<int64_t> shape;  // of the result
  // The groups in row-major order: the coordinate in the result, and the entries.
  std::map<std::vector<int64_t>, std::vector<int64_t>> groups;
};

Reduction group(const KernelContext& ctx, const SparseInput& in) {
  const bool keep = ctx.attr<bool>("keep_dims");
  Reduction r;
  r.reduced.assign(static_cast<size_t>(in.rank), false);
  ctx.require(ctx.input(3).rank() <= 1, "Expected reduction_axes to be a scalar or a vector, got ",
              ctx.input(3).shape());
  for (const int64_t axis : ints_of(ctx.input(3))) {
    ctx.require(axis >= -in.rank && axis < in.rank, "Invalid reduction dimension ", axis,
                ", for input with ", in.rank, " dimensions.");
    r.reduced[static_cast<size_t>(axis < 0 ? axis + in.rank : axis)] = true;
  }
  for (size_t d = 0; d < r.reduced.size(); ++d) {
    if (!r.reduced[d]) {
      r.shape.push_back(in.shape[d]);
    } else if (keep) {
      r.shape.push_back(1);
    }
  }
  for (int64_t i = 0; i < in.count; ++i) {
    std::vector<int64_t> at;
    for (size_t d = 0; d < r.reduced.size(); ++d) {
      if (!r.reduced[d]) {
        at.push_back(in.at(i)[d]);
      } else if (keep) {
        at.push_back(0);
      }
    }
    r.groups[std::move(at)].push_back(i);
  }
  return r;
}

template <bool maximum, typename T>
T reduce(const T* values, const std::vector<int64_t>& entries) {
  auto total = static_cast<Sum<T>>(values[entries[0]]);
  for (size_t k = 1; k < entries.size(); ++k) {
    const auto next = static_cast<Sum<T>>(values[entries[k]]);
    if constexpr (maximum) {
      total = std::max(total, next);
    } else {
      total = plus(total, next);
    }
  }
  return static_cast<T>(total);
}

template <bool maximum, typename F>
void dispatch_reduced(DType dtype, F&& f) {
  if constexpr (maximum) {
    dispatch_number(dtype, "SparseReduceMax", f);
  } else {
    dispatch_arithmetic(dtype, "SparseReduceSum", f);
  }
}

template <bool maximum>
void to_dense(KernelContext& ctx) {
  const SparseInput in = sparse_input(ctx, 0, 1, 2);
  require_in_bounds(ctx, in);
  const Reduction r = group(ctx, in);
  Tensor& out = ctx.output(0, Shape(r.shape));
  dispatch_reduced<maximum>(in.values->dtype(), [&]<typename T>() {
    T* to = out.data<T>();
    std::fill(to, to + out.size(), T(0));
    for (const auto& [at, entries] : r.groups) {
      int64_t offset = 0;
      for (size_t d = 0; d < at.size(); ++d) offset = offset * r.shape[d] + at[d];
      to[offset] = reduce<maximum>(in.values->data<T>(), entries);
    }
  });
}

template <bool maximum>
void to_sparse(KernelContext& ctx) {
  const SparseInput in = sparse_input(ctx, 0, 1, 2);
  require_in_bounds(ctx, in);
  const Reduction r = group(ctx, in);
  const auto n = static_cast<int64_t>(r.groups.size());
  auto* index = ctx.output(0, Shape{n, static_cast<int64_t>(r.shape.size())}).data<int64_t>();
  Tensor& out = ctx.output(1, Shape{n});
  dispatch_reduced<maximum>(in.values->dtype(), [&]<typename T>() {
    T* to = out.data<T>();
    for (const auto& [at, entries] : r.groups) {
      index = std::copy(at.begin(), at.end(), index);
      *to++ = reduce<maximum>(in.values->data<T>(), entries);
    }
  });
  put_vector(ctx, 2, r.shape);
}

void dense_shape(ShapeContext& ctx) {
  const Shape in = ctx.shape_from_value(2);
  const auto axes = ctx.ints(3);
  if (!in.has_rank() || !axes) return;
  const bool keep = ctx.attr<bool>("keep_dims");
  Shape out{};
  for (int d = 0; d < in.rank(); ++d) {
    bool reduced = false;
    for (const int64_t axis : *axes) reduced |= (axis < 0 ? axis + in.rank() : axis) == d;
    if (!reduced) {
      out.push_back(in[d]);
    } else if (keep) {
      out.push_back(1);
    }
  }
  ctx.set_output(0, out);
}

// Each value takes the gradient of the sum that it went into
// (tensorflow/python/ops/sparse_grad.py).
Values sum_gradient(const GradContext& ctx) {
  const Value &indices = ctx.input(0), &shape = ctx.input(2);
  const Value kept = grads::reduced_dims(shape, ctx.input(3));
  const Value scale = ops::floordiv(shape, kept);
  const Value dy = grads::reshape(ctx.output_gradient(0), kept);
  return grads::only(ctx, 1, grads::gather_nd(dy, ops::floordiv(indices, scale)));
}

template <bool maximum>
void add_both(OpRegistry& registry, std::string_view name, std::span<const DType> types) {
  const std::string inputs =
      "(input_indices: int64, input_values: T, input_shape: int64, reduction_axes: int32) -> ";
  registry.add({.signature = str(name, inputs, "(output: T)"),
                .attrs = {bool_attr("keep_dims", false), type_attr("T", types)},
                .shape = dense_shape,
                .kernel = to_dense<maximum>,
                .gradient = maximum ? nullptr : sum_gradient});
  registry.add({.signature = str(name, "Sparse", inputs,
                                 "(output_indices: int64, output_values: "
                                 "T, output_shape: int64)"),
                .attrs = {bool_attr("keep_dims", false), type_attr("T", types)},
                .shape = shapes::unknown,
                .kernel = to_sparse<maximum>});
}

}  // namespace

void register_sparse_reduce(OpRegistry& registry) {
  add_both<false>(registry, "SparseReduceSum", kNumericTypes);
  add_both<true>(registry, "SparseReduceMax", kRealTypes);
}

}  // namespace rill
