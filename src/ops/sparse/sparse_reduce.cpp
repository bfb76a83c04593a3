#include <algorithm>
#include <vector>

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
  // The entries by where they go, an offset in the result; equal ones in their order.
  struct Entry {
    int64_t to, from;
  };
  std::vector<Entry> entries;

  // f(offset in the result, first entry, one behind the last) for each element of the result that
  // has any, in row-major order.
  template <typename F>
  void each(F&& f) const {
    for (size_t i = 0; i < entries.size();) {
      const size_t first = i;
      while (i < entries.size() && entries[i].to == entries[first].to) ++i;
      f(entries[first].to, entries.data() + first, entries.data() + i);
    }
  }
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
  std::vector<int64_t> step(r.reduced.size(), 0);
  uint64_t elements = 1;  // wraps round only where a dimension is 0, and there are no entries
  for (size_t d = r.reduced.size(); d-- > 0;) {
    if (r.reduced[d]) continue;
    step[d] = static_cast<int64_t>(elements);
    elements *= static_cast<uint64_t>(in.shape[d]);
  }
  for (size_t d = 0; d < r.reduced.size(); ++d) {
    if (!r.reduced[d]) {
      r.shape.push_back(in.shape[d]);
    } else if (keep) {
      r.shape.push_back(1);
    }
  }
  r.entries.resize(static_cast<size_t>(in.count));
  for (int64_t i = 0; i < in.count; ++i) {
    int64_t to = 0;
    for (size_t d = 0; d < step.size(); ++d) to += in.at(i)[d] * step[d];
    r.entries[static_cast<size_t>(i)] = {to, i};
  }
  const auto before = [](const Reduction::Entry& a, const Reduction::Entry& b) {
    return a.to != b.to ? a.to < b.to : a.from < b.from;
  };
  if (!std::is_sorted(r.entries.begin(), r.entries.end(), before)) {
    std::sort(r.entries.begin(), r.entries.end(), before);
  }
  return r;
}

template <bool maximum, typename T>
T reduce(const T* values, const Reduction::Entry* begin, const Reduction::Entry* end) {
  auto total = static_cast<Sum<T>>(values[begin->from]);
  for (++begin; begin != end; ++begin) {
    const auto next = static_cast<Sum<T>>(values[begin->from]);
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
    r.each([&](int64_t at, const Reduction::Entry* begin, const Reduction::Entry* end) {
      to[at] = reduce<maximum>(in.values->data<T>(), begin, end);
    });
  });
}

template <bool maximum>
void to_sparse(KernelContext& ctx) {
  const SparseInput in = sparse_input(ctx, 0, 1, 2);
  require_in_bounds(ctx, in);
  const Reduction r = group(ctx, in);
  int64_t n = 0;
  r.each([&](int64_t, const Reduction::Entry*, const Reduction::Entry*) { ++n; });
  const auto rank = static_cast<int64_t>(r.shape.size());
  auto* index = ctx.output(0, Shape{n, rank}).data<int64_t>();
  Tensor& out = ctx.output(1, Shape{n});
  dispatch_reduced<maximum>(in.values->dtype(), [&]<typename T>() {
    T* to = out.data<T>();
    r.each([&](int64_t at, const Reduction::Entry* begin, const Reduction::Entry* end) {
      for (int64_t d = rank - 1; d >= 0; --d) {
        const int64_t size = r.shape[static_cast<size_t>(d)];
        index[d] = at % size;
        at /= size;
      }
      index += rank;
      *to++ = reduce<maximum>(in.values->data<T>(), begin, end);
    });
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
