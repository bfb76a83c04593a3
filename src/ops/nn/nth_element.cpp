// NthElement: the n-th smallest (or largest) of each row of the last dimension.
#include <algorithm>

#include "base/thread_pool.h"
#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"
#include "ops/gradient_attrs.h"
#include "tensor/dispatch.h"

namespace rill {
namespace {

void run_nth_element(KernelContext& ctx) {
  const Tensor& in = ctx.input(0);
  ctx.require(ctx.input(1).rank() == 0, "N must be scalar, got shape ", ctx.input(1).shape());
  ctx.require(in.rank() >= 1, "Input must be >= 1-D, got shape ", in.shape());
  const int64_t columns = in.dim(in.rank() - 1);
  auto n = ctx.input(1).item<int64_t>();
  ctx.require(n >= 0, "n must be non-negative but is ", n);
  ctx.require(columns > n, "Input must have at least n+1 columns, has ", columns, ", n is ", n);
  if (ctx.attr<bool>("reverse")) n = columns - n - 1;
  Tensor& out = ctx.output(0, sub_shape(in.shape(), 0, in.rank() - 1));
  dispatch_number(in.dtype(), "NthElement", [&]<typename T>() {
    const T* from = in.data<T>();
    T* to = out.data<T>();
    parallel_for(out.size(), grain_of(8 * columns), [&](int64_t begin, int64_t end) {
      std::vector<T> row(static_cast<size_t>(columns));
      for (int64_t r = begin; r < end; ++r) {
        std::copy_n(from + r * columns, columns, row.begin());
        // NaN is above all, so that the order is one.
        std::nth_element(row.begin(), row.begin() + n, row.end(), [](T a, T b) {
          if (b != b) return a == a;
          return a < b;
        });
        to[r] = row[static_cast<size_t>(n)];
      }
    });
  });
}

void infer_shape(ShapeContext& ctx) {
  ctx.require_rank(0, 1);
  ctx.require_rank_exactly(1, 0);
  const auto n = ctx.int_scalar(1);
  ctx.require(!n || *n >= 0, "Input n should be non-negative, is ", n.value_or(0));
  const Shape& in = ctx.input(0);
  if (!in.has_rank()) return;
  ctx.require(!n || in.back() < 0 || in.back() > *n,
              "Input must have last dimension > n = ", n.value_or(0), " but is ", in.back());
  ctx.set_output(0, sub_shape(in, 0, in.rank() - 1));
}

// Elements equal to the one that was picked share what flows back
// (tensorflow/python/ops/nn_grad.py).
Values nth_element_gradient(const GradContext& ctx) {
  const Value& x = ctx.input(0);
  const auto column = [](const Value& v) {
    return emit("ExpandDims", {v, Tensor::scalar(int32_t{-1})});
  };
  const Value picked = emit("Equal", {column(ctx.output(0)), x});
  const Value chosen = grads::cast(picked, x.dtype());
  const Value count = grads::sum(chosen, grads::int_vector({-1}), true);
  return {grads::mul(grads::div(chosen, count), column(ctx.output_gradient(0))), {}};
}

}  // namespace

void register_nth_element(OpRegistry& registry) {
  registry.add({.signature = "NthElement(input: T, n: int32) -> (values: T)",
                .attrs = {bool_attr("reverse", false), type_attr("T", kRealTypes)},
                .shape = infer_shape,
                .kernel = run_nth_element,
                .gradient = nth_element_gradient});
}

}  // namespace rill
