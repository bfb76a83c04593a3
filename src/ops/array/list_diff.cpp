#include <unordered_set>
#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"

#include "kernels/mover.h"
#include "tensor/dispatch.h"

namespace rill {
namespace {

void infer_list_diff(ShapeContext& ctx) {
  ctx.require_rank_exactly(0, 1);
  ctx.require_rank_exactly(1, 1);
  ctx.set_output(0, Shape{-1});
  ctx.set_output(1, Shape{-1});
}

template <typename T>
void list_diff(KernelContext& ctx) {
  const auto x = ctx.input(0).flat<T>();
  std::vector<int64_t> kept;
  const auto keep = [&](const auto& excluded, const auto& key) {
    for (size_t i = 0; i < x.size(); ++i) {
      if (excluded.find(key(x[i])) == excluded.end()) kept.push_back(static_cast<int64_t>(i));
    }
  };
  const auto y = ctx.input(1).flat<T>();
  if constexpr (std::is_same_v<T, float16> || std::is_same_v<T, bfloat16>) {
    std::unordered_set<float> excluded(y.begin(), y.end());
    keep(excluded, [](T v) { return static_cast<float>(v); });
  } else {
    std::unordered_set<T> excluded(y.begin(), y.end());
    keep(excluded, [](const T& v) -> const T& { return v; });
  }
  const auto n = static_cast<int64_t>(kept.size());
  Tensor& out = ctx.output(0, Shape{n});
  Tensor& index = ctx.output(1, Shape{n});
  for (int64_t i = 0; i < n; ++i) {
    const int64_t from = kept[static_cast<size_t>(i)];
    out.data<T>()[i] = x[static_cast<size_t>(from)];
    if (index.dtype() == DType::int64) {
      index.data<int64_t>()[i] = from;
    } else {
      index.data<int32_t>()[i] = static_cast<int32_t>(from);
    }
  }
}

void run_list_diff(KernelContext& ctx) {
  ctx.require(ctx.input(0).rank() == 1, "x should be a 1D vector.");
  ctx.require(ctx.input(1).rank() == 1, "y should be a 1D vector.");
  if (ctx.input(0).dtype() == DType::string) return list_diff<std::string>(ctx);
  dispatch_real(ctx.input(0).dtype(), "ListDiff", [&]<typename T>() { list_diff<T>(ctx); });
}

}  // namespace

void register_list_diff(OpRegistry& registry) {
  registry.add({.signature = "ListDiff(x: T, y: T) -> (out: T, idx: out_idx)",
                .attrs = {type_attr("T"), type_attr("out_idx", kIndexTypes, DType::int32)},
                .shape = infer_list_diff,
                .kernel = run_list_diff});
}

}  // namespace rill
