// IsotonicRegression: the falling sequence nearest to each row, by pooling adjacent violators
// (Kruskal 1964). Source: tensorflow/core/kernels/isotonic_regression_op.cc.
#include "base/thread_pool.h"
#include "kernels/cast.h"
#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"
#include "ops/gradients.h"
#include "tensor/dispatch.h"

namespace rill {
namespace {

template <typename T>
struct Pool {
  T sum, mean;
  int64_t begin, end;
};

// In place.
template <typename T>
void solve(T* y, int32_t* segments, int64_t n) {
  std::vector<Pool<T>> pools;
  for (int64_t i = 0; i < n; ++i) {
    pools.push_back({y[i], y[i], i, i + 1});
    while (pools.size() > 1 && pools.back().mean > pools[pools.size() - 2].mean) {
      Pool<T>& into = pools[pools.size() - 2];
      into.sum = static_cast<T>(into.sum + pools.back().sum);
      into.end = pools.back().end;
      into.mean =
          static_cast<T>(into.sum / static_cast<T>(static_cast<float>(into.end - into.begin)));
      pools.pop_back();
    }
  }
  for (size_t p = 0; p < pools.size(); ++p) {
    std::fill(y + pools[p].begin, y + pools[p].end, pools[p].mean);
    std::fill(segments + pools[p].begin, segments + pools[p].end, static_cast<int32_t>(p));
  }
}

void run_isotonic_regression(KernelContext& ctx) {
  const Tensor& in = ctx.input(0);
  Tensor& out = ctx.output(0, in.shape());
  Tensor& segments = ctx.output(1, in.shape());
  if (in.size() == 0) return;
  const int64_t n = in.rank() == 0 ? 1 : in.shape().back();
  ctx.require(n <= INT32_MAX, "Tensor too large: rows of ", n);
  kernels::prepare_cast(in.dtype(), out.dtype(), in.size()).run(in.raw(), out.raw());
  dispatch_float(out.dtype(), "IsotonicRegression", [&]<typename T>() {
    T* y = out.data<T>();
    int32_t* at = segments.data<int32_t>();
    parallel_for(in.size() / n, 16, [&](int64_t begin, int64_t end) {
      for (int64_t r = begin; r < end; ++r) solve(y + r * n, at + r * n, n);
    });
  });
}

// Within a segment every result is the mean: so is every gradient.
Values isotonic_regression_gradient(const GradContext& ctx) {
  const Value& dy = ctx.output_gradient(0);
  const Value shape = grads::shape_of(dy);
  const Value rows = grads::item(shape, 0), width = grads::item(shape, 1);
  const Value zero = Tensor::scalar(int32_t{0}), one = Tensor::scalar(int32_t{1});
  const Value firsts = emit("ExpandDims", {emit("Range", {zero, rows, one}), Tensor::scalar(-1)});
  const Value flat = grads::int_vector({-1});
  const Value segments = grads::reshape(grads::add(ctx.output(1), grads::mul(firsts, width)), flat);
  const Value count = grads::mul(rows, width);
  const auto total = [&](const Value& x) {
    return emit("Gather",
                {emit("UnsortedSegmentSum", {grads::reshape(x, flat), segments, count}), segments});
  };
  const Value mean = grads::div(total(dy), total(grads::ones_like(dy)));
  const DType dtype = ctx.input(0).dtype();
  if (!is_floating(dtype)) return {Value()};
  return {grads::cast(grads::reshape(mean, shape), dtype)};
}

}  // namespace

void register_isotonic_regression(OpRegistry& registry) {
  registry.add({.signature = "IsotonicRegression(input: T) -> (output: output_dtype, segments: "
                             "int32)",
                .attrs = {type_attr("T", kRealTypes),
                          type_attr("output_dtype", kFloatTypes, DType::float32)},
                .shape = shapes::unchanged,
                .kernel = run_isotonic_regression,
                .gradient = isotonic_regression_gradient});
}

}  // namespace rill
