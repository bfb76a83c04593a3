#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"
#include "ops/gradient_tools.h"

namespace rill {
namespace {

// The dimensions of `shape` lined up at the right, 1 where there are none.
int64_t at(const std::vector<int64_t>& shape, size_t from_right) {
  return from_right < shape.size() ? shape[shape.size() - 1 - from_right] : 1;
}

void broadcast_args_write(Tensor& out, const std::vector<int64_t>& values) {
  for (size_t i = 0; i < values.size(); ++i) {
    if (out.dtype() == DType::int64) {
      out.data<int64_t>()[i] = values[i];
    } else {
      out.data<int32_t>()[i] = static_cast<int32_t>(values[i]);
    }
  }
}

void args_shape(ShapeContext& ctx) {
  ctx.require_rank_exactly(0, 1);
  ctx.require_rank_exactly(1, 1);
  const auto a = ctx.partial(0), b = ctx.partial(1);
  if (!a || !b) {
    ctx.set_output(0, Shape{-1});
    return;
  }
  const size_t n = std::max(a->items.size(), b->items.size());
  ctx.set_output(0, Shape{static_cast<int64_t>(n)});
  PartialValue out{false, std::vector<int64_t>(n, PartialValue::kUnknown)};
  for (size_t i = 0; i < n; ++i) {
    const int64_t x = at(a->items, i), y = at(b->items, i);
    if (x == 1)
      out.items[n - 1 - i] = y;
    else if (y == 1 || x == y)
      out.items[n - 1 - i] = x;
  }
  ctx.set_partial(0, out);
}

void run_args(KernelContext& ctx) {
  for (int i = 0; i < 2; ++i) {
    ctx.require(ctx.input(i).rank() == 1, "In[", i, "] must be a vector, but has shape ",
                ctx.input(i).shape());
  }
  const auto a = ctx.input(0).to_vector<int64_t>(), b = ctx.input(1).to_vector<int64_t>();
  std::vector<int64_t> out(std::max(a.size(), b.size()));
  for (size_t i = 0; i < out.size(); ++i) {
    const int64_t x = at(a, i), y = at(b, i);
    ctx.require(x == y || x == 1 || y == 1, "Incompatible shapes: ", a, " vs. ", b);
    out[out.size() - 1 - i] = x == 1 ? y : x;
  }
  broadcast_args_write(ctx.output(0, Shape{static_cast<int64_t>(out.size())}), out);
}

void gradient_args_shape(ShapeContext& ctx) {
  ctx.require_rank_exactly(0, 1);
  ctx.require_rank_exactly(1, 1);
  ctx.set_output(0, Shape{-1});
  ctx.set_output(1, Shape{-1});
}

// The axes along which each operand was broadcast. TensorFlow (BCast) lists an axis where both are
// 1 in both results.
void run_gradient_args(KernelContext& ctx) {
  const auto a = ctx.input(0).to_vector<int64_t>(), b = ctx.input(1).to_vector<int64_t>();
  const size_t n = std::max(a.size(), b.size());
  std::vector<int64_t> axes[2];
  // Equal shapes never sum.
  for (size_t i = n; a != b && i-- > 0;) {
    const int64_t x = at(a, i), y = at(b, i);
    ctx.require(x == y || x == 1 || y == 1, "Incompatible shapes: ", a, " vs. ", b);
    const auto axis = static_cast<int64_t>(n - 1 - i);
    if (x == 1) axes[0].push_back(axis);
    if (y == 1) axes[1].push_back(axis);
  }
  for (int k = 0; k < 2; ++k) {
    broadcast_args_write(ctx.output(k, Shape{static_cast<int64_t>(axes[k].size())}), axes[k]);
  }
}

}  // namespace

void register_broadcast_args(OpRegistry& registry) {
  registry.add({.signature = "BroadcastArgs(s0: T, s1: T) -> (r0: T)",
                .attrs = {type_attr("T", kIndexTypes, DType::int32)},
                .shape = args_shape,
                .kernel = run_args});
  registry.add({.signature = "BroadcastGradientArgs(s0: T, s1: T) -> (r0: T, r1: T)",
                .attrs = {type_attr("T", kIndexTypes, DType::int32)},
                .shape = gradient_args_shape,
                .kernel = run_gradient_args,
                .not_differentiable = true});
}

}  // namespace rill
