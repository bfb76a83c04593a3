#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"

namespace rill {
namespace {

void infer_unravel_index(ShapeContext& ctx) {
  const Shape& indices = ctx.input(0);
  const Shape& dims = ctx.input(1);
  ctx.require_rank_exactly(1, 1);
  ctx.require_rank_at_most(0, 1);
  if (!indices.has_rank() || !dims.has_rank()) return;
  ctx.set_output(0, join(Shape{dims[0]}, indices));
}

template <typename T>
void unravel(KernelContext& ctx) {
  const auto dims = ctx.input(1).flat<T>();
  const auto indices = ctx.input(0).flat<T>();
  int64_t total = 1;
  for (const T d : dims) {
    ctx.require(d != 0, "Input dims cannot contain a dim of zero, but dims contains zero");
    ctx.require(d > 0 && !__builtin_mul_overflow(total, static_cast<int64_t>(d), &total),
                "dims is not valid");
  }
  Tensor& out = ctx.output(0, join(Shape{static_cast<int64_t>(dims.size())}, ctx.input(0).shape()));
  for (size_t i = 0; i < indices.size(); ++i) {
    ctx.require(indices[i] >= 0 && indices[i] < total, "index is out of bound as with dims");
    T rest = indices[i];
    for (size_t d = dims.size(); d-- > 0;) {
      out.data<T>()[d * indices.size() + i] = rest % dims[d];
      rest /= dims[d];
    }
  }
}

void run_unravel_index(KernelContext& ctx) {
  ctx.require(ctx.input(0).rank() <= 1, "The indices can only be scalar or vector, got ",
              ctx.input(0).shape());
  ctx.require(ctx.input(0).size() > 0, "received empty tensor indices");
  ctx.require(ctx.input(1).rank() == 1, "The dims should be 1-D, got ", ctx.input(1).shape());
  if (ctx.input(0).dtype() == DType::int64) {
    unravel<int64_t>(ctx);
  } else {
    unravel<int32_t>(ctx);
  }
}

}  // namespace

void register_unravel_index(OpRegistry& registry) {
  registry.add({.signature = "UnravelIndex(indices: Tidx, dims: Tidx) -> (output: Tidx)",
                .attrs = {type_attr("Tidx", kIndexTypes, DType::int32)},
                .shape = infer_unravel_index,
                .kernel = run_unravel_index});
}

}  // namespace rill
