#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"

namespace rill {
namespace {

void infer_invert_permutation(ShapeContext& ctx) {
  ctx.require_rank_exactly(0, 1);
  ctx.set_output(0, ctx.input(0));
}

template <typename T>
Prepared prepare_as(const PrepareContext& ctx) {
  const int64_t n = ctx.input(0).num_elements();
  return prepared([n, name = who(ctx)](const RunArgs& args) {
    const T* in = static_cast<const T*>(args.in[0]);
    T* out = static_cast<T*>(args.out[0]);
    for (int64_t i = 0; i < n; ++i) out[i] = -1;
    for (int64_t i = 0; i < n; ++i) {
      const T d = in[i];
      if (d < 0 || d >= n) fail(Code::invalid_argument, name, d, " is not between 0 and ", n);
      if (out[d] != -1) fail(Code::invalid_argument, name, d, " is duplicated in the input.");
      out[d] = static_cast<T>(i);
    }
  });
}

Prepared prepare_invert_permutation(const PrepareContext& ctx) {
  return ctx.input_dtype(0) == DType::int64 ? prepare_as<int64_t>(ctx) : prepare_as<int32_t>(ctx);
}

}  // namespace

void register_invert_permutation(OpRegistry& registry) {
  registry.add({.signature = "InvertPermutation(x: T) -> (y: T)",
                .attrs = {type_attr("T", kIndexTypes, DType::int32)},
                .shape = infer_invert_permutation,
                .prepare = prepare_invert_permutation,
                .not_differentiable = true});
}

}  // namespace rill
